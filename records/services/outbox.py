"""Telling search: raise a record's revision and leave a dirty row, in the transaction of the change."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from itertools import islice

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from records.models import Dirty, Record
from records.services.turns import in_turn, take_turn
from records.wakeups import INDEXING, wake
from storage.crash_points import reached

# A series may hold more records than a statement can take values (32,766 in SQLite as it comes).
BATCH = 5_000


def leave_dirty(revisions: Mapping[uuid.UUID, int], *, narrows: bool = False, lane: int = Dirty.Lane.PERSON) -> None:
    """Write or raise the dirty rows of these records.

    A narrowing already noted stays noted, and a row in the persons' lane stays there.
    """
    now = timezone.now()
    rows = [
        Dirty(record=pk, revision=revision, narrows=narrows, lane=lane, created=now)
        for pk, revision in sorted(revisions.items())
    ]
    raised = ["revision"]
    if narrows:
        raised.append("narrows")
    if lane == Dirty.Lane.PERSON:
        raised.append("lane")
    Dirty.objects.bulk_create(rows, update_conflicts=True, unique_fields=["record"], update_fields=raised)
    reached("outbox.rows_left")
    wake(INDEXING)


def touch(records: Iterable[uuid.UUID], *, narrows: bool = False, lane: int = Dirty.Lane.PERSON) -> int:
    """Raise the revision of these records and leave their dirty rows; return how many there were.

    Call inside the transaction of the change: the two updates must not be seen apart.
    """
    told = 0
    ids = iter(sorted(records))
    while batch := list(islice(ids, BATCH)):
        present = dict(in_turn(Record.objects.filter(pk__in=batch)).values_list("pk", "revision"))
        Record.objects.filter(pk__in=batch).update(revision=F("revision") + 1)
        reached("outbox.revisions_raised")
        revisions = {pk: revision + 1 for pk, revision in present.items()}
        leave_dirty(revisions, narrows=narrows, lane=lane)
        told += len(revisions)
    return told


@transaction.atomic
def touch_beyond(held: Mapping[uuid.UUID, int]) -> int:
    """Have records indexed anew whatever revision search holds of them; return how many.

    Search passes over what is older than what it holds. After a restore from a copy it may hold something newer
    than the database has, and entries of records that are gone.
    """
    take_turn(held)
    for record, revision in held.items():
        Record.objects.filter(pk=record, revision__lt=revision).update(revision=revision)
    touch(held)
    known: set[uuid.UUID] = set()
    ids = iter(held)
    while batch := list(islice(ids, BATCH)):
        known.update(Record.objects.filter(pk__in=batch).values_list("pk", flat=True))
    leave_dirty({record: revision for record, revision in held.items() if record not in known})
    return len(held)
