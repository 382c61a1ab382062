"""Searching within one record: every place of a version that holds what is asked, in the order of its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from records.access import Person
from records.errors import SearchUnavailable
from records.models import Version
from records.web.finding import Spot
from search.backends.base import Hit, Place, UnitHit
from search.cursors import binding, read_cursor, write_cursor
from search.engines import engine
from search.passages import HitView, Passages
from search.service import plan_within


@dataclass(frozen=True, slots=True)
class PlacesFound:
    """Places of a version. `first` is the rank of the first given here, from 0; `total` counts all."""

    total: int
    first: int
    hits: list[HitView]
    next: str | None


def hits_within(
    version: Version, text: str, *, person: Person, size: int, first: int = 0, cursor: str = ""
) -> PlacesFound:
    """Return the places that hold what is asked, `size` of them from the rank `first` or where the cursor goes on.

    The caller has read the version through the one door; the texts of the places come through it again.
    Raises InvalidCursor, SearchUnavailable.
    """
    bound_to = binding(person.user_id, person.everything, text, version.pk)
    # What a text holds changes only when it is read anew, so that a place in the list outlives other changes.
    first = read_cursor(cursor, generation="", bound_to=bound_to).rank if cursor else first
    plan, sought = plan_within(version, text, person=person)
    units = engine().places(plan) if plan.asked.of_text else []
    first = min(first, max(len(units) - 1, 0) // size * size)
    place = (str(version.record_id), version.number)
    shown = Hit(*place, 0.0, tuple(units[first : first + size]))
    hits = Passages([shown], {place: version.pk}, sought, person).shown(place)
    more = first + size < len(units)
    onwards = write_cursor(Place(rank=first + size), generation="", bound_to=bound_to) if more else None
    return PlacesFound(len(units), first, hits, onwards)


def spots_within(version: Version, text: str, person: Person) -> Sequence[Spot]:
    """Return where the places lie, for the reading page; none while search is not available."""
    plan, _ = plan_within(version, text, person=person)
    if not plan.asked.of_text:
        return []
    try:
        return [_spot(unit) for unit in engine().places(plan)]
    except SearchUnavailable:
        return []


def _spot(unit: UnitHit) -> Spot:
    return Spot(unit.page, unit.start)
