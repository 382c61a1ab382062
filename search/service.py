"""Asking: from parameters and a person to an answer whose every row has passed the one door again."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings

from records.access import ABOVE_THIS_COUNTS_ARE_LEFT_OUT, Person, unsettled_records
from records.models import Record, Version
from records.numbers import index_forms, parse_number
from search.asking import NOTHING, Note
from search.backends.base import Hit, Place, Plan
from search.conditions import Instead
from search.cursors import binding, read_cursor, write_cursor
from search.engines import engine
from search.labels import labelled
from search.language import stem, twins
from search.params import SearchParams
from search.passages import HitView, Passages, Sought
from search.query import Asked, Other, Query, Readers, read_text
from search.quoting import Wording, quoted, read_ahead
from search.synonyms.applying import NO_SYNONYMS
from search.synonyms.kept import synonyms

EVERY = slice(None)


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
    """What a search gave. `total` and facets are left out (None, empty) while too many narrowings are unsettled.

    `notes` say what of the question could not be read as it was written; they tell nothing of any record.
    """

    total: int | None
    results: list[Result]
    facets: Mapping[str, list[FacetValue]]
    suggestion: str | None
    next: str | None
    took_ms: int
    notes: Sequence[Note] = ()


def answer(params: SearchParams, *, person: Person, synonymous: bool = True) -> Answer:
    """Search as this person; without `synonymous`, for the words alone that were asked for.

    Raises InvalidValue (with attr), InvalidCursor, CursorExpired, SearchUnavailable.
    """
    began = time.perf_counter()
    query = query_of(params, person)
    asked = read_text(params.q)
    bound_to = binding(
        person.user_id,
        person.everything,
        params.q,
        params.scope,
        sorted(params.filters.items()),
        params.date_from,
        params.date_to,
        params.as_of,
        params.versions,
        params.sort,
    )
    place = Place()
    if params.cursor:
        place = read_cursor(params.cursor, generation=engine().status().generation, bound_to=bound_to)
    meant = _meant(asked, query)
    instead = _instead(asked, meant, synonymous=synonymous)
    plan = Plan(query, asked, place, instead)
    ahead = read_ahead(plan)
    found = engine().search(ahead or plan)
    page = slice(place.rank, place.rank + params.size) if ahead else slice(params.size)
    quotation = quoted(plan, found) if ahead else None
    results = re_read(found.hits, person, asked, instead, quotation=quotation, page=page)
    more = found.more or len(found.hits) > page.stop
    onwards = Place(rank=place.rank + params.size, after=found.hits[-1].key or None) if more else None
    return Answer(
        total=found.total,
        results=results,
        facets={name: _facet(name, values) for name, values in found.facets.items()},
        suggestion=_suggestion(params.q, asked, meant),
        next=write_cursor(onwards, generation=found.generation, bound_to=bound_to) if onwards else None,
        took_ms=round((time.perf_counter() - began) * 1000),
        notes=asked.notes,
    )


def query_of(params: SearchParams, person: Person) -> Query:
    excluded = unsettled(person)
    # By date nothing is weighed, so that no document that is closed to somebody can move what they find.
    by_date = settings.LEGAJO_SEARCH_ORDER == "date" and params.sort == "relevance" and not person.everything
    return Query(
        params.q,
        readers=readers_of(person),
        today=person.today.toordinal(),
        scope=params.scope,
        filters=params.filters,
        date_from=_ordinal(params.date_from),
        date_to=_ordinal(params.date_to),
        as_of=_ordinal(params.as_of),
        versions=params.versions,
        sort="-date" if by_date else params.sort,
        size=params.size,
        facets=params.facets,
        excluded=excluded,
        language=params.reads,
        counted=len(excluded) <= ABOVE_THIS_COUNTS_ARE_LEFT_OUT,
    )


def unsettled(person: Person) -> frozenset[str]:
    """Return the records whose losses the index may not know of; the operator can lose nothing."""
    return frozenset() if person.everything else frozenset(str(pk) for pk in unsettled_records(day=person.today))


def readers_of(person: Person) -> Readers:
    return Readers(person.tokens, everything=person.everything)


def _ordinal(day: dt.date | None) -> int | None:
    return day.toordinal() if day else None


def _meant(asked: Asked, query: Query) -> Mapping[str, str]:
    """Return what mistyped words may have been meant to be. What is quoted, denied, begun or sought in one field is
    taken at its word."""
    words = [word.word for word in asked.all_words]
    if not words or asked.phrases:
        return {}
    return engine().meant(words, readers=query.readers, excluded=query.excluded)


def _instead(asked: Asked, meant: Mapping[str, str], *, synonymous: bool = True) -> dict[str, tuple[str | Other, ...]]:
    """Return, by stem, what else a document may hold for it.

    The word meant, a singular or plural kept apart, and what stands for it on this site; a quoted text has none.
    """
    found: dict[str, tuple[str | Other, ...]] = {word.stem: twins(word.stem) for word in asked.all_words}
    found |= {stem(word): (stem(other), *twins(stem(other))) for word, other in meant.items()}
    # Free words may be a term together; what an operator demands stands by itself.
    apart = [(word,) for word in asked.all_words[len(asked.words) :]]
    known = synonyms() if asked.all_words and synonymous else NO_SYNONYMS
    for words in (asked.words, *apart):
        for one, others in known.others(words).items():
            found[one] = (*found.get(one, ()), *(other for other in others if other not in found.get(one, ())))
    return {one: others for one, others in found.items() if others}


def _suggestion(text: str, asked: Asked, meant: Mapping[str, str]) -> str | None:
    if not meant:
        return None
    parts: list[str] = []
    at = 0
    for word in sorted(asked.all_words, key=lambda word: word.start):
        if word.word in meant:
            parts += [text[at : word.start], meant[word.word]]
            at = word.end
    return "".join([*parts, text[at:]])


def _stems(asked: Asked, instead: Instead) -> frozenset[str]:
    found = {word.stem for word in asked.all_words}
    found |= {word for phrase in asked.all_phrases for _, word in phrase.words}
    stand_in = [other for others in instead.values() for other in others]
    found.update(other for other in stand_in if isinstance(other, str))
    return frozenset(found | {word for other in stand_in if isinstance(other, Other) for _, word in other.words})


def re_read(
    hits: Sequence[Hit],
    person: Person,
    asked: Asked = NOTHING,
    instead: Instead | None = None,
    *,
    quotation: Wording | None = None,
    page: slice = EVERY,
) -> list[Result]:
    """Read every hit again through the one door; what the index shows too much of falls out here.

    Those of the `page` are returned, of a quotation in the order of its wording.
    """
    ids = {uuid.UUID(hit.record) for hit in hits}
    rows = Version.objects.filter(record__in=ids).visible_to(person).order_by()
    versions = {
        (str(version.record_id), version.number): version
        for version in rows.select_related("record__body", "record__session", "record__series")
    }
    kept = [hit for hit in hits if (hit.record, hit.version) in versions]
    sections = {version.pk: anchor for version in versions.values() if (anchor := _anchor_in(version.record, asked))}
    sought = Sought(_stems(asked, instead or {}), asked.beginnings, sections)
    found = Passages(kept, {place: version.pk for place, version in versions.items()}, sought, person)
    if quotation is not None:
        shares = [found.put_wording_first((hit.record, hit.version), quotation.words) for hit in hits]
        hits = [hits[at] for at in quotation.order([hit.score for hit in hits], shares)]
    return [
        Result(versions[place].record, versions[place], hit.score, found.shown(place))
        for hit in hits[page]
        if (place := (hit.record, hit.version)) in versions
    ]


def _anchor_in(record: Record, asked: Asked) -> str:
    """Return the article that was asked for of the document with this record's number, or ""."""
    if not asked.pinpoints:
        return ""
    number = parse_number(record.number, kind=record.kind or None)
    forms = index_forms(number) if number is not None else ()
    return next((anchor for form, anchor in asked.pinpoints.items() if form in forms), "")


def _facet(name: str, values: Sequence[tuple[str, int]]) -> list[FacetValue]:
    labels = labelled(name, [value for value, _ in values])
    return [FacetValue(value, labels.get(value, value), count) for value, count in values]


def plan_within(version: Version, text: str, *, person: Person) -> tuple[Plan, Sought]:
    """Return how a text is looked for within one version, and what to mark there.

    A number is read as its words: what bears it is the record at hand, or what this names.
    """
    asked = replace(read_text(text), number=None)
    instead = _instead(asked, {})
    query = query_of(SearchParams(q=text, scope="text", versions="all"), person)
    within = (str(version.record_id), version.number)
    sought = Sought(_stems(asked, instead), asked.beginnings)
    return Plan(replace(query, within=within, counted=False), asked, instead=instead), sought
