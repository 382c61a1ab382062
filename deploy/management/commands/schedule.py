"""`manage.py schedule`: the scheduler of a site with a queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from deploy.management.output import LegajoCommand
from deploy.queue_processes import become_scheduler, has_queue
from records.persons import Person


class Command(LegajoCommand):
    help = "Run the scheduler: every 15 seconds it has a worker do what is due and look for rows no message told of."
    acts_as_anyone = False
    changes_the_site = True

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        if not has_queue():
            raise CommandError("Without a queue (TASKS_URL) the worker looks at the clock by itself.", returncode=2)
        become_scheduler()
