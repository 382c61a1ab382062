"""A pool of warm child processes that read files, each within limits of memory and time.

One thread owns a pool: it submits files and collects results. A child that dies, hangs or runs out of memory
costs its file one more try in a fresh child, then that file has a failure with a name; the others go on.
"""

from __future__ import annotations

import pickle
import resource
import stat
import time
from collections import deque
from collections.abc import Hashable, Iterable
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

from ingest.formats.base import ReadFailure
from ingest.reading.messages import BROKEN, FAILED, PROGRESS, READY, packed, untrusted
from ingest.reading.process import start_child
from ingest.reading.progress import PAGES_A_STEP, SECONDS_A_PAGE
from ingest.seats import Job, Seat, took_too_long, why_lost
from records.errors import LegajoError

log = structlog.get_logger(__name__)

SECONDS_A_STEP = 0.5
STEP_BYTES = 100 * 1024
"""Time allowed beyond `wall_seconds`: half a second for each page, a page taken as 100 KB (guide, F 2)."""
LONGEST_SECONDS = 1800.0
_START_TRIES = 3
_TRIES = 2
LARGEST_FILE = 4 * 1024**3
"""A larger file is stored but not read: its bytes alone would take the time of hundreds of others."""
_LARGEST_PART = 256 * 1024**2
"""The most bytes of an attachment that a child lays in memory to read it; it can write to nothing else."""
_LARGEST_ANSWER = 256 * 1024**2
"""The most bytes of text and word boxes that a child hands over for one file."""


class ReaderPoolBroken(LegajoError):
    """Children cannot start, whatever the file: the installation is at fault."""

    code = "reader_pool_broken"
    default_detail = "The processes that read files cannot start; look at the log of the worker."


