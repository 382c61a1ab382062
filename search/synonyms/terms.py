"""An entry of the list and its words: read, checked and written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from records.errors import InvalidValue
from search.language import fold, tokens

EQUAL = "equal"
ONE_WAY = "one_way"
KINDS = (EQUAL, ONE_WAY)
BETWEEN = ";"
MOST_TERMS = 20
LONGEST_TERM = 120
MOST_WORDS = 12
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """Terms that find each other (`equal`), or terms whose askers find others too (`one_way`: `words` find `means`).

    `key` names the entry for good. `shipped` tells one that comes with the program; `changed` that staff said
    something else of it. What is `off` or `removed` is not applied.
    """

    key: str
    kind: str
    words: tuple[str, ...]
    means: tuple[str, ...] = ()
    off: bool = False
    removed: bool = False
    shipped: bool = False
    changed: bool = False
    note: str = ""
    by: str = field(default="", compare=False)

    @property
    def applies(self) -> bool:
        return not self.off and not self.removed

    @property
    def terms(self) -> tuple[str, ...]:
        return (*self.words, *self.means)


def checked_terms(given: Iterable[str], attr: str, *, least: int) -> tuple[str, ...]:
    """Return terms in order, trimmed, none twice. Raises InvalidValue with `attr` for too few, too many or too long."""
    found: dict[tuple[tuple[int, str], ...], str] = {}
    for text in given:
        term = " ".join(text.split())
        if not term:
            continue
        counted = tuple((token.position, token.stem) for token in tokens(term))
        if BETWEEN in term or len(term) > LONGEST_TERM or len(counted) > MOST_WORDS:
            raise InvalidValue(f"{term[:40]!r} is too long or holds a semicolon.", attr=attr)
        if not counted or not term[0].isalnum():
            raise InvalidValue(f"{term[:40]!r} has no word that search goes by.", attr=attr)
        found.setdefault(counted, term)
    if len(found) > MOST_TERMS:
        raise InvalidValue(f"An entry has at most {MOST_TERMS} terms on each side.", attr=attr)
    if len(found) < least:
        raise InvalidValue(f"At least {least} different terms are needed here.", attr=attr)
    return tuple(found.values())


def checked_kind(kind: str) -> str:
    """Return a kind of entry. Raises InvalidValue."""
    if kind not in KINDS:
        raise InvalidValue(f"{kind[:40]!r} is not one of {', '.join(KINDS)}.", attr="kind")
    return kind


def split_terms(text: str) -> list[str]:
    """Return terms written with semicolons or line ends between."""
    return [term for line in text.splitlines() for term in line.split(BETWEEN)]


def key_of(term: str) -> str:
    """Return the key of the shipped entry that begins with this term."""
    return re.sub(r"[^a-z0-9]+", "-", fold(term)).strip("-")
