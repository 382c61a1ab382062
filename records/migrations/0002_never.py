"""What the database itself refuses, beyond unique and check constraints: triggers, on each database we run on."""

from django.db import migrations

FOREVER = "COALESCE({alias}.valid_to, '9999-12-31')"
EVER = "COALESCE({alias}.valid_from, '0001-01-01')"
OVERLAP = (
    "SELECT 1 FROM records_version other WHERE other.record_id = NEW.record_id AND other.state = 'published' "
    "AND other.number <> NEW.number "
    f"AND {EVER.format(alias='other')} < {FOREVER.format(alias='NEW')} "
    f"AND {EVER.format(alias='NEW')} < {FOREVER.format(alias='other')}"
)

# (name, table, moment, condition, message)
REFUSALS = [
    ("event_never_changes", "records_event", "UPDATE", "", "events are append-only"),
    ("event_never_goes", "records_event", "DELETE", "", "events are append-only"),
    ("seal_never_changes", "records_seal", "UPDATE", "", "seals are append-only"),
    ("seal_never_goes", "records_seal", "DELETE", "", "seals are append-only"),
    ("capture_never_changes", "records_capture", "UPDATE", "", "captured facts never change"),
    (
        "blob_never_changes",
        "records_blob",
        "UPDATE",
        "NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.key <> OLD.key",
        "stored bytes never change",
    ),
    (
        "version_keeps_its_bytes",
        "records_version",
        "UPDATE",
        "OLD.blob_id IS NOT NULL AND (NEW.blob_id IS NULL OR NEW.blob_id <> OLD.blob_id)",
        "the bytes of a version never change",
    ),
    (
        "version_overlap_new",
        "records_version",
        "INSERT",
        f"NEW.state = 'published' AND EXISTS ({OVERLAP})",
        "published validities overlap",
    ),
    (
        "version_overlap",
        "records_version",
        "UPDATE",
        f"NEW.state = 'published' AND EXISTS ({OVERLAP})",
        "published validities overlap",
    ),
]


def sqlite_trigger(name, table, moment, condition, message):
    when = f" WHEN {condition}" if condition else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH ROW{when} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def postgresql_trigger(name, table, moment, condition, message):
    body = f"IF {condition or 'TRUE'} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
    row = "OLD" if moment == "DELETE" else "NEW"
    body = body.replace("'9999-12-31'", "DATE '9999-12-31'").replace("'0001-01-01'", "DATE '0001-01-01'")
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {body} RETURN {row}; END $$ LANGUAGE plpgsql; "
        f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def create(apps, schema_editor):
    make = {"sqlite": sqlite_trigger, "postgresql": postgresql_trigger}[schema_editor.connection.vendor]
    for refusal in REFUSALS:
        schema_editor.execute(make(*refusal).replace("%", "%%"))


def drop(apps, schema_editor):
    for name, table, *_ in REFUSALS:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
