"""The places in the text that are shown with a result: read from the database, cut and marked here."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from records.access import Person
from records.furniture import without_furniture
from records.models import Page, Rendition
from search.backends.base import Hit, UnitHit
from search.snippets import snippet


@dataclass(frozen=True, slots=True)
class HitView:
    """A place in a document's text; `snippet` is safe HTML with `<mark>` alone."""

    page: int
    anchor: str
    label: str
    snippet: str


def passages(
    hits: Iterable[Hit], versions: Mapping[tuple[str, int], int], stems: Collection[str], person: Person
) -> dict[tuple[str, int], list[HitView]]:
    """Return, by (record, version), the places to show. Texts come from renditions open to this person.

    `versions` maps (record, version number) to the version's id. Two queries, whatever the number of hits.
    """
    wanted = [(hit, unit) for hit in hits for unit in hit.units if (hit.record, hit.version) in versions]
    texts = open_texts({versions[(hit.record, hit.version)] for hit, _ in wanted}, person)
    pieces = _pieces([(texts.get(versions[(hit.record, hit.version)]), unit) for hit, unit in wanted])
    shown: dict[tuple[str, int], list[HitView]] = {}
    for hit, unit in wanted:
        rendition = texts.get(versions[(hit.record, hit.version)])
        text = pieces.get((rendition, unit.page, unit.start, unit.end)) if rendition is not None else None
        if text is not None:
            view = HitView(unit.page, unit.anchor, unit.label, snippet(text, stems))
            shown.setdefault((hit.record, hit.version), []).append(view)
    return shown


def open_texts(versions: Collection[int], person: Person) -> dict[int, int]:
    """Return, by version id, the text this person gets: the original's where it is open to them."""
    rows = (
        Rendition.objects.filter(version__in=versions, kind=Rendition.Kind.TEXT)
        .visible_to(person)
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
