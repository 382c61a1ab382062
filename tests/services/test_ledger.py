"""What happened cannot be rewritten: not at once, not row by row, and not by the account that the site runs under."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from deploy.env import PROJECT
from records.models import Event, Seal
from records.persons import operator
from records.services.opening import give_grant
from records.services.sealing import seal_events, verify_chain
from tests.records.making import new_version

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("on_postgresql")]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["records_event", "records_seal", "records_event CASCADE"])
def test_a_ledger_is_not_emptied(table: str) -> None:
    new_version()
    seal_events()
    with pytest.raises(IntegrityError, match="append-only"):
        run(f"TRUNCATE {table}" if "CASCADE" in table else f"TRUNCATE {table}, records_seal, records_event")
    assert Event.objects.exists()
    assert Seal.objects.exists()


def test_the_refusals_can_be_taken_back_and_made_again() -> None:
    call_command("migrate", "records", "0005", interactive=False, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    with pytest.raises(IntegrityError, match="append-only"):
        run("TRUNCATE records_event, records_seal")


def documented_grants(role: str) -> str:
    """The statements of docs/install.md, for this account."""
    text = (PROJECT / "docs" / "install.md").read_text(encoding="utf-8")
    found = re.search(r"```sql\n(.*?)```", text, re.DOTALL)
    assert found is not None
    lines = found[1].replace("legajo_app", role)
    return "\n".join(line for line in lines.splitlines() if not line.startswith("CREATE ROLE"))


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    run(f"SET ROLE {role}")
    try:
        yield
    finally:
        run("RESET ROLE")


@pytest.fixture
def clerk() -> Iterator[str]:
    """The account of docs/install.md, under which the site runs but owns nothing."""
    role = f"clerk_{uuid.uuid4().hex}"
    run(f"CREATE ROLE {role}")
    run(documented_grants(role))
    yield role
    run(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_the_account_of_the_site_does_its_work_and_cannot_undo_the_refusals(clerk: str) -> None:
    with acting_as(clerk):
        give_grant(reader="user:counsel", record=new_version().record, by=operator("test"))
        assert seal_events()
        assert not list(verify_chain())
        for forbidden in (
            "DROP TRIGGER event_never_changes ON records_event",
            "ALTER TABLE records_event DISABLE TRIGGER ALL",
            "UPDATE records_event SET name = 'record.created'",
            "DELETE FROM records_seal",
            "TRUNCATE records_event, records_seal",
            "DROP TABLE records_seal",
            "CREATE FUNCTION event_never_changes() RETURNS int AS 'SELECT 1' LANGUAGE sql",
        ):
            with pytest.raises(DatabaseError) as refused:
                run(forbidden)
            assert isinstance(refused.value, ProgrammingError), forbidden
