"""While somebody types: titles and numbers that begin so, and the words that mistyped ones were meant to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from search import conditions
from search.backends.base import Hit
from search.backends.tantivy_plan import Clause, Compiler, together
from search.backends.tantivy_schema import stored
from search.backends.tantivy_store import Generation
from search.conditions import shown_on
from search.language import stem, tokens
from search.query import Readers
from search.ranking import edits_allowed
from search.typed import Typed, nearest, numbers_typed, title_worth, words_typed

MOST_NEAR = 40
# As many of those alike are looked at for the newest.
MOST_ALIKE = 200


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
        typed = words_typed(text)
        started = [*self._titles(typed), *self._numbers(text)]
        if not started:
            return []
        window = docs.all_of(shown_on(self.today))
        clauses = docs.silent([*docs.open_to(self.readers, self.excluded), *window])
        clauses.append((Occur.Must, Query.disjunction_max_query(started)))
        clauses += [(Occur.Should, self._worth(weight, clause)) for weight, clause in title_worth(typed)]
        found = searcher.search(together(clauses), limit=max(size, MOST_ALIKE), count=False).hits
        dates = searcher.fast_field_values("date_key", [address for _, address in found])
        best = sorted(zip(found, dates, strict=True), key=lambda one: (-round(one[0][0], 3), -int(one[1] or 0)))
        read = [(score, searcher.doc(address)) for (score, address), _ in best[:size]]
        return [Hit(stored(document, "record"), stored(document, "version"), score) for score, document in read]

    @property
    def _docs(self) -> Compiler:
        return Compiler(self.generation.schemas[0])

    def _worth(self, weight: float, clause: conditions.Clause) -> Query:
        wanted = self._docs.query(clause)
        return Query.const_score_query(wanted, weight)

    def _titles(self, typed: Typed) -> Iterator[Query]:
        """Yield the words of a title, the last perhaps only begun."""
        schema = self.generation.schemas[0]
        clauses = [(Occur.Must, Query.term_query(schema, "title_exact", word)) for word in typed.words]
        if typed.begun:
            pattern = "".join(f"[{letter}]" for letter in typed.begun) + ".*"
            clauses.append((Occur.Must, Query.regex_query(schema, "title_exact", pattern)))
        if clauses:
            yield Query.boolean_query(clauses)

    def _numbers(self, text: str) -> Iterator[Query]:
        schema = self.generation.schemas[0]
        for worth, form, begun in numbers_typed(text):
            wanted = self._docs.numbers([form]) if form else Query.regex_query(schema, "numbers", f"{begun}.*")
            yield Query.const_score_query(wanted, worth)

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
