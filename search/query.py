"""A question, read and checked. It cannot be built without saying who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from records.errors import InvalidValue
from search.asking import MOST_PHRASES, MOST_WORDS, Asked, Phrase, phrase_of, read_text, words_of

__all__ = ["FIELDS", "MOST_PHRASES", "MOST_WORDS", "SCOPES", "SORTS", "Asked", "Other", "Phrase", "Query", "Readers"]
__all__ += ["phrase_of", "read_text", "words_of"]

FIELDS = ("kind", "issuer", "series", "body", "session_kind", "status", "language", "year")
SCOPES = ("documents", "text")
SORTS = ("relevance", "date", "-date", "number")


@dataclass(frozen=True, slots=True)
class Readers:
    """The tokens a reader holds. `everything` is only for the operator's own command line: no filter then."""

    tokens: frozenset[str]
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """What a document may hold instead of a word of a question, as in `Phrase`, and what that is worth beside it."""

    words: tuple[tuple[int, str], ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, by whom, and how the answer is wanted. Days are ordinals.

    `filters` holds values by field: any of a field's, all of the fields. `numbers` keeps documents that bear one of
    these forms, in a question without words; `within` keeps one version, (record, number). `excluded` are records with
    a narrowing the index has not been told of. `language` is the reader's
    own, preferred among equals. With `counted` False no totals and facets are worked out.
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
    language: str = ""
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
