"""While somebody types: titles and numbers that begin so, and the words that mistyped ones were meant to be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from search.backends.base import Hit
from search.backends.tantivy_plan import Clause, Compiler, together
from search.backends.tantivy_schema import ALWAYS, stored
from search.backends.tantivy_store import Generation
from search.language import fold, stem, tokens
from search.query import Readers
from search.ranking import distance, edits_allowed

MOST_NEAR = 40
_OTHER = re.compile(r"[^0-9A-Z:]+")
_KIND_AND_NUMBER = re.compile(r"(?:([A-Z]+)[-:])?0*(\d.*)")


@dataclass(frozen=True, slots=True)
class Typing:
    """Looks things up in titles and numbers, within what the readers may see."""

    generation: Generation
    readers: Readers
    excluded: frozenset[str]
    today: int = 0

    def suggestions(self, text: str, size: int) -> list[Hit]:
        """Return what is shown today and has a title with these words, the last begun, or a number that begins so."""
        searcher = self.generation.view().docs
        docs = self._docs
        started = [found for found in (self._titles(text), self._numbers(text)) if found is not None]
        if not started:
            return []
        window = [
            (Occur.Must, docs.days("shown_from", 0, self.today)),
            (Occur.Must, docs.days("shown_to", self.today + 1, ALWAYS)),
        ]
        clauses = docs.silent([*docs.open_to(self.readers, self.excluded), *window])
        clauses.append((Occur.Must, Query.disjunction_max_query(started)))
        found = searcher.search(together(clauses), limit=size, count=False)
        read = [(score, searcher.doc(address)) for score, address in found.hits]
        return [Hit(stored(document, "record"), stored(document, "version"), score) for score, document in read]

    @property
    def _docs(self) -> Compiler:
        return Compiler(self.generation.schemas[0])

    def _titles(self, text: str) -> Query | None:
        """Return the words of a title; the last may be only begun, unless a space follows it."""
        schema = self.generation.schemas[0]
        words = ["".join(letter for letter in token.word if letter.isalnum()) for token in tokens(text)]
        words = [word for word in words if word]
        if not words:
            return None
        begun = [] if text[-1:].isspace() else [words.pop()]
        clauses = [(Occur.Must, Query.term_query(schema, "title_exact", word)) for word in words]
        clauses += [
            (Occur.Must, Query.regex_query(schema, "title_exact", "".join(f"[{letter}]" for letter in word) + ".*"))
            for word in begun
        ]
        return Query.boolean_query(clauses)

    def _numbers(self, text: str) -> Query | None:
        """Return the forms of numbers that begin so: `DS 067-20` as `DS:67-20`, with or without the kind."""
        typed = _KIND_AND_NUMBER.fullmatch(_OTHER.sub("-", fold(text).upper()).strip("-"))
        if typed is None:
            return None
        kind, number = typed[1], typed[2]
        pattern = f"{kind}:{number}.*" if kind else f"(.*:)?{number}.*"
        return Query.boost_query(Query.regex_query(self.generation.schemas[0], "numbers", pattern), 2.0)

    def meant(self, words: Sequence[str]) -> Mapping[str, str]:
        """Return, for words that no title this reader may see holds, the nearest word that one does."""
        searcher = self.generation.view().docs
        open_to = self._docs.silent(self._docs.open_to(self.readers, self.excluded))
        found: dict[str, str] = {}
        for word in words:
            most = edits_allowed(word)
            if not most or self._known(searcher, open_to, word):
                continue
            # Nearer words first: those two edits away may be too many to look at them all.
            for edits in range(1, most + 1):
                if near := self._nearest(searcher, open_to, word, edits):
                    found[word] = near
                    break
        return found

    def _known(self, searcher: tantivy.Searcher, open_to: Sequence[Clause], word: str) -> bool:
        """Tell whether a title that the reader may see holds the word or its stem."""
        schema = self.generation.schemas[0]
        either = Query.boolean_query(
            [
                (Occur.Should, Query.term_query(schema, "title_exact", word)),
                (Occur.Should, Query.term_query(schema, "title", stem(word))),
            ]
        )
        return bool(searcher.search(together([*open_to, (Occur.Must, either)]), limit=1, count=False).hits)

    def _nearest(self, searcher: tantivy.Searcher, open_to: Sequence[Clause], word: str, most: int) -> str | None:
        """Return the word of visible titles with the fewest edits: same first letter and frequency decide ties."""
        fuzzy = Query.fuzzy_term_query(self.generation.schemas[0], "title_exact", word, distance=most)
        found = searcher.search(together([*open_to, (Occur.Must, fuzzy)]), limit=MOST_NEAR, count=False)
        times: Counter[str] = Counter()
        for _, address in found.hits:
            title = stored(searcher.doc(address), "title_exact") or ""
            times.update(token.word for token in tokens(title) if distance(word, token.word, most) <= most)
        return min(
            times,
            key=lambda near: (distance(word, near, most), near[:1] != word[:1], -times[near], near),
            default=None,
        )
