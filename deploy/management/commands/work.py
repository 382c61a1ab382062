"""`manage.py work`: the worker. Reads files, follows the dirty rows, does what is due by time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from deploy.index_shape import refuse_an_outdated_index
from deploy.management.output import LegajoCommand
from deploy.queue_processes import become_worker, has_queue
from deploy.server_urls import QUEUES
from deploy.worker import Worker, WorkerLock, stoppable
from records.persons import Person


class Command(LegajoCommand):
    help = "Run the worker until it is told to stop (SIGTERM, Ctrl-C). Embedded, one at a time: others wait their turn."
    acts_as_anyone = False
    changes_the_site = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="leave when there is nothing left to do")
        parser.add_argument("--queues", default=",".join(QUEUES), help="with a queue: which of quick, heavy, indexing")
        parser.add_argument("--concurrency", type=int, default=2, help="with a queue: how many tasks at once (2)")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        refuse_an_outdated_index()
        if has_queue() and not options["until_idle"]:
            unknown = set(options["queues"].split(",")) - set(QUEUES)
            if unknown:
                raise CommandError(f"There is no queue {sorted(unknown)[0]!r}; use {', '.join(QUEUES)}.", returncode=2)
            become_worker(queues=options["queues"], concurrency=options["concurrency"])
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
