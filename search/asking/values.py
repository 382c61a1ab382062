"""What a field is asked to hold: a number, a kind, a year, a name."""

from __future__ import annotations

import re

from records.kinds import kind_like
from records.numbering.bodies import BODIES
from records.numbers import query_number
from search.asking.notes import Notes
from search.asking.tree import Coded, Leaf, Numbered, Spelled, Years
from search.language import RUN, fold

LAST_YEAR = 9999
LONGEST_NAME = 60
_YEARS = re.compile(r"([0-9]{1,4})?(?:(\.\.+|…|-|–)([0-9]{1,4})?)?")


def field_leaf(field: str, value: str, notes: Notes) -> Leaf | None:
    """Return what `field:value` demands; None, with a note, where the value is none of that field."""
    value = value.strip().strip(",;")
    match field:
        case "year":
            return _years(value, notes)
        case "number":
            return _number(value, notes)
        case "kind":
            return _kind(value, notes)
        case _:
            return _name(field, value)


def _years(value: str, notes: Notes) -> Years | None:
    match = _YEARS.fullmatch(value)
    if match and (match[1] or match[3]):
        first = int(match[1] or 1)
        last = int(match[3] or LAST_YEAR) if match[2] else first
        if 1 <= first <= last:
            return Years(first, last)
    notes.add("bad_range", value)
    return None


def _number(value: str, notes: Notes) -> Numbered | None:
    number = query_number(value)
    if number is not None and number.leads:
        return Numbered(number)
    notes.add("bad_number", value)
    return None


def _kind(value: str, notes: Notes) -> Coded | None:
    kind = kind_like(value)
    if kind is not None:
        return Coded("kind", (kind.code,))
    notes.add("unknown_kind", value)
    return None


def _name(field: str, value: str) -> Spelled | None:
    """Return a name by its words; the code of an issuing body also stands for that body's name."""
    names = [value, *([BODIES[value.upper()]] if field == "issuer" and value.upper() in BODIES else [])]
    words = [tuple(fold(run.group()) for run in RUN.finditer(name[:LONGEST_NAME])) for name in names]
    kept = tuple(dict.fromkeys(tuple(word for word in name if word) for name in words if name))
    return Spelled(field, kept) if kept else None
