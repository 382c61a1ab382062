"""The `units` index at work for one question: which documents have a matching piece, how good, and where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from search import conditions
from search.backends.base import Plan, UnitHit
from search.backends.tantivy_plan import Clause, Compiler, together
from search.backends.tantivy_schema import MOST_ORDINAL, stored
from search.conditions import Words
from search.query import Asked
from search.ranking import MOST_PLACES, MOST_RANKED, MOST_UNITS_SHOWN

# tantivy gives up an aggregation above 65,000 buckets.
MOST_DOCUMENTS_A_SLICE = 30_000
# A document whose pieces alone fill a round is set aside, and the next round looks twice as far.
MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Pieces:
    """Asks the pieces of texts about one plan; `asked` is what its number left over."""

    compiler: Compiler
    searcher: tantivy.Searcher
    plan: Plan
    asked: Asked

    def documents(self, *, of: int, but: str = "") -> list[int]:
        """Return the ordinals of all documents with a matching piece. `of` is how many documents there are.

        Exact: in slices of the ordinals, which are evenly spread, each with as many buckets as it has documents.
        """
        found: list[int] = []
        slices = of // MOST_DOCUMENTS_A_SLICE + 1
        width = MOST_ORDINAL // slices + 1
        wanted = {"docs": {"terms": {"field": "ordinal", "size": 65_000, "segment_size": 65_000}}}
        matches = self._matches(but=but)
        for at in range(slices):
            clauses = matches if slices == 1 else [*matches, self._between(at * width, (at + 1) * width)]
            told = self.searcher.aggregate(together(clauses), wanted)
            found += [int(bucket["key"]) for bucket in told["docs"]["buckets"]]
        return found

    def best(self) -> dict[int, float]:
        """Return the score of each document's best piece, for the documents with the best ones."""
        found: dict[int, float] = {}
        clauses = [*self._matches(), *self.compiler.unit_score(self.asked, self.plan)]
        limit = MOST_RANKED
        for _ in range(MOST_ROUNDS):
            beyond = [(Occur.MustNot, self.compiler.ordinals(list(found))[1])] if found else []
            hits = self.searcher.search(together([*clauses, *beyond]), limit=limit, count=False).hits
            ordinals = self.searcher.fast_field_values("ordinal", [address for _, address in hits])
            for (score, _), ordinal in zip(hits, ordinals, strict=True):
                found.setdefault(int(ordinal or 0), score)
            if len(hits) < limit or len(found) >= MOST_RANKED:
                break
            limit *= 2
        return found

    def shown(self, documents: Sequence[int]) -> Mapping[int, tuple[UnitHit, ...]]:
        """Return the best pieces of these documents, at most three each."""
        full: dict[int, tuple[UnitHit, ...]] = {}
        places: dict[int, list[UnitHit]] = {}
        while open_to_more := [ordinal for ordinal in documents if ordinal not in full]:
            limit = 20 * MOST_UNITS_SHOWN * len(open_to_more)
            places, exhausted = self._round(open_to_more, limit)
            full |= {at: tuple(units) for at, units in places.items() if len(units) == MOST_UNITS_SHOWN}
            if exhausted:
                break
        return {**{at: tuple(units) for at, units in places.items()}, **full}

    def in_order(self) -> list[UnitHit]:
        """Return all matching pieces in the order of the text: for a question within one version."""
        found = self.searcher.search(together(self._matches()), limit=MOST_PLACES, count=False).hits
        units = [_unit_of(self.searcher.doc(address), 0.0) for _, address in found]
        return sorted(units, key=lambda unit: (unit.page, unit.start))

    def _round(self, documents: Collection[int], limit: int) -> tuple[dict[int, list[UnitHit]], bool]:
        """Look at the best pieces of these documents; tell whether there are no more."""
        found = self.searcher.search(together(self._showing(documents)), limit=limit, count=False).hits
        ordinals = self.searcher.fast_field_values("ordinal", [address for _, address in found])
        places: dict[int, list[UnitHit]] = {}
        for (score, address), ordinal in zip(found, ordinals, strict=True):
            if score <= 0:
                return places, True
            place = places.setdefault(int(ordinal or 0), [])
            if len(place) < MOST_UNITS_SHOWN:
                place.append(_unit_of(self.searcher.doc(address), score))
        return places, len(found) < limit

    def _showing(self, documents: Collection[int]) -> list[Clause]:
        clauses = [*self._matches(), *self.compiler.silent([self.compiler.ordinals(list(documents))])]
        clauses += self.compiler.unit_score(self.asked, self.plan)
        if self.plan.query.scope != "text":
            # A piece that holds enough of the words by itself is the better one to show.
            enough = self.compiler.matching(self.asked, self.plan, "text")
            clauses += [(Occur.Should, Query.boost_query(query, 2.0)) for _, query in enough]
        return clauses

    def quotes(self) -> bool:
        """Tell whether one open piece holds so much of the question's neighbouring pairs."""
        quoted = self.compiler.query(conditions.quoted(self.asked))
        open_units = self.compiler.silent(self.compiler.filters(self.plan.query))
        found = self.searcher.search(together([*open_units, (Occur.Must, quoted)]), limit=1, count=False)
        return bool(found.hits)

    def _matches(self, *, but: str = "") -> list[Clause]:
        """Return which pieces match: in the text, one piece must hold enough words; else only the phrases."""
        question, compiler = self.plan.query, self.compiler
        clauses = compiler.silent(compiler.filters(question, but=but))
        if question.scope == "text":
            return clauses + compiler.silent(compiler.matching(self.asked, self.plan, "text"))
        return clauses + compiler.silent(compiler.all_of(Words("text", phrase.words) for phrase in self.asked.phrases))

    def _between(self, first: int, end: int) -> Clause:
        within = Query.range_query(
            self.compiler.schema,
            "ordinal",
            tantivy.FieldType.Unsigned,
            lower_bound=first,
            upper_bound=end,
            include_upper=False,
        )
        return Occur.Must, Query.const_score_query(within, 0.0)


def _unit_of(document: tantivy.Document, score: float) -> UnitHit:
    return UnitHit(
        page=stored(document, "page"),
        start=stored(document, "start"),
        end=stored(document, "end"),
        anchor=stored(document, "anchor") or "",
        label=stored(document, "label") or "",
        score=score,
    )
