"""`manage.py web`: the web server alone, where workers run elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand
from deploy.queue_processes import become_web
from records.persons import Person


class Command(LegajoCommand):
    help = "Run the web server alone; workers and, with a queue, the scheduler are started apart."
    acts_as_anyone = False
    changes_the_site = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to serve at (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to serve at (8000)")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        become_web(host=options["host"], port=options["port"])
