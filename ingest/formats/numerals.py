"""Numerals of automatic numbering, as office programs write them."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_MOST_ROMAN = 3999
_KINDS = {
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
    "decimalZero": "01",
    "ordinal": "1º",
}


_MOST_DIGITS = 9


def whole_number(written: str, otherwise: int) -> int:
    """Read a number that a file gives for a place, a level or a count; `otherwise` where it is none.

    Only the digits 0 to 9 make one: Python calls `²` a digit too, and cannot read it. Nor does it read thousands of
    them, so whatever is longer than any place in a file is the largest number.
    """
    if not (written.isascii() and written.isdecimal()):
        return otherwise
    return int(written) if len(written) <= _MOST_DIGITS else 10**_MOST_DIGITS - 1


def numeral(kind: str, number: int) -> str:
    """A number as `1`, `a`, `A`, `i`, `I`, `01` or `1º` (or as WordprocessingML calls these); else in figures."""
    kind = _KINDS.get(kind, kind)
    if kind in ("a", "A") and number > 0:
        # After z follows aa, then bb (ECMA-376, 17.18.59).
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 20)
        return letter.upper() if kind == "A" else letter
    if kind in ("i", "I") and 0 < number <= _MOST_ROMAN:
        roman = _roman(number)
        return roman.upper() if kind == "I" else roman
    if kind == "01":
        return f"{number:02d}"
    return f"{number}º" if kind == "1º" else str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text
