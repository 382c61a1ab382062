"""A question, read and checked. It cannot be built without saying who asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from records.errors import InvalidValue
from records.numbers import NumberQuery, query_number
from search.language import Token, tokens

FIELDS = ("kind", "issuer", "series", "body", "session_kind", "status", "language", "year")
SCOPES = ("documents", "text")
SORTS = ("relevance", "date", "-date", "number")
MOST_WORDS = 40
MOST_PHRASES = 10
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{1,500})[\"“”«»]")


@dataclass(frozen=True, slots=True)
class Readers:
    """The tokens a reader holds. `everything` is only for the operator's own command line: no filter then."""

    tokens: frozenset[str]
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in their order: (distance from the first, stem)."""

    words: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Other:
    """What a document may hold instead of a word of a question, as in `Phrase`, and what that is worth beside it."""

    words: tuple[tuple[int, str], ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The text of a question as understood: words, quoted phrases, and the number it may be about."""

    words: tuple[Token, ...]
    phrases: tuple[Phrase, ...]
    number: NumberQuery | None

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.phrases and self.number is None

    @property
    def as_phrase(self) -> Phrase:
        return phrase_of(self.words)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, by whom, and how the answer is wanted. Days are ordinals.

    `filters` holds values by field: any of a field's, all of the fields. `numbers` keeps documents that bear one of
    these forms, in a question without words; `within` keeps one version, (record, number). `excluded` are records with
    a narrowing the index has not been told of. With `counted` False no totals and facets are worked out.
    """

    text: str = ""
    readers: Readers = field(kw_only=True)
    today: int = field(kw_only=True)
    scope: str = "documents"
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: int | None = None
    date_to: int | None = None
    as_of: int | None = None
    versions: str = "current"
    sort: str = "relevance"
    size: int = 20
    facets: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    within: tuple[str, int] | None = None
    excluded: frozenset[str] = frozenset()
    counted: bool = True

    def __post_init__(self) -> None:
        for attr, value, known in (
            ("scope", self.scope, SCOPES),
            ("sort", self.sort, SORTS),
            ("versions", self.versions, ("current", "all")),
        ):
            if value not in known:
                raise InvalidValue(f"{value!r} is not one of {', '.join(known)}.", attr=attr)
        for name in (*self.filters, *self.facets):
            if name not in FIELDS:
                raise InvalidValue(f"{name!r} cannot be filtered or counted by.", attr=name)


def read_text(text: str) -> Asked:
    """Understand the text of a question. Quotes are phrases; a leading number is looked up. Never raises."""
    phrases = tuple(phrase for found in _QUOTED.findall(text) if (phrase := phrase_of(tuple(tokens(found)))).words)
    # As long as it was, so that words keep their places in the text.
    plain = _QUOTED.sub(lambda quoted: " " * len(quoted.group()), text)
    number = None if phrases else query_number(plain)
    words = tuple(tokens(plain))[:MOST_WORDS]
    return Asked(words, phrases[:MOST_PHRASES], number)


def phrase_of(words: tuple[Token, ...]) -> Phrase:
    """Return words as a phrase, with the gaps that stop words left."""
    if not words:
        return Phrase(())
    first = words[0].position
    return Phrase(tuple((word.position - first, word.stem) for word in words))
