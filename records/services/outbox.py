"""Telling search: raise a record's revision and leave a dirty row, in the transaction of the change."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.db.models import F
from django.utils import timezone

from records.models import Dirty, Record


def leave_dirty(revisions: Mapping[uuid.UUID, int], *, narrows: bool = False, lane: int = Dirty.Lane.PERSON) -> None:
    """Write or raise the dirty rows of these records. A narrowing already noted stays noted."""
    now = timezone.now()
    rows = [
        Dirty(record=pk, revision=revision, narrows=narrows, lane=lane, created=now)
        for pk, revision in revisions.items()
    ]
    raised = ["revision", "narrows", "lane"] if narrows else ["revision", "lane"]
    Dirty.objects.bulk_create(rows, update_conflicts=True, unique_fields=["record"], update_fields=raised)


def touch(records: Iterable[uuid.UUID], *, narrows: bool = False, lane: int = Dirty.Lane.PERSON) -> int:
    """Raise the revision of these records and leave their dirty rows; return how many there were.

    Call inside the transaction of the change: the two updates must not be seen apart.
    """
    ids = list(records)
    Record.objects.filter(pk__in=ids).update(revision=F("revision") + 1)
    revisions = dict(Record.objects.filter(pk__in=ids).values_list("pk", "revision"))
    leave_dirty(revisions, narrows=narrows, lane=lane)
    return len(revisions)
