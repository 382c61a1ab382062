"""A migration runs while the release before still works on the tables: it adds, and takes away a release later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

OURS = ("records", "ingest", "search")
# Before these no release was out. Newer ones are held to the rule.
BASELINE = {"records": "0005_pulse", "ingest": "0005_recognition", "search": "0002_set_aside"}
# What code of the release before may still read or write, or what keeps a table from everybody for long.
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.AlterField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
    migrations.AlterUniqueTogether,
)


def newer() -> Iterator[migrations.Migration]:
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items(), key=lambda pair: pair[0]):
        if app in OURS and name > BASELINE[app]:
            yield migration


def risk_of(operation: Operation, migration: migrations.Migration) -> str:
    """Return why an operation is not for a site at work, empty where it is."""
    made = {one.name_lower for one in migration.operations if isinstance(one, migrations.CreateModel)}
    if getattr(operation, "model_name", "").lower() in made:
        return ""
    if isinstance(operation, TAKES_AWAY):
        return "the release before may still use it"
    if isinstance(operation, migrations.AddField):
        field = operation.field
        safe = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
        return "" if safe else "rows of the release before come without it: null or db_default"
    if isinstance(operation, migrations.AddConstraint):
        return "rows of the release before may break it"
    if type(operation) is migrations.AddIndex:
        return "it stops all writing to the table: records.growing.AddIndexBeside"
    return ""


@pytest.mark.parametrize("migration", list(newer()), ids=str)
def test_a_migration_leaves_the_release_before_at_work(migration: migrations.Migration) -> None:
    """One that must take away says so, and since which release nothing uses it: `contracts = "…"` in its class."""
    risks = [f"{one.describe()}: {risk}" for one in migration.operations if (risk := risk_of(one, migration))]
    assert not risks or getattr(migration, "contracts", "")


@pytest.mark.parametrize(
    ("operation", "refused"),
    [
        (migrations.RemoveField("record", "notes"), True),
        (migrations.RenameField("record", "notes", "remarks"), True),
        (migrations.AddField("record", "shelf", models.CharField(max_length=9)), True),
        (migrations.AddField("record", "shelf", models.CharField(max_length=9, default="")), True),
        (migrations.AddField("record", "shelf", models.CharField(max_length=9, null=True)), False),
        (migrations.AddField("record", "shelf", models.CharField(max_length=9, db_default="")), False),
        (migrations.AddIndex("record", models.Index(fields=["notes"], name="by_notes")), True),
    ],
    ids=lambda value: value.describe() if isinstance(value, Operation) else None,
)
def test_what_is_refused(operation: Operation, refused: bool) -> None:
    migration = migrations.Migration("0099_tried", "records")
    migration.operations = [operation]
    assert bool(risk_of(operation, migration)) is refused
