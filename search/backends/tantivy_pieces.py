"""The `units` index at work for one question: which documents have a matching piece, how good, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from search import conditions, demands
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

    def documents(self, held: conditions.Clause, *, of: int, but: str = "") -> list[int]:
        """Return the ordinals of all documents with a piece that holds this. `of` is how many documents there are.

        Exact: in slices of the ordinals, which are evenly spread, each with as many buckets as it has documents.
        """
        found: list[int] = []
        slices = of // MOST_DOCUMENTS_A_SLICE + 1
        width = MOST_ORDINAL // slices + 1
        wanted = {"docs": {"terms": {"field": "ordinal", "size": 65_000, "segment_size": 65_000}}}
        filters = self.compiler.filters(self.plan.query, but=but)
        matches = self.compiler.silent([*filters, *self.compiler.all_of([held])])
        for at in range(slices):
            clauses = matches if slices == 1 else [*matches, self._between(at * width, (at + 1) * width)]
            told = self.searcher.aggregate(together(clauses), wanted)
            found += [int(bucket["key"]) for bucket in told["docs"]["buckets"]]
        return found

    def best(self, within: Sequence[int] | None = None) -> dict[int, float]:
        """Return the score of each document's best piece, for the documents (of those `within`) with the best ones."""
        found: dict[int, float] = {}
        clauses = [*self._matches(), *self.compiler.unit_score(self.asked, self.plan)]
        if within is not None:
            clauses += self.compiler.silent([self.compiler.ordinals(within)])
        # Nearly always enough in one round, and hardly dearer than fewer.
        limit = 4 * MOST_RANKED
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
        held = self.compiler.all_of(demands.of_place(self.asked, self.plan.instead))
        matches = self.compiler.silent([*self.compiler.filters(self.plan.query), *held])
        found = self.searcher.search(together(matches), limit=MOST_PLACES, count=False).hits
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
            enough = self.compiler.all_of(demands.shown_first(self.asked, self.plan.instead))
            clauses += [(Occur.Should, Query.boost_query(query, 2.0)) for _, query in enough]
        return clauses

    def quotes(self) -> bool:
        """Tell whether one open piece holds so much of the question's neighbouring pairs."""
        quoted = self.compiler.query(conditions.quoted(self.asked))
        open_units = self.compiler.silent(self.compiler.filters(self.plan.query))
        found = self.searcher.search(together([*open_units, (Occur.Must, quoted)]), limit=1, count=False)
        return bool(found.hits)

    def _matches(self) -> list[Clause]:
        """Return which pieces match: in the text, one piece must hold what is asked of one; else only the phrases."""
        compiler = self.compiler
        held: Iterable[conditions.Clause] = (Words("text", phrase.words) for phrase in self.asked.phrases)
        if self.plan.query.scope == "text":
            held = demands.of_piece(self.asked, self.plan.instead)
        return compiler.silent([*compiler.filters(self.plan.query), *compiler.all_of(held)])

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
