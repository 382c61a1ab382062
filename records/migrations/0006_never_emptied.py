"""What the first refusals left open: emptying a table at once, replacing a row, and two who publish at one moment."""

import importlib

from django.db import migrations

never = importlib.import_module("records.migrations.0002_never")

# Tables that are only ever added to.
LEDGERS = {"records_event": "events are append-only", "records_seal": "seals are append-only"}

# SQLite deletes what `INSERT OR REPLACE` replaces without asking the triggers of deletion.
REPLACED = {
    "records_event": "EXISTS (SELECT 1 FROM records_event WHERE id = NEW.id)",
    "records_seal": "EXISTS (SELECT 1 FROM records_seal WHERE position = NEW.position OR event_id = NEW.event_id)",
}
OVERLAPS = ("version_overlap", "version_overlap_new")


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        for table, message in LEDGERS.items():
            trigger = never.sqlite_trigger(f"{table}_never_replaced", table, "INSERT", REPLACED[table], message)
            schema_editor.execute(trigger)
        return
    for table, message in LEDGERS.items():
        schema_editor.execute(
            f"CREATE FUNCTION {table}_never_emptied() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql; "
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_never_emptied()"
        )
    # Two transactions do not see each other's versions: whoever publishes has the record to itself until it commits.
    _say_overlap(
        schema_editor,
        "IF NEW.state = 'published' THEN PERFORM 1 FROM records_record WHERE id = NEW.record_id FOR NO KEY UPDATE; "
        "END IF; ",
    )


def drop(apps, schema_editor):
    for table in LEDGERS:
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_never_replaced")
        else:
            schema_editor.execute(
                f"DROP TRIGGER {table}_never_emptied ON {table}; DROP FUNCTION {table}_never_emptied()"
            )
    if schema_editor.connection.vendor == "postgresql":
        _say_overlap(schema_editor, "")


def _say_overlap(schema_editor, first):
    """Write the functions of the overlap triggers anew, with something to be done first."""
    for refusal in never.REFUSALS:
        if refusal[0] in OVERLAPS:
            function = never.postgresql_trigger(*refusal).partition("; CREATE TRIGGER")[0]
            function = function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
                "BEGIN ", f"BEGIN {first}", 1
            )
            schema_editor.execute(function.replace("%", "%%"))


class Migration(migrations.Migration):
    dependencies = [("records", "0005_pulse")]
    operations = [migrations.RunPython(create, drop)]
