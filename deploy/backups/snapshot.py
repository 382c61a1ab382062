"""One moment of the database, read while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from psycopg import IsolationLevel

from deploy.patience import as_long_as_it_takes

SNAPSHOT = "snapshot"


@contextmanager
def snapshot() -> Iterator[str]:
    """Yield the alias of a connection that sees the database as it was when the block began. Nobody waits for it.

    SQLite: a read transaction over the write-ahead log, which grows meanwhile. PostgreSQL: REPEATABLE READ.
    """
    shape: dict[str, Any] = {**settings.DATABASES[DEFAULT_DB_ALIAS]}
    shape["OPTIONS"] = {name: value for name, value in shape["OPTIONS"].items() if name not in ("pool", "options")}
    if shape["ENGINE"].endswith("sqlite3"):
        shape["OPTIONS"]["transaction_mode"] = "DEFERRED"
    else:
        shape["OPTIONS"]["isolation_level"] = IsolationLevel.REPEATABLE_READ
    configured = connections.configure_settings({DEFAULT_DB_ALIAS: {}, SNAPSHOT: shape})
    connections.settings[SNAPSHOT] = configured[SNAPSHOT]
    try:
        with as_long_as_it_takes(), transaction.atomic(using=SNAPSHOT):
            with connections[SNAPSHOT].cursor() as cursor:
                # The moment is that of the first statement, not of the transaction's beginning.
                cursor.execute("SELECT count(*) FROM django_migrations")
            yield SNAPSHOT
    finally:
        connections[SNAPSHOT].close()
