"""What a question demands and what scores, said once for every engine as small trees that each translates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search.query import Asked, Other, Phrase, Query, Readers
from search.ranking import RELEVANCE, least_words

ALWAYS = 4_000_000
"""A day after all others: proleptic ordinals end at 3,652,059."""
WHO_SEES_ALL = "*"
"""Stands among `hidden_from` for the operator, who holds no token: whatever is hidden from anybody is from them."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The field holds one of the values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """The field's day lies from `first` to `last`, both included."""

    field: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Words:
    """The analysed field holds these words at these distances; `slop` more are forgiven. One word is a plain term."""

    field: str
    words: tuple[tuple[int, str], ...]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Best:
    """Any of these, scored like the best of them."""

    of: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Lighter:
    """The same, for a share of its score."""

    of: Clause
    weight: float


@dataclass(frozen=True, slots=True)
class Enough:
    """At least so many of these, scored by their sum."""

    of: tuple[Clause, ...]
    least: int


@dataclass(frozen=True, slots=True)
class All:
    """All of these hold."""

    of: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Never:
    """This does not hold. It never scores."""

    of: Clause


@dataclass(frozen=True, slots=True)
class Starts:
    """The analysed field holds a word, or stem, that begins so."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Spelled:
    """The field's one value holds one of these rows of folded words, in any case and with any accents."""

    field: str
    names: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SomePiece:
    """Some piece of the document's text holds this. It never scores."""

    of: Clause


Clause = AnyOf | Days | Words | Best | Lighter | Enough | All | Never | Starts | Spelled | SomePiece
Weighted = tuple[float, Clause]
Instead = Mapping[str, tuple[str | Other, ...]]
"""By stem, what a document may hold for it: another stem that is as good, or words worth a little less."""


def rewritten(clause: Clause, ways: Callable[[Clause], Clause]) -> Clause:
    """Return a condition of a document in which each that is asked of pieces is put otherwise."""
    match clause:
        case SomePiece():
            return ways(clause)
        case All(of):
            return All(tuple(rewritten(one, ways) for one in of))
        case Enough(of, least):
            return Enough(tuple(rewritten(one, ways) for one in of), least)
        case _:
            return clause


def some_pieces(clauses: Iterable[Clause]) -> list[Clause]:
    """Return the conditions among these that are asked of pieces."""
    found: list[Clause] = []

    def note(clause: Clause) -> Clause:
        found.append(clause)
        return clause

    for clause in clauses:
        rewritten(clause, note)
    return found


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold and what must not; neither scores."""

    must: tuple[Clause, ...] = ()
    never: tuple[Clause, ...] = ()

    def but(self, *, must: Iterable[Clause] = ()) -> Conditions:
        """Return these with more that must hold."""
        return Conditions((*self.must, *must), self.never)


def open_to(readers: Readers, excluded: Iterable[str]) -> Conditions:
    """Return who may read: tokens meet, hidden_from does not, nothing with an unsettled narrowing."""
    left_out = tuple(sorted(excluded))
    never: list[Clause] = [AnyOf("record", left_out)] if left_out else []
    if readers.everything:
        return Conditions((), (AnyOf("hidden_from", (WHO_SEES_ALL,)), *never))
    held = tuple(sorted(readers.tokens))
    return Conditions((AnyOf("tokens", held),), (AnyOf("hidden_from", held), *never))


def filters(question: Query, *, but: Iterable[str] = ()) -> Conditions:
    """Return the filter of a question, without the fields `but`, as when a field's own facet is counted."""
    left_out = set(but)
    wanted: list[Clause] = [
        *window(question),
        *(AnyOf(name, values) for name, values in question.filters.items() if name not in left_out),
    ]
    if question.within:
        record, version = question.within
        wanted.append(AnyOf("entry", tuple(f"{record}:{version}:{part}" for part in (0, 1))))
    if question.numbers:
        wanted.append(AnyOf("numbers", question.numbers))
    if question.date_from is not None:
        wanted.append(Days("date_max", question.date_from, ALWAYS))
    if question.date_to is not None:
        wanted.append(Days("date_min", 0, question.date_to))
    return open_to(question.readers, question.excluded).but(must=wanted)


def window(question: Query) -> Iterator[Clause]:
    """Yield which versions: those in force on a day, all, or each record's ordinary view today."""
    if question.as_of is not None:
        yield Days("valid_from", 0, question.as_of)
        yield Days("valid_to", question.as_of + 1, ALWAYS)
        yield AnyOf("state", ("published",))
    elif question.versions != "all":
        yield from shown_on(question.today)


