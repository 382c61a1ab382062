"""What must hold after every case (guide, I1 to I8), read from the rows and the bytes themselves; in a fork."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from tests.faults.profiles import Embedded

A_MONTH = dt.timedelta(days=30)

# What had to be asked twice has more of these, and says so: an import that broke off goes on in its batch.
PER_RUN = ("batch.opened", "batch.resumed", "batch.closed", "receipt.issued", "backup.taken")

# Tables whose rows do not depend on who asked how often: what is asked, and the part of the state it is.
QUESTIONS = {
    "versions": (
        "SELECT r.external_id, r.title, r.classification, v.number, v.state, b.sha256, b.size FROM records_record r"
        " JOIN records_version v ON v.record_id = r.id JOIN records_blob b ON b.id = v.blob_id"
    ),
    "texts": (
        "SELECT b.sha256, t.kind, t.reading, t.page_count FROM records_rendition t"
        " JOIN records_version v ON v.id = t.version_id JOIN records_blob b ON b.id = v.blob_id"
    ),
    "grants": (
        "SELECT r.external_id, g.token, g.action FROM records_grant g LEFT JOIN records_record r ON r.id = g.record_id"
    ),
    "jobs": "SELECT state, code, count(*) FROM ingest_job GROUP BY state, code",
    "uploads": "SELECT filename, state FROM ingest_upload",
    "came_in": "SELECT path, sha256 FROM ingest_batchitem WHERE state = 'imported'",
    "tombstones": "SELECT external_id, versions, reason FROM records_tombstone",
    "events": "SELECT name, count(*) FROM records_event GROUP BY name",
    "seats": "SELECT count(*) FROM records_membership",
    # A watched folder has a batch a round, however many rounds it takes.
    "batches": "SELECT DISTINCT name, state, files FROM ingest_batch WHERE name <> 'drop'",
}


def rows(sql: str) -> list[list[Any]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted(([str(cell) for cell in row] for row in cursor.fetchall()), key=repr)


def state_of() -> dict[str, list[list[Any]]]:
    """Return what the site holds, without ids and times: two sites of the same story are equal."""
    state = {part: rows(sql) for part, sql in QUESTIONS.items()}
    state["events"] = [row for row in state["events"] if row[0] not in PER_RUN]
    return state


def broken(profile: Embedded, reference: dict[str, list[list[Any]]] | None) -> list[str]:
    """Return every promise that a settled site has broken, by its name in the guide; `reference` was never ended."""
    found: list[str] = []
    state = state_of()
    for part, wanted in (reference or {}).items():
        if state[part] != wanted:
            gone = [row for row in wanted if row not in state[part]]
            more = [row for row in state[part] if row not in wanted]
            found.append(f"I1 I4 I6: {part} differ: missing {gone[:3]}, more {more[:3]}")
    return found + _bytes() + _standing_still() + [f"I8: left behind: {one}" for one in profile.left_behind()]


def _bytes() -> list[str]:
    """I1 and I2: every blob's bytes are there and are its own, and no bytes lie there that no row owns."""
    from records.models import Blob
    from records.stores import documents
    from storage.errors import StorageError

    found, store = [], documents()
    owned = dict(Blob.objects.values_list("key", "sha256"))
    for key, sha256 in owned.items():
        try:
            whole = hashlib.sha256(b"".join(store.open(key))).hexdigest()
        except StorageError as failure:
            whole = str(failure)
        if whole != sha256:
            found.append(f"I1: the bytes of {key} are not there: {whole}")
    lying = {stat.key for stat in store.list("blobs/")}
    return found + [f"I2: nobody owns {key}" for key in sorted(lying - set(owned))]


def _standing_still() -> list[str]:
    """I7: no work stands still."""
    counts = rows("SELECT state, count(*) FROM ingest_job WHERE state IN ('waiting', 'running') GROUP BY state")
    found = [f"I7: jobs stand still: {counts}"] if counts else []
    left = [table for table in ("records_dirty", "ingest_uploadpart") if rows(f"SELECT 1 FROM {table}")]
    return found + [f"I7: rows are left in {table}" for table in left]


@contextmanager
def clock_moved(by: dt.timedelta) -> Iterator[None]:
    """Let the site's clock be so much on, or back."""
    from django.utils import timezone

    now = timezone.now

    def moved() -> dt.datetime:
        return now() + by

    with mock.patch.object(timezone, "now", moved):
        yield


@contextmanager
def later(by: dt.timedelta = A_MONTH) -> Iterator[None]:
    """Let the site's clock, and the age of what lies in its folders, be so much on."""
    from django.conf import settings

    long_ago = time.time() - by.total_seconds()
    for root, _, names in os.walk(settings.LEGAJO_HOME):
        if by and "files" in root:
            for name in names:
                os.utime(Path(root) / name, (long_ago, long_ago))
    with clock_moved(by):
        yield
