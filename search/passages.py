"""The places in the text that are shown with a result: read from the database, cut and marked here."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from records.access import Person
from records.furniture import without_furniture
from records.models import Page, Rendition, Section
from search.backends.base import Hit, UnitHit
from search.quoting import share_held
from search.ranking import MOST_UNITS_SHOWN
from search.snippets import snippet
from search.units import LONGEST


@dataclass(frozen=True, slots=True)
class HitView:
    """A place in a document's text; `snippet` is safe HTML with `<mark>` alone."""

    page: int
    anchor: str
    label: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What is shown of a text: words of these stems or with these beginnings marked, and by version id the section
    (its anchor) that was asked for by name, which comes first."""

    stems: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    sections: Mapping[int, str] = field(default_factory=dict)


class Passages:
    """The pieces of text that hits point at, read at once, from renditions open to this person.

    `versions` maps (record, version number) to the version's id. Two queries, whatever the number of hits, and one
    more where sections are asked for.
    """

    def __init__(
        self, hits: Iterable[Hit], versions: Mapping[tuple[str, int], int], sought: Sought, person: Person
    ) -> None:
        self._sought, self._versions = sought, versions
        self._units = {place: hit.units for hit in hits if (place := (hit.record, hit.version)) in versions}
        with_text = {
            versions[place] for place, units in self._units.items() if units or versions[place] in sought.sections
        }
        self._texts = open_texts(with_text, person)
        for place, unit in _sections(sought, self._texts, {versions[place]: place for place in self._units}).items():
            others = (other for other in self._units[place] if other.anchor != unit.anchor)
            self._units[place] = (unit, *others)[:MOST_UNITS_SHOWN]
        wanted = [(place, unit) for place, units in self._units.items() for unit in units]
        self._pieces = _pieces([(self._texts.get(versions[place]), unit) for place, unit in wanted])

    def put_wording_first(self, place: tuple[str, int], words: tuple[str, ...]) -> float:
        """Put the piece of a document first that holds most of this wording; return which share of it."""
        held = {unit: share_held(words, self._text(place, unit) or "") for unit in self._units.get(place, ())}
        if not held:
            return 0.0
        self._units[place] = tuple(sorted(held, key=lambda unit: -held[unit]))
        return max(held.values())

    def shown(self, place: tuple[str, int]) -> list[HitView]:
        """Return the places to show of a document."""
        sought = self._sought
        return [
            HitView(unit.page, unit.anchor, unit.label, snippet(text, sought.stems, sought.beginnings))
            for unit in self._units.get(place, ())
            if (text := self._text(place, unit)) is not None
        ]

    def _text(self, place: tuple[str, int], unit: UnitHit) -> str | None:
        rendition = self._texts.get(self._versions[place])
        return self._pieces.get((rendition, unit.page, unit.start, unit.end)) if rendition is not None else None


def _sections(
    sought: Sought, texts: Mapping[int, int], places: Mapping[int, tuple[str, int]]
) -> dict[tuple[str, int], UnitHit]:
    """Return the beginnings of the sections asked for, of the versions whose text is open and has them."""
    wanted = {
        texts[version]: (places[version], anchor) for version, anchor in sought.sections.items() if version in texts
    }
    if not wanted:
        return {}
    anchors = {anchor for _, anchor in wanted.values()}
    rows = Section.objects.filter(rendition__in=wanted, anchor__in=anchors)
    return {
        wanted[section.rendition_id][0]: UnitHit(
            section.page, section.start, min(section.end, section.start + LONGEST), section.anchor, section.label, 0.0
        )
        for section in rows
        if wanted[section.rendition_id][1] == section.anchor
    }


def open_texts(versions: Collection[int], person: Person) -> dict[int, int]:
    """Return, by version id, the text this person gets: the original's where it is open to them."""
    rows = (
        Rendition.objects.filter(version__in=versions, kind=Rendition.Kind.TEXT)
        .visible_to(person)
        .order_by()
        .values_list("version_id", "pk", "source__kind")
    )
    found: dict[int, tuple[bool, int]] = {}
    for version, pk, source in rows:
        place = (source != Rendition.Kind.ORIGINAL, pk)
        found[version] = min(place, found.get(version, place))
    return {version: pk for version, (_, pk) in found.items()}


def _pieces(wanted: Sequence[tuple[int | None, UnitHit]]) -> dict[tuple[int, int, int, int], str]:
    """Cut the pieces out of their pages in the database: a page may be a whole law of a million characters.

    Written as SQL because Django takes longer to put sixty queries together than the database to answer them.
    """
    places = list({(at, unit.page, unit.start, unit.end): None for at, unit in wanted if at is not None})
    if not places:
        return {}
    table = connection.ops.quote_name(Page._meta.db_table)
    one = f"SELECT {{}} AS place, substr(text, %s, %s), furniture FROM {table} WHERE rendition_id = %s AND number = %s"  # noqa: S608
    values = [value for at, page, start, end in places for value in (start + 1, end - start, at, page)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(place) for place in range(len(places))), values)
        return {
            places[place]: without_furniture(piece, json.loads(furniture), offset=places[place][2])
            for place, piece, furniture in cursor.fetchall()
        }
