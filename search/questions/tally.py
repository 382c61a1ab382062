"""Counting without making anybody wait: in memory, and written down some seconds later by a thread of its own.

A process that is killed loses what it counted in its last seconds, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from records.persons import Person
from search.params import SearchParams
from search.questions.keeping import Count, Key, keep_counts
from search.questions.wording import counted_as
from search.ranking import RELEVANCE

log = structlog.get_logger(__name__)
MOST_WAITING = 2_000


@dataclass
class Tally:
    """What one process has counted since it last wrote it down."""

    _counts: dict[Key, Count] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pending: threading.Timer | None = None

    def add(self, key: Key, *, empty: bool, milliseconds: int, now: dt.datetime) -> None:
        """Count one question; what comes when too many wait is not counted."""
        with self._lock:
            if key not in self._counts and len(self._counts) >= MOST_WAITING:
                return
            before = self._counts.get(key, Count())
            self._counts[key] = before.plus(Count(1, int(empty), now, Counter({_rounded(milliseconds): 1})))
            site: dict[str, Any] = settings.LEGAJO_SEARCH_LOG
            if self._pending is None and (seconds := site["seconds"]):
                self._pending = threading.Timer(seconds, self._write_down)
                self._pending.daemon = True
                self._pending.start()

    def flush(self) -> None:
        """Write down what was counted; what the database does not take is given up."""
        with self._lock:
            counts, self._counts = self._counts, {}
            self._pending = None
        if not counts:
            return
        try:
            keep_counts(counts)
        except DatabaseError:
            log.warning("counts of questions could not be written", questions=len(counts))

    def _write_down(self) -> None:
        try:
            self.flush()
        finally:
            connection.close()  # this thread's own


TALLY = Tally()


def count_question(params: SearchParams, *, total: int | None, milliseconds: int, person: Person) -> None:
    """Count a question that a person asked at a page or through the API, as the site's setting says.

    Its further pages are the same question. Whether nothing was found is counted only where no filter, day or other
    version narrowed it, and the total is known.
    """
    kept = settings.LEGAJO_SEARCH_LOG["kept"]
    if kept == "no" or params.cursor or not params.q.strip() or not (text := counted_as(params.q)):
        return
    narrowed = params.filters or params.date_from or params.date_to or params.as_of
    now = timezone.now()
    who = person.username if kept == "persons" else ""
    key = Key(timezone.localdate(now), text, who, RELEVANCE.version)
    TALLY.add(key, empty=total == 0 and not narrowed, milliseconds=milliseconds, now=now)


STEPS = (1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10_000, 60_000)


def _rounded(milliseconds: int) -> int:
    """Return the step that a time lies under: what is kept is how many lay under which."""
    return next((step for step in STEPS if milliseconds <= step), STEPS[-1])
