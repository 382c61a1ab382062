"""What a pool keeps of its children: the seats they sit in, the files each was given, and why one was lost."""

from __future__ import annotations

import resource
import signal
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from ingest.formats.base import ReadFailure
from ingest.reading.process import Child

_START_SECONDS = 60.0
_SMALL_BYTES = 256 * 1024
_AHEAD = 16
"""So many small files wait in a child's pipe, so that it works on while its parent writes to the database."""


@dataclass(slots=True)
class Job:
    """A file to be read, the seconds it may take and how often that was tried."""

    token: Hashable
    path: str
    name: str
    options: dict[str, Any]
    size: int
    seconds: float
    tries: int = 0
    slow: bool = False

    @property
    def alone(self) -> bool:
        """Nothing waits behind it: it is slow or large, or has ended a child before."""
        return self.slow or self.size > _SMALL_BYTES or self.tries > 0


@dataclass(slots=True)
class Seat:
    """One child and the files it was given, the oldest being read now."""

    child: Child
    since: float
    ready: bool = False
    leaving: bool = False
    done: int = 0
    jobs: deque[Job] = field(default_factory=deque)

    @property
    def deadline(self) -> float:
        """When the child must be ended, by the monotonic clock."""
        if not self.ready:
            return self.since + _START_SECONDS
        return self.since + self.jobs[0].seconds if self.jobs else float("inf")

    def takes(self, job: Job) -> bool:
        """Whether the job may be sent now: to an idle child, or behind other small files."""
        if self.leaving:
            return False
        if not self.jobs:
            return job.tries == 0 or self.done == 0
        return len(self.jobs) < _AHEAD and not job.alone and not self.jobs[0].alone


def took_too_long(job: Job) -> ReadFailure:
    """The failure of a file that used up its time."""
    return ReadFailure("time_limit", f"Reading the file took longer than {job.seconds:.0f} seconds.")


def why_lost(died: tuple[int, resource.struct_rusage], job: Job, memory_bytes: int, floor: int) -> ReadFailure:
    """The failure of a file whose child ended, told from how it ended and what memory it had used."""
    status, usage = died
    if status == -signal.SIGALRM:
        return took_too_long(job)
    # A C library that gets no memory aborts instead of saying so; a killer from outside frees memory.
    if status == -signal.SIGKILL or usage.ru_maxrss * 1024 > max(memory_bytes // 2, floor):
        return ReadFailure("memory_limit", "Reading the file took more memory than it may.")
    what = signal.Signals(-status).name if status < 0 else f"status {status}"
    return ReadFailure("reader_crashed", f"The process that read the file ended ({what}).")
