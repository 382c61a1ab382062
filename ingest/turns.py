"""Whose file is read next: a person's before a bulk import's, and of several imports each its share."""

from __future__ import annotations

import uuid

from django.db import connection

from ingest.models import JobQuerySet

MOST_BATCHES = 16
"""So many imports share a claim; further ones have their turn as these end."""


def in_fair_turn(due: JobQuerySet, most: int) -> list[uuid.UUID]:
    """Return the ids of up to `most` due jobs, locked where the database locks rows.

    What persons brought in comes first, by age. The rest is shared equally among the batches that have something due,
    and what one does not use goes to the oldest: a small import does not wait behind 100,000 files.
    """
    first = _taken(due.filter(lane=0), most)
    room = most - len(first)
    if not room:
        return first
    waiting = due.exclude(lane=0)
    batches = _batches_of(waiting)
    shared: list[uuid.UUID] = []
    if len(batches) > 1:
        share = max(1, room // len(batches))
        for batch in batches:
            mine = waiting.filter(batch=batch)
            shared += _taken(mine, min(share, room - len(shared)))
    rest = waiting.exclude(pk__in=shared) if shared else waiting
    return first + shared + _taken(rest, room - len(shared))


def _taken(jobs: JobQuerySet, most: int) -> list[uuid.UUID]:
    if most <= 0:
        return []
    rows = jobs.order_by("lane", "id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return list(rows.values_list("pk", flat=True)[:most])


def _batches_of(waiting: JobQuerySet) -> list[uuid.UUID | None]:
    """Return the batches that have something due: one look by the index for each, however many files they have."""
    found: list[uuid.UUID | None] = []
    if waiting.filter(batch=None).exists():
        found.append(None)
    last: uuid.UUID | None = None
    while len(found) < MOST_BATCHES:
        further = waiting.exclude(batch=None) if last is None else waiting.filter(batch__gt=last)
        row = further.order_by("batch").values_list("batch", flat=True).first()
        if row is None:
            break
        found.append(row)
        last = row
    return found
