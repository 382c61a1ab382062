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
