"""Proof that the index equals the database: the same entries, of the same revision, readers and content."""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice

from records.models import Dirty, Record
from records.services.outbox import touch_beyond
from search.building import build_entries
from search.engines import engine
from search.indexing import groups_of
from search.models import SetAside

BATCH = 200
AT_ONCE = 500

Place = tuple[int, int]
"""Version and part."""
Held = tuple[int, str, str]
"""Revision, checksum of the content, digest of the readers."""


@dataclass(frozen=True, slots=True)
class IndexDifference:
    """An entry that is missing, left over or other than the database says; `held` is the revision in the index.

    `set_aside`: the engine does not take the record, and the detail says why.
    """

    record: uuid.UUID
    version: int
    detail: str
    held: int = 0
    set_aside: bool = False


def compare_index() -> list[IndexDifference]:
    """Compare every entry by revision, readers and checksum; records that are dirty are still to come and left out.

    What the index holds is laid into a file meanwhile, so that memory does not grow with it.
    """
    found: list[IndexDifference] = []
    with closing(sqlite3.connect("")) as held:  # a database of its own on the disk, gone when it is closed
        _lay_down(held)
        for batch in _batches():
            for group in groups_of(batch):
                found.extend(_compared_group(group, held))
        for pk in [uuid.UUID(row[0]) for row in held.execute("SELECT DISTINCT record FROM entry ORDER BY record")]:
            found.extend(_compared(pk, {}, _taken(held, [pk]).get(pk, {})))
    return _settled(found)


def _lay_down(held: sqlite3.Connection) -> None:
    held.execute("CREATE TABLE entry (record, version, part, revision, checksum, readers)")
    entries = engine().scan()
    while some := list(islice(entries, AT_ONCE)):
        held.executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
            (
                (one.record, one.version, one.part, one.revision, one.checksum, _readers(one.tokens, one.hidden_from))
                for one in some
            ),
        )
    held.execute("CREATE INDEX by_record ON entry (record)")


def _taken(held: sqlite3.Connection, records: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[Place, Held]]:
    """Return what the index holds of these records, and take it out of what is left."""
    found: dict[uuid.UUID, dict[Place, Held]] = {}
    names = [str(pk) for pk in records]
    among = f"FROM entry WHERE record IN ({', '.join('?' * len(names))})"
    for record, version, part, *rest in held.execute(
        f"SELECT record, version, part, revision, checksum, readers {among}",
        names,
    ):
        found.setdefault(uuid.UUID(record), {})[(version, part)] = (rest[0], rest[1], rest[2])
    held.execute(f"DELETE {among}", names)
    return found


def _compared_group(group: Sequence[uuid.UUID], held: sqlite3.Connection) -> Iterator[IndexDifference]:
    built, taken = build_entries(group).entries, _taken(held, group)
    for pk in group:
        expected = {
            (entry.version, entry.part): (entry.revision, entry.checksum, _readers(entry.tokens, entry.hidden_from))
            for entry in built.get(pk, [])
        }
        yield from _compared(pk, expected, taken.get(pk, {}))


def _readers(tokens: Iterable[str], hidden_from: Iterable[str]) -> str:
    return hashlib.blake2b(repr((sorted(tokens), sorted(hidden_from))).encode(), digest_size=12).hexdigest()


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


def _compared(pk: uuid.UUID, expected: Mapping[Place, Held], held: Mapping[Place, Held]) -> Iterator[IndexDifference]:
    for place in sorted(expected.keys() | held.keys()):
        if place not in held:
            yield IndexDifference(pk, place[0], "not in the index")
        elif place not in expected:
            yield IndexDifference(pk, place[0], "in the index, but not in the database", held[place][0])
        elif held[place] != expected[place]:
            what = "for other readers" if held[place][:2] == expected[place][:2] else "differently"
            revision = f"revision {held[place][0]} for {expected[place][0]}"
            yield IndexDifference(pk, place[0], f"indexed {what} ({revision})", held[place][0])


def repair(found: Iterable[IndexDifference]) -> int:
    """Have these records indexed again; return how many. The worker does it."""
    held: dict[uuid.UUID, int] = {}
    for difference in found:
        held[difference.record] = max(difference.held, held.get(difference.record, 0))
    return touch_beyond(held)


def _settled(found: list[IndexDifference]) -> list[IndexDifference]:
    """Leave out what is dirty: looked at after the comparison, as a change may have come in between."""
    settled: list[IndexDifference] = []
    for at in range(0, len(found), AT_ONCE):
        some = found[at : at + AT_ONCE]
        records = {difference.record for difference in some}
        dirty = set(Dirty.objects.filter(record__in=records).values_list("record", flat=True))
        reasons = dict(SetAside.objects.filter(record__in=records).values_list("record", "reason"))
        settled += [
            replace(difference, detail=f"set aside: {reasons[difference.record]}", set_aside=True)
            if difference.record in reasons
            else difference
            for difference in some
            if difference.record not in dirty
        ]
    return settled
