"""From entries to what a question may find instead of its words. Pure, and the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search.language import Token, tokens, twins
from search.query import Other
from search.ranking import RELEVANCE
from search.synonyms.terms import EQUAL, Entry

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Term:
    """A term as it is looked for: its stems, and their distances from the first."""

    stems: Stems
    words: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """All entries that apply, by the first stem of the terms that a question may hold; longer terms come first."""

    by_first: Mapping[str, Sequence[tuple[Stems, Sequence[_Term]]]] = field(default_factory=dict)

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

    def _held_at(self, words: Sequence[Token], at: int) -> tuple[Stems, Sequence[_Term]] | None:
        for stems, means in self.by_first.get(words[at].stem, ()):
            if tuple(word.stem for word in words[at : at + len(stems)]) == stems:
                return stems, means
        return None


NO_SYNONYMS = Synonyms()


def _weighed(term: _Term, replaced: int) -> list[Other]:
    """Return a term worth a little less than the words it stands for, however many words either has."""
    weight = RELEVANCE.synonym * min(1.0, replaced / len(term.stems)) / replaced
    if len(term.words) == 1:
        return [Other(((0, stem),), weight) for stem in (term.stems[0], *twins(term.stems[0]))]
    return [Other(term.words, weight)]


def compiled(entries: Iterable[Entry]) -> Synonyms:
    """Return the entries that apply, ready to be asked."""
    found: dict[Stems, dict[_Term, None]] = {}
    for entry in entries:
        if not entry.applies:
            continue
        asked = [_term(text) for text in entry.words]
        means = asked if entry.kind == EQUAL else [_term(text) for text in entry.means]
        for term in asked:
            others = found.setdefault(term.stems, {})
            others |= dict.fromkeys(other for other in means if other.stems not in (term.stems, ()))
    by_first: dict[str, list[tuple[Stems, Sequence[_Term]]]] = {}
    for stems in sorted((stems for stems in found if stems and found[stems]), key=lambda one: (-len(one), one)):
        by_first.setdefault(stems[0], []).append((stems, tuple(found[stems])))
    return Synonyms(by_first)


def _term(text: str) -> _Term:
    read = list(tokens(text))
    return _Term(
        tuple(token.stem for token in read),
        tuple((token.position - read[0].position, token.stem) for token in read),
    )
