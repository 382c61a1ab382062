"""`manage.py reindex`: build the index anew beside the one in use, then swap."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from deploy.management.output import LegajoCommand
from deploy.worker import WorkerLock
from records.errors import SearchUnavailable
from records.persons import Person
from search.models import IndexRequest
from search.rebuilding import ask_for_rebuild, reindex


class Command(LegajoCommand):
    help = "Rebuild the search index from the database. Beside a running service, its worker does it."
    acts_as_anyone = False

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        began = time.monotonic()
        lock = WorkerLock()
        request: IndexRequest | None = None
        while not lock.take():
            if request is None:
                request = ask_for_rebuild()
                self.note("The running worker rebuilds the index.")
            time.sleep(0.2)
            request.refresh_from_db()
            if request.done_at is not None:
                return self._told(request.indexed, began, request.failure)
        try:
            count = reindex()
            IndexRequest.objects.filter(done_at=None).delete()
        finally:
            lock.give()
        return self._told(count, began, "")

    def _told(self, count: int, began: float, failure: str) -> int:
        if failure:
            raise SearchUnavailable(failure)
        seconds = round(time.monotonic() - began, 3)
        self.answer({"records": count, "seconds": seconds}, f"{count} records indexed in {seconds} s.")
        return 0
