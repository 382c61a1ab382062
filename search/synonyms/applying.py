"""From entries to what a question may find instead of its words. Pure, and the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search.language import Token, tokens, twins
from search.query import Other
from search.ranking import RELEVANCE
from search.synonyms.terms import EQUAL, Entry

Stems = tuple[str, ...]
# So short a stem is shared by words that have nothing to do with each other: `casa` and `caso`, `papa` and `PAP`.
SHORT_STEM = 4


@dataclass(frozen=True, slots=True)
class _Term:
    """A term as it is looked for: its stems, their distances from the first, and the words themselves."""

    stems: Stems
    words: tuple[tuple[int, str], ...]
    written: tuple[str, ...]

    def stands_at(self, words: Sequence[Token], at: int) -> bool:
        """Tell whether a question holds the term at this place; short words count in singular and plural alone."""
        held = words[at : at + len(self.stems)]
        return tuple(word.stem for word in held) == self.stems and all(
            len(word.stem) > SHORT_STEM or not _numbers(word.word).isdisjoint(_numbers(own))
            for word, own in zip(held, self.written, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Synonyms:
    """All entries that apply, by the first stem of the terms that a question may hold; longer terms come first."""

    by_first: Mapping[str, Sequence[tuple[_Term, Sequence[_Term]]]] = field(default_factory=dict)

    def others(self, words: Sequence[Token]) -> dict[str, tuple[Other, ...]]:
        """Return, by stem, what may stand in a document for words of a question.

        A term of several words counts as one where they follow each other: each of them is then satisfied by what
        stands for all. The words of a longer term are not looked up again by themselves.
        """
        found: dict[str, tuple[Other, ...]] = {}
        at = 0
        while at < len(words):
            held = self._held_at(words, at)
            if held is None:
                at += 1
                continue
            stems, means = held
            weighed = tuple(other for term in means for other in _weighed(term, len(stems)))
            for stem in stems:
                found[stem] = tuple(dict.fromkeys((*found.get(stem, ()), *weighed)))
            at += len(stems)
        return found

    def _held_at(self, words: Sequence[Token], at: int) -> tuple[Stems, list[_Term]] | None:
        """Return the longest term that stands here, with what stands for it in any entry."""
        held = [pair for pair in self.by_first.get(words[at].stem, ()) if pair[0].stands_at(words, at)]
        if not held:
            return None
        longest = held[0][0].stems
        return longest, [mean for term, means in held if term.stems == longest for mean in means]


NO_SYNONYMS = Synonyms()


def _weighed(term: _Term, replaced: int) -> list[Other]:
    """Return a term worth a little less than the words it stands for, however many words either has."""
    weight = RELEVANCE.synonym * min(1.0, replaced / len(term.stems)) / replaced
    if len(term.words) == 1:
        return [Other(((0, stem),), weight) for stem in (term.stems[0], *twins(term.stems[0]))]
    return [Other(term.words, weight)]


def compiled(entries: Iterable[Entry]) -> Synonyms:
    """Return the entries that apply, ready to be asked."""
    found: dict[_Term, dict[_Term, None]] = {}
    for entry in entries:
        if not entry.applies:
            continue
        asked = [_term(text) for text in entry.words]
        means = asked if entry.kind == EQUAL else [_term(text) for text in entry.means]
        for term in asked:
            others = found.setdefault(term, {})
            others |= dict.fromkeys(other for other in means if other.stems != term.stems)
    by_first: dict[str, list[tuple[_Term, Sequence[_Term]]]] = {}
    for term in sorted((term for term in found if found[term]), key=lambda one: (-len(one.stems), one.written)):
        by_first.setdefault(term.stems[0], []).append((term, tuple(found[term])))
    return Synonyms(by_first)


def _term(text: str) -> _Term:
    read = list(tokens(text))
    return _Term(
        tuple(token.stem for token in read),
        tuple((token.position - read[0].position, token.stem) for token in read),
        tuple(token.word for token in read),
    )


def _numbers(word: str) -> set[str]:
    """Return a word as it is and as it would be in the singular, if it is a plural."""
    return {word, word.removesuffix("s"), word.removesuffix("es")}
