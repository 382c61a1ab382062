"""What a list says of a document and its text says otherwise: the list stands, and somebody is told.

Lists have wrong years and rows that slipped by one (guide on real files, traps 1, 5 and 7).
"""

from __future__ import annotations

import datetime as dt

from ingest.describing.dating import Days
from ingest.describing.description import Value
from records.dates import parse_edtf

LIST_SAYS = "the list says"
"""What such a warning begins with, after its code."""
_UNTIL_PRINTED = dt.timedelta(days=31)
"""A norm is printed within a month of its day; lists give the one or the other."""


def number_differs(stated: str, heading: str) -> str:
    """Return the warning that a list's number is not the one in the heading."""
    return f"number: {LIST_SAYS} {stated}, the heading {heading}"


def date_differs(stated: Value, days: Days) -> str:
    """Return the warning that a list's date is none that the text bears out; nothing where it may be one.

    Minutes have the day of their session (`held`) alone. Norms have two days that a list may mean, or any between.
    """
    in_text = days.held or days.published or days.signed
    if stated.origin != "manifest" or in_text is None:
        return ""
    said = parse_edtf(stated.text)
    first, last = _span(days)
    if (said.earliest or dt.date.min) <= last and (said.latest or dt.date.max) >= first:
        return ""
    return f"date: {LIST_SAYS} {said.text}, the text {in_text.text}"


def _span(days: Days) -> tuple[dt.date, dt.date]:
    held, published, signed = (
        dt.date.fromisoformat(day.text) if day else None for day in (days.held, days.published, days.signed)
    )
    if held is not None:
        return held, held
    if published is not None:
        return min(published, signed or published - _UNTIL_PRINTED), max(published, signed or published)
    assert signed is not None
    return signed, signed + _UNTIL_PRINTED
