"""An archive of a hundred thousand records, written by the database itself: who sees how much is decided here.

A counsel sees fifty records, a member two thousand more, the staff of the archive nearly all, a stranger forty.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.db import connection, models
from django.utils import timezone

from ingest.models import Batch, BatchItem, Job
from records.models import (
    Blob,
    Body,
    Capture,
    Dirty,
    Event,
    Grant,
    Page,
    Record,
    Rendition,
    Seal,
    Series,
    Session,
    Version,
)
from records.persons import operator
from records.services.opening import give_grant
from records.services.organising import put_body, put_membership, put_series
from records.services.people import put_user

MANY = 100_000
PUBLIC, COUNSELS, OF_THE_PLENARY = 40, 10, 2_000
RECORD = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
TEXT = "('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid"
DIGEST = "encode(sha256(n::text::bytea), 'hex')"
DAY = "date '1950-01-01' + (n % 27000)"


def put(model: type[models.Model], many: int = MANY, *, where: str = "true", **said: str) -> None:
    """Insert rows for n = 1 … many. What is not said is what the model leaves it at."""
    columns, values, given = [], [], []
    for field in model._meta.concrete_fields:
        if field.name in said:
            columns.append(connection.ops.quote_name(field.column))
            values.append(said[field.name].replace("%", "%%"))
        elif not isinstance(field, models.AutoField):
            columns.append(connection.ops.quote_name(field.column))
            values.append("%s")
            given.append(field.get_db_prep_save(field.get_default(), connection))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
            f"SELECT {', '.join(values)} FROM generate_series(1, {many}) AS n WHERE {where.replace('%', '%%')}",
            given,
        )


def fill() -> None:
    """Write the archive and let the database count what it has."""
    office = operator("test")
    people = {name: put_user(username=name, by=office) for name in ("counsel", "member", "clerk", "archivist")}
    people["clerk"].groups.add(Group.objects.get_or_create(name="staff")[0])
    bodies = [put_body(code=f"B{n}", name=f"Grupo {n}", kind="working_group", by=office) for n in range(1, 13)]
    put_membership(user=people["member"], body=bodies[0], by=office, starts=dt.date(2020, 1, 1))
    series = [put_series(code=f"S{n:02}", by=office, access="reserved", belonging="both") for n in range(1, 51)]
    for one in series[:48]:
        give_grant(reader="group:staff", series=one, by=office)
    with connection.cursor() as cursor:
        # Its own checks of each row are what other tests look at.
        cursor.execute("SET session_replication_role = replica")
        _records(bodies, series)
        _files()
        _rights_and_events()
        _work()
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _records(bodies: list[Body], series: list[Series]) -> None:
    first_body, first_series = bodies[0].pk, series[0].pk
    put(
        Session,
        2_000,
        id="n",
        code="'SO-' || n",
        body=f"{first_body} + 1 + n % 11",
        number="n",
        year="2000",
        date=DAY,
    )
    in_plenary = f"n % {MANY // OF_THE_PLENARY} = 0"
    put(
        Record,
        id=RECORD,
        external_id="'doc/' || n",
        title="'Resolución sobre el asunto ' || n",
        kind="(ARRAY['ley', 'decreto_supremo', 'resolucion_ministerial', 'acta'])[1 + n % 4]",
        number_key="'rm|' || n % 50000 || '|2024'",
        classification=f"CASE WHEN n % {MANY // PUBLIC} = 1 THEN 'public' ELSE 'reserved' END",
        series=f"{first_series} + n % 50",
        body=f"CASE WHEN {in_plenary} THEN {first_body} ELSE {first_body} + 1 + n % 11 END",
        session="CASE WHEN n % 20 = 7 THEN 1 + n % 2000 END",
        date_text="''",
        date_min=DAY,
        date_max=DAY,
        created_at="now()",
    )


def _files() -> None:
    put(Blob, id="n", sha256=DIGEST, size="n", key=DIGEST, created_at="now()")
    states = "CASE WHEN n % 50 = 3 THEN 'draft' ELSE 'published' END"
    put(Version, id="n", record=RECORD, number="1", state=states, blob="n", published_at="now()", created_at="now()")
    put(Capture, id="n", version="n", name="'doc-' || n || '.pdf'", sha256=DIGEST, size="n", captured_at="now()")
    put(Rendition, id="n", version="n", kind="'original'", blob="n", created_at="now()")
    put(Rendition, id=f"n + {MANY}", version="n", kind="'text'", source="n", reading="'read'", created_at="now()")
    put(Page, rendition=f"n + {MANY}", number="1", text="repeat('Artículo único. ', 20)", source="'layer'")


def _rights_and_events() -> None:
    put(Grant, record=RECORD, token="'user:archivist'", action="'manage'", start_told="true", created_at="now()")
    few = f"n % {MANY // COUNSELS} = 11"
    put(Grant, where=few, record=RECORD, token="'user:counsel'", start_told="true", created_at="now()")
    put(Event, id="n + 1000", at="now()", name="'record.created'", by="''", origin="''", record=RECORD)
    put(Seal, MANY - 500, position="n", event="n + 1000", hash=DIGEST)


def _work() -> None:
    batch = Batch.objects.create(by_name="archivist", created_at=timezone.now())
    waiting = f"n > {MANY} - 60"
    put(BatchItem, batch=f"'{batch.pk}'::uuid", path="'doc-' || n", state="'imported'", version="n")
    put(
        Job,
        id=TEXT,
        rendition=f"n + {MANY}",
        record=RECORD,
        batch=f"'{batch.pk}'::uuid",
        state=f"CASE WHEN {waiting} THEN 'waiting' ELSE 'done' END",
        step="'read'",
        created_at="now()",
    )
    put(Dirty, where="n % 200 = 0", record=RECORD, revision="1", lane="1", created="now()")
