"""`manage.py retitle`: make descriptive titles and leads anew from the texts that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.management.output import LegajoCommand
from ingest.retitling import retitle
from records.persons import Person


class Command(LegajoCommand):
    help = "Make descriptive titles and leads anew from the texts that are kept, as after an upgrade."
    acts_as_anyone = False
    changes_the_site = True

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        changed = retitle()
        self.answer({"changed": changed}, f"{changed} texts say anew what they are about.")
        return 0
