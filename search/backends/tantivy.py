"""The embedded engine: tantivy behind `SearchBackend`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from records.errors import SearchUnavailable
from search.backends.base import Found, Hit, Plan, Scanned, Status
from search.backends.tantivy_plan import Compiler, together
from search.backends.tantivy_relevance import Listing
from search.backends.tantivy_schema import stored
from search.backends.tantivy_store import Folder, Generation
from search.entries import Entry
from search.language import fold, stem, tokens
from search.query import Readers
from search.ranking import distance, edits_allowed

MOST_NEAR = 40


class TantivyEngine:
    """A `SearchBackend` in one folder. One process at a time writes; any number read."""

    def __init__(self, path: str | Path) -> None:
        self._folder = Folder(Path(path))

    def write(self, entries: Iterable[Entry], replaced: Iterable[str], *, commit: bool = True) -> None:
        self._folder.current().write(entries, replaced, commit=commit)

    def search(self, plan: Plan) -> Found:
        return self._asked(Listing(plan, self._folder.current()).found)

    def suggest(self, text: str, *, readers: Readers, today: int, excluded: frozenset[str], size: int) -> list[Hit]:
        generation = self._folder.current()
        searcher, _ = generation.searchers()
        docs = Compiler(generation.schemas[0])
        words = [token.word for token in tokens(text)]
        last_is_whole = text[-1:].isspace()
        started: list[Query] = []
        if words:
            begun = [] if last_is_whole else [words.pop()]
            clauses = [(Occur.Must, Query.term_query(docs.schema, "title_exact", word)) for word in words]
            for word in begun:
                pattern = "".join(f"[{letter}]" for letter in word if letter.isalnum()) + ".*"
                clauses.append((Occur.Must, Query.regex_query(docs.schema, "title_exact", pattern)))
            started.append(Query.boolean_query(clauses))
        form = fold(text).upper().strip().replace(" ", "-")
        if any(letter.isdigit() for letter in form):
            pattern = "(.*:)?" + "".join(f"[{letter}]" if letter.isalnum() else f"\\{letter}" for letter in form) + ".*"
            started.append(Query.boost_query(Query.regex_query(docs.schema, "numbers", pattern), 2.0))
        if not started:
            return []
        window = [
            (Occur.Must, docs._days("shown_from", 0, today)),
            (Occur.Must, docs._days("shown_to", today + 1, 4_000_000)),
        ]
        clauses = docs.silent([*docs.open_to(readers, excluded), *window])
        clauses.append((Occur.Must, Query.disjunction_max_query(started)))
        found = searcher.search(together(clauses), limit=size, count=False)
        return [_hit_of(searcher, score, address) for score, address in found.hits]

    def meant(self, words: Sequence[str], *, readers: Readers, excluded: frozenset[str]) -> Mapping[str, str]:
        generation = self._folder.current()
        searcher, _ = generation.searchers()
        docs = Compiler(generation.schemas[0])
        open_to = docs.silent(docs.open_to(readers, excluded))
        found: dict[str, str] = {}
        for word in words:
            most = edits_allowed(word)
            if not most or self._known(searcher, docs, open_to, word):
                continue
            if near := self._nearest(searcher, docs, open_to, word, most):
                found[word] = near
        return found

    def _known(self, searcher: tantivy.Searcher, docs: Compiler, open_to: list[Any], word: str) -> bool:
        """Tell whether a title that the reader may see holds the word or its stem."""
        either = Query.boolean_query(
            [
                (Occur.Should, Query.term_query(docs.schema, "title_exact", word)),
                (Occur.Should, Query.term_query(docs.schema, "title", stem(word))),
            ]
        )
        return bool(searcher.search(together([*open_to, (Occur.Must, either)]), limit=1, count=False).hits)

    def _nearest(
        self, searcher: tantivy.Searcher, docs: Compiler, open_to: list[Any], word: str, most: int
    ) -> str | None:
        """Return the word of visible titles with the fewest edits: same first letter and frequency decide ties."""
        fuzzy = Query.fuzzy_term_query(docs.schema, "title_exact", word, distance=most)
        found = searcher.search(together([*open_to, (Occur.Must, fuzzy)]), limit=MOST_NEAR, count=False)
        seen: dict[str, tuple[int, bool, int]] = {}
        for _, address in found.hits:
            title = stored(searcher.doc(address), "title_exact") or ""
            for token in tokens(title):
                edits = distance(word, token.word, most)
                if edits <= most:
                    times = seen.get(token.word, (0, False, 0))[2]
                    seen[token.word] = (edits, token.word[:1] != word[:1], times - 1)
        return min(seen, key=lambda near: (*seen[near], near), default=None)

    def scan(self) -> Iterator[Scanned]:
        """Yield all entries, by slices of their ordinals, so that memory stays flat."""
        generation = self._folder.current()
        searcher, _ = generation.searchers()
        docs = Compiler(generation.schemas[0])
        last = -1
        while True:
            rest = (
                Query.range_query(
                    docs.schema, "ordinal", tantivy.FieldType.Unsigned, lower_bound=last, include_lower=False
                )
                if last >= 0
                else Query.all_query()
            )
            found = searcher.search(rest, limit=2000, count=False, order_by_field="ordinal", order=tantivy.Order.Asc)
            for ordinal, address in found.hits:
                last = ordinal
                document = searcher.doc(address)
                yield Scanned(
                    record=stored(document, "record"),
                    version=stored(document, "version"),
                    part=stored(document, "part"),
                    revision=stored(document, "revision"),
                    checksum=stored(document, "checksum"),
                )
            if len(found.hits) < 2000:
                return

    @contextmanager
    def rebuild(self) -> Iterator[Generation]:
        fresh = self._folder.fresh()
        try:
            yield fresh
            fresh.write([], [], commit=True)
        finally:
            fresh.drop_writers()
        self._folder.point_to(fresh)

    def status(self) -> Status:
        generation = self._folder.current()
        docs, units = generation.searchers()
        return Status(docs.num_docs, units.num_docs, generation.state, "tantivy")

    def close(self) -> None:
        self._folder.close()

    def _asked(self, find: Any) -> Found:
        try:
            found: Found = find()
        except (ValueError, OSError) as failure:
            raise SearchUnavailable(f"The index does not answer: {failure}") from failure
        return found


def _hit_of(searcher: tantivy.Searcher, score: float, address: tantivy.DocAddress) -> Hit:
    document = searcher.doc(address)
    return Hit(stored(document, "record"), stored(document, "version"), score)
