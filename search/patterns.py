"""Regular expressions that every engine takes as they are: of names as people write them, in any case and accents."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 900
"""A server takes 1,000 characters."""
_ACCENTED = {"a": "áàäâã", "e": "éèëê", "i": "íìïî", "o": "óòöôõ", "u": "úùüû", "n": "ñ", "c": "ç"}
# A hyphen only stands for itself where it comes first: one engine reads it as a range even at the end.
_APART = "[- .,;:()/&'\"_]"


def names_pattern(names: Iterable[tuple[str, ...]]) -> str:
    """Return the expression of values that hold one of these rows of folded words, next to each other.

    The words are letters and digits alone. Names too long to be one together with those before are left out.
    """
    rows: list[str] = []
    length = 0
    for name in names:
        row = f"{_APART}+".join("".join(map(_letter, word)) for word in name)
        length += len(row)
        if length > LONGEST:
            break
        rows.append(row)
    return f"(.*{_APART})?({'|'.join(rows)})({_APART}.*)?"


def _letter(letter: str) -> str:
    if letter.isdigit():
        return letter
    ways = letter + _ACCENTED.get(letter, "")
    capitals = "".join(capital for way in ways if len(capital := way.upper()) == 1 and capital != way)
    return f"[{ways}{capitals}]"
