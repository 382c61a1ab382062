"""The database made ready for the code that runs: asked by every command, done by one process at a time."""

from __future__ import annotations

import fcntl
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from psycopg.errors import LockNotAvailable

from deploy.database import make_database
from deploy.patience import as_long_as_it_takes
from records.exclusive import held_in_turn

log = structlog.get_logger()

OURS = frozenset({"records", "ingest", "search"})
LOCK_MILLISECONDS = 3_000
"""A migration that waits for a table keeps everybody waiting who comes after it, so it steps back and tries again."""
ATTEMPTS = 40
PAUSE_SECONDS = 1.5


def migrate_if_behind() -> bool:
    """Apply the migrations that are missing and return whether there were any.

    Looking costs some 30 ms. Commands that start together on an empty LEGAJO_HOME wait for the first of them.
    Raises CommandError when somebody keeps a table to himself for long.
    """
    make_database()
    executor = MigrationExecutor(connection)
    if newer := _unknown_to(executor):
        log.warning("the database is of a newer release; this process goes on with what it knows", newest=newer[-1])
    if not _missing_of(executor):
        return False
    with _alone(settings.LEGAJO_HOME / "migrate.lock"), held_in_turn("migrating"):
        if not missing_migrations():
            return False
        with _patient_and_polite():
            _migrate()
    return True


def _unknown_to(executor: MigrationExecutor) -> list[str]:
    """Return the migrations of ours that the database has and this code does not know: a newer release was here."""
    loader = executor.loader
    unknown = set(loader.applied_migrations) - set(loader.disk_migrations or ())
    return sorted(f"{app}.{name}" for app, name in unknown if app in OURS)


def _migrate() -> None:
    """Apply what is missing; what was applied before a table was found locked stays applied."""
    for attempt in range(ATTEMPTS):
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as failure:
            if not isinstance(failure.__cause__, LockNotAvailable):
                raise
            log.warning("a table is in use; the migration tries again", attempt=attempt + 1)
            time.sleep(PAUSE_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311
        else:
            return
    raise CommandError("A table is kept in use by a long transaction; end it (see pg_stat_activity) and start again.")


@contextmanager
def _patient_and_polite() -> Iterator[None]:
    """Let statements take as long as they must, and none wait long for a table. Only PostgreSQL needs to be told."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = 0; SET lock_timeout = {LOCK_MILLISECONDS}")
    try:
        with as_long_as_it_takes():
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")


def missing_migrations() -> int:
    """Return how many migrations are not applied."""
    return _missing_of(MigrationExecutor(connection))


def _missing_of(executor: MigrationExecutor) -> int:
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the kernel frees when its holder dies."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
