"""Tasks of the queue: wake-ups that look for rows. Lost or doubled they change nothing."""

from __future__ import annotations

import time

from django_tasks import task
from django_tasks.base import Task

from ingest.jobs import anything_due
from ingest.pipeline import ReadingLine
from records.wakeups import stopping

SLICE_SECONDS = 60.0
"""So long one message reads on; then it makes room for others and sends itself again."""
_lines: dict[bool, ReadingLine] = {}


@task(queue_name="quick")
def read_task() -> None:
    """Read what waits to be read, with the children of this process, which stay warm for the next message."""
    _read(heavy=False, again=read_task)


@task(queue_name="heavy")
def read_heavy_task() -> None:
    """Read the files that take long, one after the other, so that they hold up no others."""
    _read(heavy=True, again=read_heavy_task)


def close_line() -> None:
    """Give claimed files back and end the children of this process."""
    while _lines:
        _lines.popitem()[1].close()


def _read(*, heavy: bool, again: Task[[], None]) -> None:
    line = _lines.get(heavy) or _lines.setdefault(heavy, ReadingLine.opened(heavy=heavy))
    until = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < until:
        if stopping():
            close_line()
            return
        if not line.step(wait=0.05) and not line.busy:
            return
    line.finish()
    if anything_due(heavy=heavy):
        again.enqueue()
