"""The places of a record that hold what the reader searched for: which one is being read, and the way to the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from records.api import parameters
from records.models import Version
from records.persons import Person


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a place begins: its page, and the code point in the page's text."""

    page: int
    start: int


# Finds the places of a version that hold a question, in order. Given by the search app.
Finder = Callable[[Version, str, Person], Sequence[Spot]]


@dataclass(frozen=True, slots=True)
class PlacesSeen:
    """How many places there are, and which is being read; ranks are counted from 1, None where there is none."""

    total: int
    at: int | None = None
    spot: Spot | None = None

    @property
    def before(self) -> int | None:
        return self.at - 1 if self.at and self.at > 1 else None

    @property
    def after(self) -> int | None:
        """The place to go on to; the first where none is being read."""
        if self.at is None:
            return 1 if self.total else None
        return self.at + 1 if self.at < self.total else None


def places_seen(find: Finder, version: Version, query: QueryDict, person: Person) -> PlacesSeen:
    """Return the places for `?q=`, and the one that `?place=` names. Raises InvalidValue."""
    rank = parameters.number(query, "place")
    question = query.get("q", "").strip()
    spots = find(version, question, person) if question else []
    if not spots or rank is None:
        return PlacesSeen(len(spots))
    at = min(rank, len(spots))
    return PlacesSeen(len(spots), at, spots[at - 1])


def nothing_found(version: Version, question: str, person: Person) -> Sequence[Spot]:
    """Find nothing: for a site without a search app."""
    return ()
