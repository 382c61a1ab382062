"""The part of a document that a reference points at, as the anchors of `ingest/describing` name it: `art_15`."""

from __future__ import annotations

import re

from records.numbering.ordinals import ordinal_value

_ARTICLE = r"(?:articulos?|arts?\.?)\s*(?:n\s?°\s*)?(\d{1,4})\s?(?:°|\.°|o(?![a-z]))?(?:\s?-?\s?([a-z])(?![a-z0-9.]))?"
_PART = (
    r"([a-z]{4,20}(?: [a-z]{4,20})?)\s+disposicion(?:es)?\s+complementarias?\s+"
    r"(final|finales|transitorias?|derogatorias?|modificatorias?)"
)
_OF = r"[\s,]*(?:de la|del|de los|de las|de|,)?\s*(?:citad[oa]\s+|presente\s+|referid[oa]\s+)?"
_BEFORE = re.compile(rf"(?:{_ARTICLE}|{_PART}){_OF}$")
_LEADING = re.compile(rf"\s*(?:(?:el|la|los|las|texto)\s+)?(?:{_ARTICLE}|{_PART}){_OF}(?=[a-z0-9])")
_AFTER = re.compile(rf"[\s,.:-]*(?:en (?:su|el)\s+)?(?:{_ARTICLE}|{_PART})")
_SEVERAL = re.compile(
    r"(?:articulos|arts\.?)\s*((?:\d{1,4}\s?°?(?:\s?-?\s?[a-z](?![a-z0-9.]))?\s*(?:,|y|e)\s*){1,20}"
    rf"\d{{1,4}}\s?°?(?:\s?-?\s?[a-z](?![a-z0-9.]))?){_OF}$"
)
_ONE = re.compile(r"(\d{1,4})\s?°?(?:\s?-?\s?(?![ye]\b)([a-z])(?![a-z0-9.]))?")
# `Ley 28094, art. 5` points into that law; `Ley 28094, artículo 5 de la Ley 30414` does not, nor does a new heading.
_JUST_AFTER = re.compile(rf",? ?(?:en (?:su|el) )?(?:{_ARTICLE}|{_PART})(?!\s*(?:,|y)?\s*(?:de|del)\b)")
_STARTS = re.compile(r"art|disposicion")
_KINDS = {"f": "dcf", "t": "dct", "d": "dcd", "m": "dcm"}
_BACK = 90


def pinpoint_before(plain: str, end: int) -> tuple[str, int] | None:
    """Return the anchor that stands right before `end` in a folded text, and where it begins."""
    base = max(0, end - _BACK)
    if not _STARTS.search(plain, base, end):
        return None
    match = _BEFORE.search(plain, base, end)
    return (_anchor(match), match.start()) if match and _anchor(match) else None


def pinpoints_around(plain: str, start: int, end: int) -> tuple[str, ...]:
    """Return the anchors that prose points at in the document named from `start` to `end` of a folded text.

    `artículos 3 y 4 de la Ley 28094` gives both, `Ley 28094, artículo 5` the one that follows.
    """
    base = max(0, start - _BACK)
    if several := _SEVERAL.search(plain, base, start):
        return tuple(
            f"art_{int(one[1])}" + (f"-{one[2].upper()}" if one[2] else "") for one in _ONE.finditer(several[1])
        )
    if before := pinpoint_before(plain, start):
        return (before[0],)
    after = _JUST_AFTER.match(plain, end)
    return (_anchor(after),) if after and _anchor(after) else ()


def leading_pinpoint(plain: str) -> tuple[str, int] | None:
    """Return the anchor that a folded question opens with, and where what it belongs to begins."""
    match = _LEADING.match(plain)
    return (_anchor(match), match.end()) if match and _anchor(match) else None


def following_pinpoint(plain: str, start: int) -> tuple[str, int] | None:
    """Return the anchor that follows a number (`Ley 27444, art. 15`), and where it ends."""
    match = _AFTER.match(plain, start)
    return (_anchor(match), match.end()) if match and _anchor(match) else None


def _anchor(match: re.Match[str]) -> str:
    if match[1]:
        return f"art_{int(match[1])}" + (f"-{match[2].upper()}" if match[2] else "")
    value = ordinal_value(match[3]) or ordinal_value(match[3].split()[-1])
    return f"{_KINDS[match[4][0]]}_{value}" if value else ""
