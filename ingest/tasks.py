"""Tasks of the queue: wake-ups that look for rows. Lost or doubled they change nothing."""

from __future__ import annotations

import time

from django_tasks import task

from ingest.jobs import anything_due
from ingest.pipeline import ReadingLine

SLICE_SECONDS = 60.0
"""So long one message reads on; then it makes room for others and sends itself again."""
_lines: list[ReadingLine] = []


@task(queue_name="quick")
def read_task() -> None:
    """Read what waits to be read, with the children of this process, which stay warm for the next message."""
    line = _line()
    until = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < until:
        if not line.step(wait=0.05) and not line.busy:
            return
    line.finish()
    if anything_due():
        read_task.enqueue()


def close_line() -> None:
    """Give claimed files back and end the children of this process."""
    while _lines:
        _lines.pop().close()


def _line() -> ReadingLine:
    if not _lines:
        _lines.append(ReadingLine.opened())
    return _lines[0]
