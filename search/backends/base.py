"""What a search engine must do here: nine methods, one contract suite for every implementation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from search.entries import Entry
from search.query import Asked, Other, Query, Readers


@dataclass(frozen=True, slots=True)
class UnitHit:
    """A piece of text that matched: where it lies, for the edge to read it from the database."""

    page: int
    start: int
    end: int
    anchor: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found. `key` orders it among equals and continues a listing after it."""

    record: str
    version: int
    score: float
    units: tuple[UnitHit, ...] = ()
    key: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of results begins: a rank (relevance) or the key after which to go on (dates, numbers)."""

    rank: int = 0
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A question ready for an engine: what is asked for, as understood, and where to begin.

    `instead` holds, by stem, what a document may hold for it: the known title word that a mistyped one may stand for,
    its singular or plural, and synonyms.
    """

    query: Query
    asked: Asked
    place: Place = Place()
    instead: Mapping[str, tuple[str | Other, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine found. `total` is exact, None when not counted; `more` says whether another page follows.

    `quotes` tells that the question quotes a text: no title holds most of it, one piece most of its pairs.
    """

    hits: Sequence[Hit]
    total: int | None
    facets: Mapping[str, Sequence[tuple[str, int]]]
    more: bool
    generation: str
    quotes: bool = False


@dataclass(frozen=True, slots=True)
class Scanned:
    """An entry as the index holds it, for the audit."""

    record: str
    version: int
    part: int
    revision: int
    checksum: str
    tokens: frozenset[str]
    hidden_from: frozenset[str]


@dataclass(frozen=True, slots=True)
class Status:
    """How the index stands."""

    entries: int
    units: int
    generation: str
    engine: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A record whose entries an engine does not take, and why; none of them is in the index then."""

    record: str
    reason: str


class EntryWriter(Protocol):
    """Takes entries. What `write` got is durable and found after a call with `commit`."""

    def write(self, entries: Iterable[Entry], replaced: Iterable[str], *, commit: bool = True) -> Sequence[Refused]:
        """Replace all entries of the records `replaced` by these. A record without entries is removed.

        The caller is the only writer. All entries of a record come in one call, of one revision; where something
        of a newer revision is held, or was given before, theirs are passed over. Records that cannot be taken for what
        they hold are returned, and the others written. Raises SearchUnavailable; what was given since the last commit
        may then be kept or not.
        """
        ...


class SearchBackend(EntryWriter, Protocol):
    """An engine. Every method answers only within `readers`; results are re-read from the database all the same."""

    def search(self, plan: Plan) -> Found:
        """Find, count and order. Raises SearchUnavailable.

        What has no date or no number comes last in those orders, whichever way they run. The operator
        (`everything`) gets what nobody gets a redacted copy instead of.
        """
        ...

    def places(self, plan: Plan) -> Sequence[UnitHit]:
        """Return every piece that holds what is asked, of the version the question is `within`, in the text's order.

        `MOST_PLACES` at most. Pieces match as they do in the scope `text`; they bear no score.
        """
        ...

    def suggest(self, text: str, *, readers: Readers, today: int, excluded: frozenset[str], size: int) -> list[Hit]:
        """Return documents whose title has these words, the last perhaps only begun, or whose number begins so."""
        ...

    def meant(self, words: Sequence[str], *, readers: Readers, excluded: frozenset[str]) -> Mapping[str, str]:
        """Return, for words that no title this reader may see holds, the nearest word that one does."""
        ...

    def scan(self) -> Iterator[Scanned]:
        """Yield every entry held."""
        ...

    def rebuild(self) -> AbstractContextManager[EntryWriter]:
        """Give a writer into a new, empty index beside this one; it takes this one's place when the block ends well."""
        ...

    def status(self) -> Status:
        """Tell how the index stands. Raises SearchUnavailable."""
        ...

    def close(self) -> None:
        """Let go of files and locks."""
        ...
