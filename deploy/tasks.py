"""The sweep: what is due by the clock, and the rows that a lost message left behind."""

from __future__ import annotations

from django_tasks import task

from deploy.worker import tick
from ingest.jobs import anything_due
from ingest.tasks import read_heavy_task, read_task
from records.exclusive import held_alone
from records.wakeups import HEAVY_READING, INDEXING, READING
from search.indexing import anything_dirty
from search.tasks import index_task


@task(queue_name="indexing")
def sweep_task() -> None:
    """Do what is due, and wake the workers for rows that wait."""
    with held_alone("clock") as alone:
        if alone:
            tick()
    for heavy, reading in ((False, read_task), (True, read_heavy_task)):
        if anything_due(heavy=heavy):
            reading.enqueue()
    if anything_dirty():
        index_task.enqueue()


WOKEN = {READING: read_task, HEAVY_READING: read_heavy_task, INDEXING: index_task}


def wake_workers(*, work: str, **_: object) -> None:
    """Send the message for work that was left (a receiver of `records.wakeups.work_left`)."""
    WOKEN[work].enqueue()
