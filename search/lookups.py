"""Citations: the record that one names, and all those of a pasted text, each with the articles it points at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from records.access import Person
from records.citations import Citation, pointed_citations
from records.errors import InvalidValue, NotFound
from records.kinds import kind_of
from records.models import Record, Section, Version
from records.numbers import forms_of, index_forms, parse_number, query_number
from search.asking import NOTHING
from search.backends.base import Plan
from search.engines import engine
from search.params import SearchParams
from search.passages import open_texts
from search.service import Result, query_of, re_read

# Several records may bear one number; the index may still show some that the database no longer does.
MOST_OF_ONE_NUMBER = 10
# A text of the longest kind holds some two thousand numbers.
MOST_OF_ONE_TEXT = 5_000
LONGEST_TEXT = 20_000
"""Characters of a text that is read for its citations."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The record a citation names, its version in force, and the article it points at."""

    record: Record
    version: Version
    section: Section | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A citation of a text: its words, the anchors it points at, and what it names where the reader may see that.

    `sections` are those of the anchors that the text of the version in force has.
    """

    cited: Citation
    anchors: tuple[str, ...]
    record: Record | None = None
    version: Version | None = None
    sections: tuple[Section, ...] = ()


def lookup(citation: str, *, person: Person) -> LookedUp:
    """Return the record that a citation names, with its article. Raises InvalidValue (no number in it), NotFound."""
    number = query_number(citation)
    if number is None:
        return _by_name(citation, person)
    asked = replace(NOTHING, number=replace(number, leads=True))
    found = engine().search(Plan(query_of(SearchParams(size=MOST_OF_ONE_NUMBER), person), asked))
    results = re_read(found.hits, person)
    if not results:
        raise NotFound()
    best = results[0]
    sections = _sections({best.version.pk: {number.pinpoint}}, person) if number.pinpoint else {}
    return LookedUp(best.record, best.version, sections.get((best.version.pk, number.pinpoint)))


def _by_name(citation: str, person: Person) -> LookedUp:
    """Look up what is cited by a name instead of a number: the Constitution."""
    for one in resolve(citation, person=person):
        if one.record is None or one.version is None:
            raise NotFound()
        return LookedUp(one.record, one.version, one.sections[0] if one.sections else None)
    raise InvalidValue("No document number was found in this citation.", attr="citation")


def resolve(text: str, *, person: Person) -> list[Resolved]:
    """Return all citations of a text in order, with the records they name. Raises InvalidValue (too long).

    A citation of what the reader may not see is answered as one of what is not here. The number of questions to
    index and database is the same for every text.
    """
    if len(text) > LONGEST_TEXT:
        raise InvalidValue(f"At most {LONGEST_TEXT} characters are read.", attr="text")
    pointed = pointed_citations(text)
    forms = [forms_of(one.cited.number) for one in pointed]
    bearing = _bearing(dict.fromkeys(form for tried in forms for form in tried), person)
    named_only = {key for key in ("CON:1993", "CON:1979") if (key,) in forms} - bearing.keys()
    bearing |= {key: one for key in named_only for one in _constitution(key, person)}
    named = [next((bearing[form] for form in tried if form in bearing), None) for tried in forms]
    wanted: dict[int, set[str]] = {}
    for one, result in zip(pointed, named, strict=True):
        if result is not None and one.anchors:
            wanted.setdefault(result.version.pk, set()).update(one.anchors)
    sections = _sections(wanted, person)
    found = []
    for one, result in zip(pointed, named, strict=True):
        if result is None:
            found.append(Resolved(one.cited, one.anchors))
            continue
        places = [sections.get((result.version.pk, anchor)) for anchor in one.anchors]
        there = tuple(place for place in places if place is not None)
        found.append(Resolved(one.cited, one.anchors, result.record, result.version, there))
    return found


def _bearing(forms: Iterable[str], person: Person) -> dict[str, Result]:
    """Return, by form, the best record that bears it: the higher in the order of norms, then the newer."""
    wanted = tuple(forms)
    if not wanted:
        return {}
    query = replace(query_of(SearchParams(size=MOST_OF_ONE_TEXT), person), numbers=wanted, counted=False)
    results = re_read(engine().search(Plan(query, NOTHING)).hits, person)
    found: dict[str, Result] = {}
    for result in sorted(results, key=_standing):
        record = result.record
        number = parse_number(record.number, kind=record.kind or None)
        for form in index_forms(number) if number else ():
            found.setdefault(form, result)
    return {form: found[form] for form in wanted if form in found}


def _constitution(key: str, person: Person) -> list[Result]:
    """Return the Constitution of a year, which mostly bears no number: it is found by its kind."""
    filters = {"kind": ("constitucion",), "year": (key.partition(":")[2],)}
    query = replace(query_of(SearchParams(size=1, filters=filters), person), counted=False)
    return re_read(engine().search(Plan(query, NOTHING)).hits, person)


def _standing(result: Result) -> tuple[float, int, str]:
    record = result.record
    kind = kind_of(record.kind)
    day = record.date_max.toordinal() if record.date_max else 0
    return (-(kind.rank if kind else 0.0), -day, str(record.pk))


def _sections(wanted: Mapping[int, Iterable[str]], person: Person) -> dict[tuple[int, str], Section]:
    """Return, by version and anchor, the sections wanted, from the texts open to this person. Two queries."""
    if not wanted:
        return {}
    texts = open_texts(list(wanted), person)
    versions = {text: version for version, text in texts.items()}
    anchors = sorted({anchor for those in wanted.values() for anchor in those})
    rows = Section.objects.filter(rendition__in=versions, anchor__in=anchors)
    found: dict[tuple[int, str], Section] = {}
    for section in rows.order_by("position"):
        found.setdefault((versions[section.rendition_id], section.anchor), section)
    return found
