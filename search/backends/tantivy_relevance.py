"""One listing: what matches is counted exactly, the best three hundred are ranked, dates and numbers have no end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import tantivy
from tantivy import Occur, Query

from search import conditions, demands
from search.backends.base import Found, Hit, Plan
from search.backends.tantivy_pieces import Pieces
from search.backends.tantivy_plan import Clause, Compiler, together
from search.backends.tantivy_schema import stored
from search.backends.tantivy_store import Generation
from search.conditions import SomePiece
from search.query import Asked
from search.ranking import MOST_BUCKETS, MOST_RANKED, RELEVANCE

# Each segment tells all its values, or counts over several segments would not be exact.
MOST_BUCKETS_A_SEGMENT = 65_000
# No field is called so.
TOTAL = "*"
_COUNT = {"value_count": {"field": "ordinal"}}


@dataclass(slots=True)
class _Candidate:
    """An entry on its way up: where it lies in `docs`, what it scored there, and its best pieces."""

    ordinal: int
    address: tantivy.DocAddress | None = None
    doc: float = 0.0
    unit: float = 0.0
    hierarchy: float = 0.0
    date_key: int = 0


@dataclass
class Listing:
    """Answers one plan on one generation of the index."""

    plan: Plan
    generation: Generation
    docs: Compiler = field(init=False)
    pieces: Pieces = field(init=False)

    def __post_init__(self) -> None:
        view = self.generation.view()
        self.state = view.state
        self.docs = Compiler(self.generation.schemas[0])
        self.doc_searcher = view.docs
        self.question = self.plan.query
        self.asked, self.tier = self._number_tier(self.plan.asked)
        self.pieces = Pieces(Compiler(self.generation.schemas[1]), view.units, self.plan, self.asked)
        self._matching: dict[str, list[Clause]] = {}
        self._quotes = False

    def found(self) -> Found:
        """Return the page of results asked for, with totals and facets under the same rule of matching."""
        if self._asks_for_an_unknown_number:
            return Found((), 0 if self.question.counted else None, {}, False, self.state)
        if self.question.sort != "relevance" or not (self.asked.can_rank or self.tier):
            hits, more = self._sorted()
        else:
            hits, more = self._ranked()
        total, facets = self._counts() if self.question.counted else (None, {})
        return Found(hits, total, facets, more, generation=self.state, quotes=self._quotes)

    @property
    def _asks_for_an_unknown_number(self) -> bool:
        """Nothing but a number was asked for, and no document open to these readers has it."""
        return self.asked.is_empty and not self.tier and not self.plan.asked.is_empty

    def _number_tier(self, asked: Asked) -> tuple[Asked, tuple[str, ...]]:
        """Find the first form of each number that any open document has; only a leading number makes a tier."""
        open_docs = self.docs.silent(self.docs.filters(self.question))

        def known(form: str) -> bool:
            wanted = together([*open_docs, (Occur.Must, self.docs.numbers([form]))])
            return bool(self.doc_searcher.search(wanted, limit=1, count=False).hits)

        return demands.settled(asked, known)

    def _matches(self, *, but: str = "") -> list[Clause]:
        """Return the clauses that decide which documents match; a facet that filters nothing shares the total's."""
        but = but if but in self.question.filters else ""
        if but not in self._matching:
            self._matching[but] = self._worked_out(but)
        return list(self._matching[but])

    def _worked_out(self, but: str) -> list[Clause]:
        wanted = demands.matches(self.asked, self.tier, self.plan.instead, self.question.scope)
        docs = replace(self.docs, holding=partial(self.pieces.documents, of=self.doc_searcher.num_docs, but=but))
        # Pieces passed the same filters of access, time and fields.
        passed = len(wanted) == 1 and isinstance(wanted[0], SomePiece)
        filters = [] if passed else docs.filters(self.question, but=but)
        return docs.silent([*filters, *docs.all_of(wanted)])

    def _counts(self) -> tuple[int, dict[str, list[tuple[str, int]]]]:
        """Return the total and the facets: in one pass, but for fields that are filtered by and count without it."""
        apart = [name for name in self.question.facets if name in self.question.filters]
        wanted = {name: _values_of(name) for name in self.question.facets if name not in apart}
        told = self.doc_searcher.aggregate(together(self._matches()), {TOTAL: _COUNT, **wanted})
        facets = {name: _buckets(told[name]) for name in wanted}
        for name in apart:
            counted = self.doc_searcher.aggregate(together(self._matches(but=name)), {name: _values_of(name)})
            facets[name] = _buckets(counted[name])
        return int(told[TOTAL]["value"]), {name: facets[name] for name in self.question.facets}

    def _sorted(self) -> tuple[list[Hit], bool]:
        """List by date or number, from a key onwards: such a listing has no end and survives new commits."""
        falling = self.question.sort in ("-date", "relevance")
        key = {"number": "number_key", "date": "rising_date_key"}.get(self.question.sort, "date_key")
        clauses = self._matches()
        after = self.plan.place.after
        if after is not None:
            bounds: dict[str, Any] = (
                {"upper_bound": after, "include_upper": False} if falling else {"lower_bound": after}
            )
            bounds = bounds if falling else bounds | {"include_lower": False}
            beyond = Query.range_query(self.docs.schema, key, tantivy.FieldType.Unsigned, **bounds)
            clauses.append((Occur.Must, Query.const_score_query(beyond, 0.0)))
        order = tantivy.Order.Desc if falling else tantivy.Order.Asc
        size = self.question.size
        found = self.doc_searcher.search(
            together(clauses), limit=size + 1, count=False, order_by_field=key, order=order
        )
        hits = [self._hit(address, key=int(value)) for value, address in found.hits[:size]]
        return self._with_units(hits), len(found.hits) > size

    def _ranked(self) -> tuple[list[Hit], bool]:
        ranked = self._candidates()
        start, size = self.plan.place.rank, self.question.size
        hits = [
            self._hit(candidate.address, score=score)
            for score, candidate in ranked[start : start + size]
            if candidate.address is not None
        ]
        return self._with_units(hits), start + size < len(ranked)

    def _hit(self, address: tantivy.DocAddress, *, score: float = 0.0, key: int = 0) -> tuple[int, Hit]:
        """Return an entry as a hit, with its ordinal."""
        document = self.doc_searcher.doc(address)
        hit = Hit(stored(document, "record"), stored(document, "version"), score, (), key)
        return stored(document, "ordinal"), hit

    def _candidates(self) -> list[tuple[float, _Candidate]]:
        """Score the best documents and the best pieces, sum them, and order them."""
        found: dict[int, _Candidate] = {}
        matches = self._matches()
        scoring = self.docs.doc_score(self.asked, self.plan)
        if self.tier:
            scoring.append((Occur.Should, Query.const_score_query(self.docs.numbers(self.tier), RELEVANCE.number)))
        self._score_docs([*matches, *scoring], found)
        if self.asked.of_text:
            for ordinal, score in self.pieces.best(self._demanded()).items():
                found.setdefault(ordinal, _Candidate(ordinal)).unit = score
            alone = [candidate.ordinal for candidate in found.values() if candidate.address is None]
            if alone:
                # All of them: what is best in its text may have the poorest title.
                self._score_docs([*matches, self.docs.ordinals(alone), *scoring], found, limit=len(alone))
        kept = [candidate for candidate in found.values() if candidate.address is not None]
        self._add_priors(kept)
        self._quotes = self._asks_for_text()
        weight = RELEVANCE.text_intent if self._quotes else 1.0
        ranked = [(self._worth(candidate, weight), candidate) for candidate in kept]
        ranked.sort(key=lambda pair: (-pair[0], -pair[1].hierarchy, -pair[1].date_key))
        return ranked[:MOST_RANKED]

    def _demanded(self) -> list[int] | None:
        """Return the documents that hold what operators demand; None where pieces tell of no other."""
        if demands.pieces_tell(self.asked, self.question.scope):
            return None
        matches = together(self._matches())
        count = int(self.doc_searcher.search(matches, limit=1, count=True).count or 0)  # type: ignore[attr-defined] # the stubs leave it out
        found = self.doc_searcher.search(matches, limit=max(1, count), count=False).hits
        ordinals = self.doc_searcher.fast_field_values("ordinal", [address for _, address in found])
        return [int(ordinal or 0) for ordinal in ordinals]

    def _worth(self, candidate: _Candidate, weight: float) -> float:
        if self.question.scope != "text":
            return candidate.doc + RELEVANCE.hierarchy * candidate.hierarchy + candidate.unit * weight
        numbered = candidate.doc >= RELEVANCE.number
        return candidate.unit * weight + (RELEVANCE.number if numbered else 0.0)

    def _score_docs(self, clauses: Sequence[Clause], found: dict[int, _Candidate], *, limit: int = MOST_RANKED) -> None:
        hits = self.doc_searcher.search(together(clauses), limit=limit, count=False).hits
        ordinals = self.doc_searcher.fast_field_values("ordinal", [address for _, address in hits])
        for (score, address), ordinal in zip(hits, ordinals, strict=True):
            candidate = found.setdefault(int(ordinal or 0), _Candidate(int(ordinal or 0)))
            candidate.address, candidate.doc = address, score

    def _add_priors(self, candidates: Sequence[_Candidate]) -> None:
        addresses = [candidate.address for candidate in candidates if candidate.address is not None]
        ranks = self.doc_searcher.fast_field_values("hierarchy", addresses)
        dates = self.doc_searcher.fast_field_values("date_key", addresses)
        for candidate, rank, date in zip(candidates, ranks, dates, strict=True):
            candidate.hierarchy = float(rank or 0) / 100
            candidate.date_key = int(date or 0)

    def _asks_for_text(self) -> bool:
        """Tell whether a long question quotes a text: no title holds most of it, one piece most of its pairs."""
        if self.tier or not conditions.may_quote(self.asked):
            return False
        open_docs = self.docs.silent(self.docs.filters(self.question))
        titled = self.docs.all_of([conditions.in_title(self.asked, self.plan.instead)])
        if self.doc_searcher.search(together([*open_docs, *titled]), limit=1, count=False).hits:
            return False
        return self.pieces.quotes()

    def _with_units(self, hits: Sequence[tuple[int, Hit]]) -> list[Hit]:
        """Add to each hit the best pieces of its own entry."""
        if not hits or not self.asked.of_text:
            return [hit for _, hit in hits]
        shown = self.pieces.shown([ordinal for ordinal, _ in hits])
        return [replace(hit, units=shown.get(ordinal, ())) for ordinal, hit in hits]


def _values_of(name: str) -> dict[str, Any]:
    return {"terms": {"field": name, "size": MOST_BUCKETS, "segment_size": MOST_BUCKETS_A_SEGMENT}}


def _buckets(told: Mapping[str, Any]) -> list[tuple[str, int]]:
    buckets = [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in told["buckets"]]
    return sorted(buckets, key=lambda bucket: (-bucket[1], bucket[0]))
