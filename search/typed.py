"""What somebody is typing, read the same for every engine: words of a title, the beginning of a number, a slip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from search.language import fold, tokens
from search.ranking import distance

_OTHER = re.compile(r"[^0-9A-Z:]+")
_KIND_AND_NUMBER = re.compile(r"(?:([A-Z]+)[-:])?0*(\d.*)")


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that are whole, and one that is perhaps only begun ("" where a space follows it)."""

    words: tuple[str, ...]
    begun: str

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.begun


def words_typed(text: str) -> Typed:
    """Read the words of a title; the last may be only begun, unless a space follows it."""
    words = ["".join(letter for letter in token.word if letter.isalnum()) for token in tokens(text)]
    words = [word for word in words if word]
    begun = "" if not words or text[-1:].isspace() else words.pop()
    return Typed(tuple(words), begun)


def number_typed(text: str) -> str | None:
    """Return a regular expression of the numbers that begin so: `DS 067-20` as `DS:67-20`, with or without the kind.

    It is made of capitals, digits, colons and hyphens alone, which every engine's expressions take as they are.
    """
    typed = _KIND_AND_NUMBER.fullmatch(_OTHER.sub("-", fold(text).upper()).strip("-"))
    if typed is None:
        return None
    kind, number = typed[1], typed[2]
    return f"{kind}:{number}.*" if kind else f"(.*:)?{number}.*"


def nearest(word: str, times: Mapping[str, int], most: int) -> str | None:
    """Return the word with the fewest edits, of those that stand in titles so often: first letter and frequency
    decide ties."""
    near = [other for other in times if distance(word, other, most) <= most]
    return min(
        near,
        key=lambda other: (distance(word, other, most), other[:1] != word[:1], -times[other], other),
        default=None,
    )
