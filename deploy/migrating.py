"""The database made ready for the code that runs: asked by every command, done by one process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from deploy.database import make_database
from records.exclusive import held_in_turn


def migrate_if_behind() -> bool:
    """Apply the migrations that are missing and return whether there were any.

    Looking costs some 30 ms. Commands that start together on an empty LEGAJO_HOME wait for the first of them.
    """
    make_database()
    if not missing_migrations():
        return False
    with _alone(settings.LEGAJO_HOME / "migrate.lock"), held_in_turn("migrating"):
        if not missing_migrations():
            return False
        call_command("migrate", interactive=False, verbosity=0)
    return True


def missing_migrations() -> int:
    """Return how many migrations are not applied."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the kernel frees when its holder dies."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
