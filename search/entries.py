"""What an engine is given: one entry for each version, and for each audience that sees another text of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a page that is scored and shown by itself. Offsets are code points into the page's text."""

    page: int
    start: int
    end: int
    anchor: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One version as search sees it. Days are proleptic ordinals (`date.toordinal`); None is open.

    `shown_*` is the window in which this version is the record's ordinary view. Whoever holds a token of `tokens`
    gets the entry, unless they hold one of `hidden_from`: a redacted text is hidden from those who get the whole.
    `revision` is the record's: an entry of an older revision never replaces one of a newer.
    """

    record: str
    version: int
    part: int
    revision: int
    tokens: frozenset[str]
    hidden_from: frozenset[str]
    state: str
    shown_from: int | None
    shown_to: int | None
    valid_from: int | None
    valid_to: int | None
    kind: str
    issuer: str
    body: str
    session_kind: str
    status: str
    language: str
    series: str
    year: int | None
    date_min: int | None
    date_max: int | None
    numbers: tuple[str, ...]
    number_sort: str
    title: str
    lead: str
    units: tuple[Unit, ...]
    checksum: str
