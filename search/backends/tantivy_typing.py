"""While somebody types: titles and numbers that begin so, and the words that mistyped ones were meant to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from search.backends.base import Hit
from search.backends.tantivy_plan import Clause, Compiler, together
from search.backends.tantivy_schema import stored
from search.backends.tantivy_store import Generation
from search.conditions import shown_on
from search.language import stem, tokens
from search.query import Readers
from search.ranking import edits_allowed
from search.typed import nearest, number_typed, words_typed

MOST_NEAR = 40


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
        window = docs.all_of(shown_on(self.today))
        clauses = docs.silent([*docs.open_to(self.readers, self.excluded), *window])
        clauses.append((Occur.Must, Query.disjunction_max_query(started)))
        found = searcher.search(together(clauses), limit=size, count=False)
        read = [(score, searcher.doc(address)) for score, address in found.hits]
        return [Hit(stored(document, "record"), stored(document, "version"), score) for score, document in read]

    @property
    def _docs(self) -> Compiler:
        return Compiler(self.generation.schemas[0])

    def _titles(self, text: str) -> Query | None:
        """Return the words of a title, the last perhaps only begun."""
        schema = self.generation.schemas[0]
        typed = words_typed(text)
        if typed.is_empty:
            return None
        clauses = [(Occur.Must, Query.term_query(schema, "title_exact", word)) for word in typed.words]
        if typed.begun:
            pattern = "".join(f"[{letter}]" for letter in typed.begun) + ".*"
            clauses.append((Occur.Must, Query.regex_query(schema, "title_exact", pattern)))
        return Query.boolean_query(clauses)

    def _numbers(self, text: str) -> Query | None:
        pattern = number_typed(text)
        if pattern is None:
            return None
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
            times.update(token.word for token in tokens(title))
        return nearest(word, times, most)
