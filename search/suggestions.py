"""While somebody types: numbers, titles and bodies that begin so, among what they may know of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from records.access import Person
from records.directory import bodies_known_to
from records.models import Body, Record
from search.backends.base import Hit
from search.engines import engine
from search.language import fold, tokens
from search.service import readers_of, unsettled
from search.typed import BEGUN_NUMBER, Typed, words_typed

LONGEST_TYPED = 200
SHORTEST_TYPED = 2
MOST_BODIES = 3
# So many times what is shown is looked at for titles that begin as typed, word for word.
CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that begins as typed: a record by its number or its title, or a body. `detail` says more of it."""

    kind: str
    text: str
    detail: str = ""
    record: Record | None = None
    body: Body | None = None


def suggest(text: str, *, person: Person, size: int = 10) -> list[Suggestion]:
    """Return what begins as typed: numbers first, then bodies, then titles. Empty for less than two letters."""
    text = text[:LONGEST_TYPED]
    if len(text.strip()) < SHORTEST_TYPED:
        return []
    today = person.today.toordinal()
    hits = engine().suggest(
        text, readers=readers_of(person), today=today, excluded=unsettled(person), size=size * CANDIDATES
    )
    numbers, titles = _of_records(hits, person)
    begun = fold(text.strip())
    titles.sort(key=lambda one: not fold(one.text).startswith(begun))
    return [*numbers, *_of_bodies(text, person), *titles][:size]


def _of_records(hits: Sequence[Hit], person: Person) -> tuple[list[Suggestion], list[Suggestion]]:
    """Read what the engine found through the one door; return what was found by its number, and the rest."""
    ids = [uuid.UUID(hit.record) for hit in hits]
    records = {str(record.pk): record for record in Record.objects.visible_to(person).filter(pk__in=ids)}
    numbers: list[Suggestion] = []
    titles: list[Suggestion] = []
    for hit in hits:
        record = records.get(hit.record)
        if record is None:
            continue
        title = record.full_title or str(record)
        if hit.score >= BEGUN_NUMBER and record.number:
            numbers.append(Suggestion("number", record.number, title, record=record))
        else:
            titles.append(Suggestion("record", title, record.number, record=record))
    return numbers, titles


def _of_bodies(text: str, person: Person) -> list[Suggestion]:
    """Return the bodies whose name has the words typed, the last perhaps only begun, or whose code begins so."""
    typed, code = words_typed(text), fold(text.strip())
    found = []
    for body in bodies_known_to(person).select_related(None).only("code", "name"):
        coded = fold(body.code).startswith(code)
        if coded or _named(body.name, typed):
            found.append((not coded, len(body.name), body))
    found.sort(key=lambda one: one[:2])
    return [Suggestion("body", body.name, body.code, body=body) for _, _, body in found[:MOST_BODIES]]


def _named(name: str, typed: Typed) -> bool:
    if typed.is_empty:
        return False
    words = {token.word for token in tokens(name)}
    begun = not typed.begun or any(word.startswith(typed.begun) for word in words)
    return begun and words.issuperset(typed.words)
