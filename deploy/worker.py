"""The worker: one loop that reads files, follows the dirty rows and does what is due by time.

Embedded, exactly one process is the worker: whoever holds the lock in LEGAJO_HOME. The kernel frees it when the
holder dies, so nothing is left to clear away. On servers (PostgreSQL and Elasticsearch) there may be many, on many
machines: leases part the reading, and an advisory lock the indexing.
"""

from __future__ import annotations

import fcntl
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import IO

import structlog
from django.conf import settings
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from ingest.jobs import inherit_jobs
from ingest.pipeline import ReadingLine
from records.errors import IndexOutdated, SearchUnavailable
from records.exclusive import held_alone
from records.models import Dirty
from search.indexing import drain, person_waits
from search.rebuilding import obey_requests
from storage.errors import StorageError

log = structlog.get_logger(__name__)

IDLE_SECONDS = 0.2
INDEX_AFTER_SECONDS = 1.0
"""A person waits for what they changed; a bulk import's records come in larger portions, which cost less each."""
INDEX_BULK_AFTER_SECONDS = 5.0
TICK_SECONDS = 20.0
TICK = "tick"
"""The pulse by which everybody sees that a worker lives."""
SEAL_ALL_SECONDS = 3600.0
LONGEST_PAUSE_SECONDS = 30.0


def many_workers() -> bool:
    """Tell whether several workers may run: the database parts their work and the index takes many writers."""
    return connection.vendor == "postgresql" and not settings.SEARCH["BACKEND"].startswith("search.backends.tantivy")


class WorkerLock:
    """Being the one worker of an embedded site; on servers whoever asks is a worker."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Become the worker if nobody is; return whether this process is it."""
        if self._file is not None or many_workers():
            return True
        file = (settings.LEGAJO_HOME / "worker.lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        inherit_jobs()
        return True

    def give(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Worker:
    """The loop's state: the reading line and when the index and the clock were last looked after."""

    def __init__(self) -> None:
        self._line: ReadingLine | None = None
        self._indexed_at = 0.0
        self._look_again_at = 0.0
        self._patient = False
        self._index_failures = 0
        self._ticked_at = 0.0
        self._sealed_all_at = float("-inf")

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def step(self, *, wait: float = 0.02) -> bool:
        """Do a slice of whatever there is to do; return whether anything moved."""
        if self._line is None:
            self._line = ReadingLine.opened()
        moved = self._line.step(wait=wait)
        moved = self._index(hurry=not self._line.busy) or moved
        self._tick()
        return moved

    def until_idle(self) -> None:
        """Work until no job is due and no record is dirty, and then leave."""
        while self.step() or (self._line is not None and self._line.busy) or Dirty.objects.exists():
            pass

    def run(self, stopping: StopSignal) -> None:
        """Work until told to stop; a database or an index that is gone for a while is waited for."""
        self._patient = True
        while not stopping.asked:
            try:
                moved = self.step()
            except OperationalError:
                log.exception("database does not answer; trying again")
                close_old_connections()
                moved = False
                time.sleep(1.0)
            if not moved:
                stopping.sleep(IDLE_SECONDS)

    def _index(self, *, hurry: bool) -> bool:
        """Index when enough is dirty, or when it has waited long enough for a person."""
        now = time.monotonic()
        if now < self._look_again_at and (self._index_failures or not hurry):
            return False
        self._look_again_at = now + INDEX_AFTER_SECONDS
        if not hurry and now - self._indexed_at < INDEX_BULK_AFTER_SECONDS and not person_waits():
            return False
        self._indexed_at = now
        try:
            with held_alone("indexing") as alone:
                asked = alone and obey_requests(meanwhile=self._read_on)
                moved = (alone and bool(drain(meanwhile=self._read_on))) or asked
        except SearchUnavailable as failure:
            if isinstance(failure, IndexOutdated) or not self._patient:
                raise
            self._wait_for_search(failure)
            return False
        self._index_failures = 0
        return moved

    def _read_on(self) -> None:
        """Keep the children that read busy while records are indexed."""
        if self._line is not None:
            self._line.step()

    def _wait_for_search(self, failure: SearchUnavailable) -> None:
        """Leave the dirty rows for later; files are read meanwhile. Ever longer, and not all workers at once."""
        pause = min(LONGEST_PAUSE_SECONDS, 2.0**self._index_failures) * random.uniform(0.8, 1.2)  # noqa: S311
        self._index_failures = min(self._index_failures + 1, 10)
        self._look_again_at = time.monotonic() + pause
        log.warning("search does not take entries; trying again", reason=failure.detail, seconds=round(pause, 1))

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._ticked_at >= TICK_SECONDS:
            self._ticked_at = now
            whole = now - self._sealed_all_at >= SEAL_ALL_SECONDS
            self._sealed_all_at = now if whole else self._sealed_all_at
            tick(newest=not whole)


def tick(*, newest: bool = False) -> dict[str, int]:
    """Do what is due by the clock: grants that began or ended, events to be sealed, uploads nobody will complete,
    counts of questions that are older than the site keeps them.

    `newest`: of the events only those behind the last sealed ones are looked at, as is done several times a minute.
    Safe to run at any time. A store that does not answer costs only what is kept there, until the next time.
    """
    from ingest.uploads import sweep_uploads
    from records.services.sealing import seal_events
    from records.services.time import note_pulse, tell_of_grants
    from records.services.witnessing import witness_chain
    from search.questions.keeping import forget_questions

    today = timezone.localdate()
    done = {"grants": tell_of_grants(day=today), "sealed": seal_events(newest=newest)}
    if not newest:
        done["forgotten"] = forget_questions(today=today)
    try:
        done |= {"witnessed": int(witness_chain()), "swept": sweep_uploads()}
    except StorageError as failure:
        log.warning("store does not answer; trying again", code=failure.code)
    note_pulse(name=TICK)
    return done


class StopSignal:
    """Set by SIGTERM and Ctrl-C; the loop looks at it between slices, so nothing is cut in the middle."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, *_: object) -> None:
        self.asked = True

    def sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(0.05)


@contextmanager
def stoppable() -> Iterator[StopSignal]:
    """Turn SIGTERM and SIGINT into a request to stop, for the time of the block."""
    import signal

    stopping = StopSignal()
    before = {number: signal.signal(number, stopping.ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Pump:
    """A command's share of the work: be the worker where nobody is, else wait for whoever is."""

    def __init__(self) -> None:
        self._lock = WorkerLock()
        self._worker = Worker()

    def __enter__(self) -> Pump:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OperationalError):
            self._worker.close()
        self._lock.give()

    def __call__(self) -> None:
        if self._lock.take():
            if not self._worker.step():
                time.sleep(0.01)
        else:
            time.sleep(IDLE_SECONDS)

    @property
    def is_worker(self) -> bool:
        """Tell whether this process does the work; take it up if nobody does."""
        return self._lock.take()