def shown_on(day: int) -> Iterator[Clause]:
    """Yield that a version is its record's ordinary view on a day."""
    yield Days("shown_from", 0, day)
    yield Days("shown_to", day + 1, ALWAYS)


def matching(asked: Asked, instead: Instead, field: str) -> list[Clause]:
    """Return what a document (or a piece, `field` text) must hold: quoted phrases, and enough of the words."""
    wanted: list[Clause] = [Words(field, phrase.words) for phrase in asked.phrases]
    if asked.words:
        alternatives = tuple(word(field, one.stem, instead) for one in asked.words)
        wanted.append(Enough(alternatives, least_words(len(alternatives))))
    return wanted


def word(field: str, stem: str, instead: Instead) -> Clause:
    """Return a word, or any of what may stand for it."""
    found: list[Clause] = [
        Lighter(Words(field, one.words), one.weight) if isinstance(one, Other) else Words(field, ((0, one),))
        for one in (stem, *instead.get(stem, ()))
    ]
    return found[0] if len(found) == 1 else Best(tuple(found))


def doc_score(asked: Asked, instead: Instead) -> list[Weighted]:
    """Return what scores a document by itself: its title in stems and in full words, its lead, its title phrase."""
    scoring: list[Weighted] = []
    for one in asked.all_words:
        scoring.append((RELEVANCE.title, word("title", one.stem, instead)))
        scoring.append((RELEVANCE.title_exact, Words("title_exact", ((0, one.word),))))
        scoring.append((RELEVANCE.lead, word("lead", one.stem, instead)))
    for phrase in _phrases(asked):
        slop = 2 if len(phrase.words) > 1 else 0
        scoring.append((RELEVANCE.title_phrase, Words("title", phrase.words, slop)))
    if len(asked.words) > 1:
        words = tuple(word("title", one.stem, instead) for one in asked.words)
        scoring.append((RELEVANCE.title_whole, Enough(words, _share(len(words), RELEVANCE.whole_share))))
    return scoring


def reader_score(question: Query) -> list[Weighted]:
    """Return what a document is worth to this reader beside what it holds: whether it is in their language."""
    return [(RELEVANCE.language, AnyOf("language", (question.language,)))] if question.language else []


def unit_score(asked: Asked, instead: Instead) -> list[Weighted]:
    """Return what scores a piece of text: its words and phrases, and how the free words stand together."""
    scoring: list[Weighted] = [(RELEVANCE.unit, word("text", one.stem, instead)) for one in asked.all_words]
    scoring += [(RELEVANCE.unit_phrase, Words("text", phrase.words)) for phrase in asked.all_phrases]
    return scoring


def together_score(asked: Asked) -> list[Weighted]:
    """Return what a piece scores beyond `unit_score`, which only one that scores by its words can: all of them in a
    row, and neighbouring pairs of a long question."""
    scoring: list[Weighted] = []
    if len(asked.words) > 1:
        scoring.append((RELEVANCE.unit_phrase, Words("text", asked.as_phrase.words)))
    if len(asked.words) >= RELEVANCE.pair_words or may_quote(asked):
        scoring += [(RELEVANCE.unit_pair, pair) for pair in pairs(asked)]
    return scoring


def _phrases(asked: Asked) -> Sequence[Phrase]:
    return (*asked.all_phrases, *((asked.as_phrase,) if len(asked.words) > 1 else ()))


def pairs(asked: Asked, field: str = "text") -> list[Clause]:
    """Return the neighbouring pairs of words, each once, at the distance they have in the question."""
    found = (
        Words(field, ((0, one.stem), (other.position - one.position, other.stem)), slop=RELEVANCE.pair_slop)
        for one, other in pairwise(asked.words)
    )
    return list(dict.fromkeys(found))


def in_title(asked: Asked, instead: Instead) -> Clause:
    """Return that a title holds so much of a long question that it asks for that title, and quotes no text."""
    words = tuple(word("title", one.stem, instead) for one in asked.words)
    held = Enough(words, _share(len(words), RELEVANCE.intent_title_share))
    together = pairs(asked, "title")
    return All((held, Enough(tuple(together), _share(len(together), RELEVANCE.intent_title_pairs))))


def quoted(asked: Asked) -> Clause:
    """Return that one piece holds so many of a long question's pairs that it is being quoted."""
    held = pairs(asked)
    return Enough(tuple(held), _share(len(held), RELEVANCE.intent_pair_share))


def _share(count: int, share: float) -> int:
    return int(-(-count * share // 1))


def may_quote(asked: Asked) -> bool:
    """Tell whether a question is long enough to be a text remembered."""
    words = asked.words
    return len(words) >= RELEVANCE.intent_words and words[-1].position - words[0].position >= RELEVANCE.intent_span - 1
