"""A site at rest: for the time of a move nobody else writes to it, so that what is read is one state of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.db import OperationalError, connection, transaction

from deploy.moving.rows import tables
from deploy.site_lock import SiteRuns, alone_in, worker_runs

ASKED, PAUSE_SECONDS = 20, 0.1
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend' AND application_name = current_setting('application_name')"
)


@contextmanager
def at_rest() -> Iterator[None]:
    """Keep the site as it is for the time of the block, and what the block itself writes at its end. Raises SiteRuns.

    SQLite: the one writer's lock. PostgreSQL: a lock on each table that lets others read. What the kernel or the
    server frees when this process dies needs no clearing away.
    """
    with alone_in(settings.LEGAJO_HOME):
        if worker_runs(settings.LEGAJO_HOME):
            raise SiteRuns("The site's worker is running; stop the site first.")
        _refuse_if_connected()
        with ExitStack() as held:
            try:
                held.enter_context(transaction.atomic())
                _keep_others_from_writing()
            except OperationalError as failure:
                raise SiteRuns(f"Something is writing to the site ({failure}); stop it first.") from failure
            yield


def _refuse_if_connected() -> None:
    """Raise SiteRuns where another process of the site is connected to its PostgreSQL database."""
    if not hasattr(connection, "close_pool"):
        return
    # One connection, whose number the server knows; a pool may have opened more of our own.
    connection.close()
    connection.close_pool()
    options = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = {name: value for name, value in options.items() if name != "pool"}
    for _ in range(ASKED):
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)
            [others] = cursor.fetchone()
        if not others:
            return
        # A process that has just ended is known to the server for a moment still.
        time.sleep(PAUSE_SECONDS)
    raise SiteRuns(f"{others} connections of the site's processes are open on its database; stop the site first.")


def _keep_others_from_writing() -> None:
    if connection.vendor != "postgresql":
        return  # BEGIN IMMEDIATE has done it
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables())
    with connection.cursor() as cursor:
        # This transaction lasts as long as the move.
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = 0")
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE NOWAIT")
