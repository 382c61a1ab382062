"""A connection to PostgreSQL that waits for each answer so long and no longer, whatever state the server is in."""

from __future__ import annotations

from typing import Any, TypeVar

from psycopg import Connection, Cursor, OperationalError
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

from deploy.patience import answer_seconds

T = TypeVar("T")

LOOK_SECONDS = 0.1
CHECK_SECONDS = 3


class BoundedConnection(Connection[Any]):
    """The server's own limits do not help where it is frozen, or the line is dead and nobody says so."""

    _checking = False

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Cursor[Any]:
        """See psycopg. The pool's empty statement, whether the connection is good, is answered soon or not at all."""
        self._checking = query == ""
        try:
            return super().execute(query, *args, **kwargs)
        finally:
            self._checking = False

    def wait(self, gen: PQGen[T], interval: float = LOOK_SECONDS, timeout: float | None = None) -> T:
        """See psycopg. Raises OperationalError, and is of no more use, where no answer comes in time."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, CHECK_SECONDS if self._checking else answer_seconds())
        except _WaitTimeout:
            # Closed without a word: saying goodbye or rolling back would wait as long again.
            self.pgconn.finish()
            raise OperationalError("the database did not answer in time") from None
