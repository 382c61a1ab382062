"""Proof that the index equals the database: the same entries, of the same revision, tokens and content."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from records.models import Dirty, Record
from records.services.outbox import touch_beyond
from search.building import build_entries
from search.engines import engine
from search.models import SetAside

BATCH = 200


@dataclass(frozen=True, slots=True)
class IndexDifference:
    """An entry that is missing, left over or other than the database says; `held` is the revision in the index."""

    record: uuid.UUID
    version: int
    detail: str
    held: int = 0


def compare_index() -> list[IndexDifference]:
    """Compare every entry by revision and checksum; records that are dirty are still to come and left out."""
    held: dict[uuid.UUID, dict[tuple[int, int], tuple[int, str]]] = {}
    for entry in engine().scan():
        place = held.setdefault(uuid.UUID(entry.record), {})
        place[(entry.version, entry.part)] = (entry.revision, entry.checksum)
    found: list[IndexDifference] = []
    for batch in _batches():
        built = build_entries(batch).entries
        for pk in batch:
            expected = {(entry.version, entry.part): (entry.revision, entry.checksum) for entry in built.get(pk, [])}
            found.extend(_compared(pk, expected, held.pop(pk, {})))
    for pk, entries in held.items():
        found.extend(_compared(pk, {}, entries))
    return _settled(found)


def _batches() -> Iterator[list[uuid.UUID]]:
    last: uuid.UUID | None = None
    while True:
        rows = Record.objects.order_by("pk")
        if last is not None:
            rows = rows.filter(pk__gt=last)
        batch = list(rows.values_list("pk", flat=True)[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1]


def _compared(
    pk: uuid.UUID,
    expected: dict[tuple[int, int], tuple[int, str]],
    held: dict[tuple[int, int], tuple[int, str]],
) -> Iterator[IndexDifference]:
    for place in sorted(expected.keys() | held.keys()):
        if place not in held:
            yield IndexDifference(pk, place[0], "not in the index")
        elif place not in expected:
            yield IndexDifference(pk, place[0], "in the index, but not in the database", held[place][0])
        elif held[place] != expected[place]:
            revision = f"revision {held[place][0]} for {expected[place][0]}"
            yield IndexDifference(pk, place[0], f"indexed differently ({revision})", held[place][0])


def repair(found: Iterable[IndexDifference]) -> int:
    """Have these records indexed again; return how many. The worker does it."""
    held: dict[uuid.UUID, int] = {}
    for difference in found:
        held[difference.record] = max(difference.held, held.get(difference.record, 0))
    return touch_beyond(held)


def _settled(found: list[IndexDifference]) -> list[IndexDifference]:
    """Leave out what is dirty: looked at after the comparison, as a change may have come in between."""
    dirty: set[uuid.UUID] = set()
    records = [difference.record for difference in found]
    for at in range(0, len(records), 500):
        dirty.update(Dirty.objects.filter(record__in=records[at : at + 500]).values_list("record", flat=True))
    reasons = dict(SetAside.objects.values_list("record", "reason"))
    return [
        replace(difference, detail=f"set aside: {reasons[difference.record]}")
        if difference.record in reasons
        else difference
        for difference in found
        if difference.record not in dirty
    ]
