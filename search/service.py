"""Asking: from parameters and a person to an answer whose every row has passed the one door again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from records.access import ABOVE_THIS_COUNTS_ARE_LEFT_OUT, Person, unsettled_records
from records.errors import InvalidValue, NotFound
from records.models import Body, Record, Section, Version
from records.numbers import query_number
from search.engine import ask
from search.engines import engine
from search.labels import labelled
from search.params import SearchParams
from search.passages import HitView, passages
from search.query import Query, Readers
from search.query import Suggest as SuggestQuery


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Result:
    """One document found: the record and the version that is its view here, and the places in its text."""

    record: Record
    version: Version
    score: float
    hits: list[HitView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gave. `total` and facets are left out (None, empty) while too many narrowings are unsettled."""

    total: int | None
    results: list[Result]
    facets: Mapping[str, list[FacetValue]]
    suggestion: str | None
    next: str | None
    took_ms: int


def readers_of(person: Person) -> Readers:
    """Return who asks, as the engine's filter takes it."""
    return Readers(person.tokens, everything=person.everything)


def answer(params: SearchParams, *, person: Person) -> Answer:
    """Search as this person. Raises InvalidValue (with attr), InvalidCursor, CursorExpired, SearchUnavailable."""
    began = time.perf_counter()
    excluded = unsettled_records(day=person.today)
    query = _query(params, person, excluded)
    found = ask(query, engine(), cursor=params.cursor, bound_to=_binding(person))
    results = _re_read(found.hits, person, query)
    return Answer(
        total=found.total,
        results=results,
        facets=_facets(found.facets),
        suggestion=found.suggestion,
        next=found.next,
        took_ms=round((time.perf_counter() - began) * 1000),
    )
