"""`manage.py tick`: what is due by the clock, for sites whose worker does not do it by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.management.output import LegajoCommand
from records.persons import Person


class Command(LegajoCommand):
    help = "Do what is due by the clock: grants that began or ended, events to be sealed. Safe at any time."
    acts_as_anyone = False
    changes_the_site = True

    def run(self, by: Person, options: Mapping[str, Any]) -> None:
        from deploy.worker import tick

        done = tick()
        self.answer(done, ", ".join(f"{name}: {count}" for name, count in done.items()))
