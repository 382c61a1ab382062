"""While somebody types: what begins so, among what they may see."""

from __future__ import annotations

from dataclasses import dataclass

from records.access import Person
from records.models import Body, Record
from search.engines import engine
from search.service import re_read, readers_of, unsettled


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that begins as typed: a record by its title or number, or a body."""

    kind: str
    text: str
    record: Record | None = None
    body: Body | None = None


def suggest(text: str, *, person: Person, size: int = 10) -> list[Suggestion]:
    """Return what begins as typed, among what this person may see. Empty for less than two letters."""
    text = text[:200]
    if len(text.strip()) < 2:
        return []
    today = person.today.toordinal()
    hits = engine().suggest(text, readers=readers_of(person), today=today, excluded=unsettled(person), size=size)
    found = []
    for result in re_read(hits, person):
        numbered = bool(result.record.number) and any(letter.isdigit() for letter in text)
        shown = result.record.number if numbered else result.record.full_title or str(result.record)
        found.append(Suggestion("number" if numbered else "record", shown, record=result.record))
    return found