class ReaderPool:
    """Reads files in `size` children; `task` names the function `(path, name, options) -> object` they run.

    `memory_bytes` bounds a child's address space, `wall_seconds` the time for one file (plus its size's share).
    `progress` tells of files in hand how many of their pages are read, where they are long.
    A child is replaced after `most_files` files or when it holds more than `retire_bytes`. Children start when
    there is work for them, confined: no network, no writing, no other program, and files only from the folders
    `readable` (where given) and what Python needs. Linux ends them with the *thread* that started them: keep the
    owner thread alive.
    """

    def __init__(
        self,
        size: int,
        *,
        memory_bytes: int = 2 * 1024**3,
        wall_seconds: float = 60.0,
        task: str = "ingest.reading.task:read_file",
        most_files: int = 5000,
        retire_bytes: int = 500 * 1024**2,
        largest_file: int = LARGEST_FILE,
        readable: Iterable[Path | str] | None = None,
        confined: bool = True,
    ) -> None:
        self._size = max(size, 1)
        self._wall_seconds = wall_seconds
        self._largest_file = largest_file
        self._memory_bytes = memory_bytes
        self._setup = {
            "task": task,
            "memory_bytes": memory_bytes,
            "file_bytes": _LARGEST_PART if confined else 0,
            "most_files": most_files,
            "retire_bytes": retire_bytes,
            "answer_bytes": _LARGEST_ANSWER,
            "confined": confined,
            "readable": None if readable is None else [str(Path(place).resolve()) for place in readable],
        }
        self._seats: list[Seat] = []
        self._pending: deque[Job] = deque()
        self._finished: list[tuple[Hashable, Any]] = []
        self._failed_starts = 0
        self.progress: dict[Hashable, tuple[int, int]] = {}

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def outstanding(self) -> int:
        """Files submitted whose results have not been collected."""
        return len(self._pending) + len(self._finished) + sum(len(seat.jobs) for seat in self._seats)

    def submit(
        self,
        token: Hashable,
        path: Path | str,
        name: str,
        *,
        first: bool = False,
        seconds: float | None = None,
        **options: Any,
    ) -> None:
        """Queue a file, before all others that wait if `first`; its result comes back with `token`.

        `seconds` may be used on it, by default so many as its size suggests; no other file waits behind one that
        names them. A path that is not there gives a
        failure as result.
        """
        path = str(path)
        try:
            seen = Path(path).stat()
        except OSError as error:
            failure = ReadFailure("file_missing", f"The file cannot be opened ({error.strerror}).")
            self._finished.append((token, failure))
            return
        if not stat.S_ISREG(seen.st_mode):
            self._finished.append((token, ReadFailure("not_a_file", "This is a folder or a device, not a file.")))
            return
        size = seen.st_size
        if size > self._largest_file:
            detail = f"Files are read up to {self._largest_file // 2**20} MB; this one has {size // 2**20} MB."
            self._finished.append((token, ReadFailure("too_large", detail)))
            return
        fitting = min(self._wall_seconds + SECONDS_A_STEP * size / STEP_BYTES, LONGEST_SECONDS)
        job = Job(token, path, name, options, size, seconds or fitting, slow=seconds is not None)
        (self._pending.appendleft if first else self._pending.append)(job)
        self._feed()

    def results(self, timeout: float | None = None) -> list[tuple[Any, Any]]:
        """What has finished: (token, what the task gave, or a ReadFailure).

        Waits until there is something, `timeout` seconds have passed, or nothing is outstanding. Time limits
        are enforced while this runs. Raises ReaderPoolBroken.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            self._feed()
            self._collect(0.0)
            self._end_overdue()
            if self._finished or not self.outstanding or (end is not None and time.monotonic() >= end):
                finished, self._finished = self._finished, []
                self._feed()
                return finished
            until = min([seat.deadline for seat in self._seats] + ([end] if end is not None else []))
            self._collect(max(until - time.monotonic(), 0.0))

    def close(self) -> None:
        """End the children at once; files not finished are forgotten."""
        for seat in self._seats:
            seat.child.end()
        self._seats.clear()
        self._pending.clear()
        self._finished.clear()
        self.progress.clear()

    def _feed(self) -> None:
        while self._pending:
            job = self._pending[0]
            seat = self._seat_for(job)
            if seat is None:
                return
            self._pending.popleft()
            if not seat.jobs:
                seat.since = time.monotonic()
            seat.jobs.append(job)
            try:
                seat.child.connection.send_bytes(packed((job.path, job.name, job.options, job.seconds)))
            except OSError:
                self._lose(seat)

    def _seat_for(self, job: Job) -> Seat | None:
        seat = min((one for one in self._seats if one.takes(job)), key=lambda one: len(one.jobs), default=None)
        if seat is not None and not seat.jobs:
            return seat
        if len(self._seats) < self._size:
            return self._start()
        if seat is None and job.tries:
            # It must have a fresh child: an idle one gives up its place.
            idle = next((one for one in self._seats if not one.jobs), None)
            if idle is not None:
                self._remove(idle)
                return self._start()
        return seat

    def _start(self) -> Seat:
        seat = Seat(start_child(self._setup), time.monotonic())
        self._seats.append(seat)
        return seat

    def _collect(self, timeout: float) -> None:
        by_connection = {seat.child.connection: seat for seat in self._seats}
        if not by_connection:
            return
        for connection in wait(list(by_connection), timeout):
            self._hear(by_connection[connection])  # type: ignore[index]

    def _hear(self, seat: Seat) -> None:
        """Take in all that a child has sent; its end is heard as the end of the pipe."""
        try:
            while seat.child.connection.poll():
                self._take(seat, untrusted(seat.child.connection.recv_bytes(2 * _LARGEST_ANSWER)))
        except (EOFError, OSError):
            self._lose(seat)
        except (pickle.UnpicklingError, ValueError, IndexError) as error:
            log.warning("reader_child_distrusted", reason=str(error))
            self._lose(seat, ReadFailure("reader_crashed", "The process that read the file sent no proper answer."))

    def _take(self, seat: Seat, message: tuple[Any, ...]) -> None:
        if message[0] == READY:
            seat.ready, seat.since = True, time.monotonic()
            self._failed_starts = 0
            if self._setup["confined"] and "seccomp" not in message[1]:
                log.warning("reader_child_loosely_confined", means=message[1])
            return
        if message[0] == PROGRESS:
            self._note(seat, *map(int, message[1:]))
            return
        if message[0] == BROKEN:
            raise ReaderPoolBroken(f"The processes that read files cannot start: {message[1]}")
        kind, leaving, answer = message
        job = seat.jobs.popleft()
        self.progress.pop(job.token, None)
        seat.since, seat.done, seat.leaving = time.monotonic(), seat.done + 1, bool(leaving)
        if kind == FAILED and isinstance(answer, ReadFailure) and answer.code == "memory_limit":
            self._again_or(job, answer)
        else:
            self._finished.append((job.token, answer))

    def _note(self, seat: Seat, done: int, total: int) -> None:
        """Keep how far a file has come, and give it the time for its next step."""
        if seat.jobs and self.progress.get(seat.jobs[0].token, (0, 0))[0] < done <= total:
            job = seat.jobs[0]
            self.progress[job.token] = done, total
            job.seconds = min(job.seconds + SECONDS_A_PAGE * PAGES_A_STEP, LONGEST_SECONDS)

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for seat in [one for one in self._seats if one.deadline <= now]:
            self._lose(seat, None if not seat.ready else took_too_long(seat.jobs[0]))

    def _lose(self, seat: Seat, known: ReadFailure | None = None) -> None:
        """A child has ended or must: the file it was reading is to blame, those behind it are not."""
        died = self._remove(seat)
        jobs = seat.jobs
        if not seat.ready:
            self._failed_starts += 1
            if self._failed_starts >= _START_TRIES:
                self._pending.extendleft(reversed(jobs))
                raise ReaderPoolBroken(f"The processes that read files end before they are ready (status {died[0]}).")
        elif jobs and not seat.leaving:
            culprit = jobs.popleft()
            failure = known or why_lost(died, culprit, self._memory_bytes, seat.child.floor)
            log.warning("reader_child_lost", code=failure.code, tries=culprit.tries + 1)
            self._pending.extendleft(reversed(jobs))
            self._again_or(culprit, failure)
            return
        self._pending.extendleft(reversed(jobs))

    def _again_or(self, job: Job, failure: ReadFailure) -> None:
        job.tries += 1
        if job.tries < _TRIES:
            self._pending.appendleft(job)
        else:
            self._finished.append((job.token, failure))

    def _remove(self, seat: Seat) -> tuple[int, resource.struct_rusage]:
        self._seats.remove(seat)
        return seat.child.end()
