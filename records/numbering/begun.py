"""A number of which only the beginning has been typed: how the forms begin that it may become."""

from __future__ import annotations

import re

from records.numbering.asked import FILLERS, PARTS, apart
from records.numbering.designation import designations
from records.numbering.spelling import folded, words_of

_LONGEST = 200
_SIGNS = re.compile(r"[^0-9A-Z]+")
_BETWEEN = re.compile(r"-(?:DE|DEL)(?=-|$)")
_THOUSANDS = re.compile(r"(\d{1,3})[.,](\d{1,3})")
_OF_ANY_KIND = frozenset({"RES", "DEC", "ACU"})
_KEY = re.compile(r"(?<=[A-Za-z]):(?=\d)")


def number_begun(text: str) -> tuple[str, ...]:
    """Return how forms of a number begin that leads a text; none where no number does. Never raises.

    `d.s. n.° 067-20` gives `DS:67-20`, `27.5` gives `27-5` and `275`. Each is of capitals, digits, colons and
    hyphens alone. What is typed of a year or a body is taken as it is: `67-20` may become 67-2011 and 67-2020.
    """
    text = apart(_KEY.sub(" ", text[:_LONGEST]))
    plain = folded(text)
    found = next(designations(text, plain, loose=True), None)
    if found is None or set(words_of(plain[: found.start])) - FILLERS:
        return ()
    kind = found.kind
    if kind is not None and kind.prefix in PARTS:
        return ()
    typed = plain[found.number_start :]
    begun = [_joined(typed)]
    if (thousands := _THOUSANDS.match(typed)) and (kind is None or kind.shape == "law"):
        begun.append(_joined(thousands[1] + thousands[2] + typed[thousands.end() :]))
    begun = [number for number in begun if number]
    kinded = [f"{kind.prefix}:{number}" for number in begun] if kind is not None else []
    # A resolution of which no more is said may be one of any kind.
    bare = begun if kind is None or kind.prefix in _OF_ANY_KIND else []
    return (*kinded, *bare)


def _joined(typed: str) -> str:
    signs = _SIGNS.sub("-", typed.upper()).strip("-")
    return _BETWEEN.sub("", signs).lstrip("0")
