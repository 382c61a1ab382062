"""From a query string to search parameters: every name and value checked, wrong ones named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from records.errors import InvalidValue, UnknownParameter

FILTERS = ("kind", "issuer", "series", "body", "session_kind", "status", "language", "year")
FACETS = FILTERS
SORTS = ("relevance", "date", "-date", "number")
SCOPES = ("documents", "text")
VERSIONS = ("current", "all")
NAMES = frozenset(
    {"q", "scope", *FILTERS, "date_from", "date_to", "as_of", "versions", "sort", "size", "cursor", "facets"}
)
MOST_RESULTS = 100
LONGEST_TEXT = 10_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What was asked, with every value in its type. `reads` is the language of whoever asks."""

    q: str = ""
    scope: str = "documents"
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    as_of: dt.date | None = None
    versions: str = "current"
    sort: str = "relevance"
    size: int = 20
    cursor: str = ""
    facets: tuple[str, ...] = ()
    reads: str = "es"


def params_from(query: QueryDict, *, also: frozenset[str] = frozenset(), reads: str = "es") -> SearchParams:
    """Read a query string. A filter may be repeated or hold commas. Raises UnknownParameter, InvalidValue."""
    for name in query:
        if name not in NAMES and name not in also:
            raise UnknownParameter(f"{name[:60]!r} is not a parameter of search.", attr=name[:60])
    text = query.get("q", "")
    if len(text) > LONGEST_TEXT:
        raise InvalidValue(f"At most {LONGEST_TEXT} characters are searched for.", attr="q")
    return SearchParams(
        q=text.replace("\x00", " "),
        scope=_choice(query, "scope", SCOPES),
        filters=_filters(query),
        date_from=_day(query, "date_from"),
        date_to=_day(query, "date_to"),
        as_of=_day(query, "as_of"),
        versions=_choice(query, "versions", VERSIONS),
        sort=_choice(query, "sort", SORTS),
        size=checked_size(query.get("size", "")),
        cursor=query.get("cursor", ""),
        facets=checked_facets(query.get("facets", "")),
        reads=reads,
    )


def checked_size(text: str) -> int:
    """Return how many results are wanted, 20 by default. Raises InvalidValue."""
    if not text:
        return 20
    if not (re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= MOST_RESULTS):
        raise InvalidValue(f"A whole number from 1 to {MOST_RESULTS} is needed.", attr="size")
    return int(text)


def checked_facets(text: str) -> tuple[str, ...]:
    """Return the facets asked for, with commas between. Raises InvalidValue."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for name in names:
        if name not in FACETS:
            raise InvalidValue(f"{name[:60]!r} is not a facet; use any of {', '.join(FACETS)}.", attr="facets")
    return names


def checked_day(text: str, attr: str) -> dt.date | None:
    """Return an ISO day, or None for none. Raises InvalidValue with `attr`."""
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidValue(f"{text[:40]!r} is not a day such as 2024-03-15.", attr=attr)


def _day(query: QueryDict, name: str) -> dt.date | None:
    return checked_day(query.get(name, "").strip(), name)


def _choice(query: QueryDict, name: str, known: tuple[str, ...]) -> str:
    value = query.get(name, "") or known[0]
    if value not in known:
        raise InvalidValue(f"{value[:40]!r} is not one of {', '.join(known)}.", attr=name)
    return value


def _filters(query: QueryDict) -> dict[str, tuple[str, ...]]:
    """Return the filters given. Issuers hold commas in their names, so theirs are only repeated."""
    found: dict[str, tuple[str, ...]] = {}
    for name in FILTERS:
        given = query.getlist(name)
        values = [part for value in given for part in ([value] if name == "issuer" else value.split(","))]
        cleaned = tuple(dict.fromkeys(value.strip()[:300] for value in values if value.strip()))
        if name == "year" and not all(re.fullmatch(r"[0-9]{1,4}", year) for year in cleaned):
            raise InvalidValue("A year has at most four digits.", attr="year")
        if cleaned:
            found[name] = cleaned
    return found
