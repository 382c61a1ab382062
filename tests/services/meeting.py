"""Two people at one moment: the second acts while the first has acted and not yet committed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.db import connection, transaction

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
Deed = Callable[[], object]


def at_one_moment(first: Deed, second: Deed) -> tuple[object, object]:
    """Return what became of each: what it returned, or the exception it raised.

    The first commits when the second waits for it, or has gone past it without waiting.
    """
    acted, may_commit = threading.Event(), threading.Event()

    def be_first() -> object:
        try:
            with transaction.atomic():
                try:
                    return first()
                finally:
                    acted.set()
                    may_commit.wait()
        finally:
            connection.close()

    def be_second() -> object:
        acted.wait()
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        one, other = people.submit(be_first), people.submit(be_second)
        acted.wait()
        while not other.done() and not _somebody_waits():
            wait([other], timeout=0.01)
        may_commit.set()
    return outcome(one), outcome(other)


def outcome(deed: Future[object]) -> object:
    """Return what a finished deed returned or raised."""
    return deed.exception() or deed.result()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])
