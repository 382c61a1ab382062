"""Numbers of documents: one identity for every way a number is written, and the forms by which it is found.

The key never exchanges the code of a renamed body for the new one: `AG` is not `MIDAGRI` (guide on Peru, 3.3).
"""

from __future__ import annotations

from records.kinds import kind_of
from records.numbering.asked import NumberQuery, forms_of, query_number
from records.numbering.begun import number_begun
from records.numbering.designation import Designation, designations
from records.numbering.identity import DocumentNumber, index_forms, number_of
from records.numbering.spelling import folded

__all__ = [
    "DocumentNumber",
    "NumberQuery",
    "forms_of",
    "index_forms",
    "number_begun",
    "parse_number",
    "query_number",
]

_LONGEST = 2000
_MOST_TRIED = 60


def parse_number(text: str, *, kind: str | None = None) -> DocumentNumber | None:
    """Read one designation in any spelling; None where there is no number.

    `kind` is a kind's code, for a text that does not name its kind or names a general one (`Resolución`).
    Only the first 2,000 characters are looked at. Never raises.
    """
    text = text[:_LONGEST]
    plain = folded(text)
    given = kind_of(kind) if kind else None
    law = given is not None and given.shape == "law"
    fallback: Designation | None = None
    for count, found in enumerate(designations(text, plain, law=law, loose=True)):
        if found.kind is not None:
            return _chosen(found, kind)
        if fallback is None and _stands_alone(found, plain, given=kind is not None):
            fallback = found
        if count > _MOST_TRIED:
            break
    return _chosen(fallback, kind) if fallback else None


def _chosen(found: Designation, kind: str | None) -> DocumentNumber:
    return number_of(found, kind=kind, words=len(found.written.words))


def _stands_alone(found: Designation, plain: str, *, given: bool) -> bool:
    """Tell whether a number without a kind is one: it has a year, or a marker, or is all there is."""
    written = found.written
    if written.year is not None or written.tail or found.marker:
        return True
    alone = not plain[: found.number_start].strip(" .,-#") and not plain[found.end :].strip(" .,-")
    return alone or given
