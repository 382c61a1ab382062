"""`manage.py work`: the worker. Reads files, follows the dirty rows, does what is due by time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from deploy.index_shape import refuse_an_outdated_index
from deploy.management.output import LegajoCommand
from deploy.worker import Worker, WorkerLock, stoppable
from records.persons import Person


class Command(LegajoCommand):
    help = "Run the worker until it is told to stop (SIGTERM, Ctrl-C). Embedded, one at a time: others wait their turn."
    acts_as_anyone = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="leave when there is nothing left to do")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        refuse_an_outdated_index()
        lock = WorkerLock()
        with stoppable() as stopping, Worker() as worker:
            while not lock.take():
                if stopping.asked:
                    return 0
                stopping.sleep(1.0)
            if options["until_idle"]:
                worker.until_idle()
            else:
                worker.run(stopping)
        lock.give()
        return 0
