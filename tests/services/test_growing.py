"""A release is put in place while people work: with a table that somebody keeps, and with two that start at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from structlog.testing import capture_logs

from deploy import migrating
from deploy.migrating import migrate_if_behind, missing_migrations
from records.exclusive import held_in_turn

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("on_postgresql")]


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database of the release before, and a migration that is quick to give up."""
    monkeypatch.setattr(migrating, "LOCK_MILLISECONDS", 50)
    monkeypatch.setattr(migrating, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(migrating, "ATTEMPTS", 100_000)
    call_command("migrate", "records", "0005", interactive=False, verbosity=0)
    yield
    call_command("migrate", interactive=False, verbosity=0)


def start() -> bool:
    """What every process does first."""
    try:
        return migrate_if_behind()
    finally:
        connection.close()


def writing_until(done: threading.Event, began: threading.Event) -> None:
    """Somebody's long transaction: an import that has written its events and goes on.

    The release before wrote it, whose rows today's models cannot write: what counts is the lock its writing took.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE records_event IN ROW EXCLUSIVE MODE")
            began.set()
            done.wait()
    finally:
        connection.close()


@pytest.fixture
def import_at_work() -> Iterator[threading.Event]:
    done, began = threading.Event(), threading.Event()
    person = threading.Thread(target=writing_until, args=(done, began))
    person.start()
    assert began.wait(10), "the long transaction did not begin"
    yield done
    done.set()
    person.join()


@pytest.mark.fault("F10")
def test_a_migration_steps_back_before_work_and_comes_again(behind: None, import_at_work: threading.Event) -> None:
    with capture_logs() as told, ThreadPoolExecutor(1) as operators:
        starting = operators.submit(start)
        while not told:
            wait([starting], timeout=0.01)
        import_at_work.set()
        assert starting.result()
    assert told[0]["event"] == "a table is in use; the migration tries again"
    assert missing_migrations() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0", "1min")


def test_a_table_kept_for_good_ends_the_start_with_a_sentence(
    behind: None, import_at_work: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "ATTEMPTS", 2)
    with pytest.raises(CommandError, match="pg_stat_activity"):
        migrate_if_behind()


@pytest.mark.fault("F10")
def test_two_that_start_at_once_migrate_once_and_an_index_is_made_while_the_other_waits(behind: None) -> None:
    with ThreadPoolExecutor(2) as operators:
        with held_in_turn("migrating"):
            starting = [operators.submit(start) for _ in range(2)]
        assert sorted(one.result() for one in starting) == [False, True]
    assert missing_migrations() == 0
