"""Tasks of the queue: wake-ups of the indexer. Lost or doubled they change nothing."""

from __future__ import annotations

import time

from django_tasks import task

from records.exclusive import held_alone
from records.wakeups import stopping
from search.indexing import drain
from search.rebuilding import obey_requests

SLICE_SECONDS = 60.0


@task(queue_name="indexing")
def index_task() -> None:
    """Index what is dirty until nothing is, or until others should have their turn."""
    until = time.monotonic() + SLICE_SECONDS
    with held_alone("indexing") as alone:
        if not alone:
            return
        obey_requests()
        while drain():
            if stopping():
                return  # the sweep finds what is left
            if time.monotonic() > until:
                break
        else:
            return
    index_task.enqueue()
