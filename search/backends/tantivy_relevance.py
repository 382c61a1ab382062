"""One listing: what matches is counted exactly, the best three hundred are ranked, dates and numbers have no end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import tantivy
from tantivy import Occur, Query

from search.backends.base import Found, Hit, Plan, UnitHit
from search.backends.tantivy_plan import Clause, Compiler, together
from search.backends.tantivy_schema import stored
from search.backends.tantivy_store import Generation
from search.query import Asked, read_text
from search.ranking import MOST_RANKED, RELEVANCE

MOST_UNITS_SHOWN = 3
MOST_BUCKETS = 1000


@dataclass(slots=True)
class _Candidate:
    """An entry on its way up: where it lies in `docs`, what it scored there, and its best pieces."""

    ordinal: int
    address: tantivy.DocAddress | None = None
    doc: float = 0.0
    unit: float = 0.0
    numbered: bool = False
    hierarchy: float = 0.0
    date_key: int = 0


@dataclass
class Listing:
    """Answers one plan on one generation of the index."""

    plan: Plan
    generation: Generation
    docs: Compiler = field(init=False)
    units: Compiler = field(init=False)

    def __post_init__(self) -> None:
        self.docs = Compiler(self.generation.schemas[0])
        self.units = Compiler(self.generation.schemas[1])
        self.doc_searcher, self.unit_searcher = self.generation.searchers()
        self.question = self.plan.query
        self.asked, self.tier = self._number_tier(self.plan.asked)

    def found(self) -> Found:
        """Return the page of results asked for, with totals and facets under the same rule of matching."""
        if self._asks_for_an_unknown_number:
            return Found((), 0 if self.question.counted else None, {}, False, self.generation.state)
        if self.question.sort != "relevance" or (self.asked.is_empty and not self.tier):
            hits, more = self._sorted()
        else:
            hits, more = self._ranked()
        counted = self.question.counted
        return Found(
            hits=hits,
            total=self._total() if counted else None,
            facets={name: self._facet(name) for name in self.question.facets} if counted else {},
            more=more,
            generation=self.generation.state,
        )

    @property
    def _asks_for_an_unknown_number(self) -> bool:
        """Nothing but a number was asked for, and no document open to these readers has it."""
        return self.asked.is_empty and not self.tier and not self.plan.asked.is_empty

    def _number_tier(self, asked: Asked) -> tuple[Asked, tuple[str, ...]]:
        """Find the first form of the number that any open document has; only a leading number makes a tier.

        Its words then leave the text part of the question.
        """
        number = asked.number
        if number is None or not number.leads:
            return replace(asked, number=None), ()
        open_docs = self.docs.silent(self.docs.filters(self.question))
        for form in number.forms:
            wanted = together([*open_docs, (Occur.Must, self.docs.numbers([form]))])
            if self.doc_searcher.search(wanted, limit=1, count=False).hits:
                rest = read_text(number.rest_after(form))
                return replace(rest, number=number), (form,)
        return replace(asked, number=None), ()

    def _matches(self, *, but: str = "") -> list[Clause]:
        """Return the clauses that decide which documents match, in `docs`."""
        clauses = self.docs.silent(self.docs.filters(self.question, but=but))
        if self.question.scope == "text" and not self._only_number():
            clauses.append(self.docs.ordinals(self._ordinals_in_text(but)))
            return clauses
        text = self.docs.matching(self.asked, self.plan, "whole")
        if self.tier:
            numbered = self.docs.numbers(self.tier)
            either = [(Occur.Should, numbered)] + ([(Occur.Should, together(text))] if text else [])
            return [*clauses, *self.docs.silent([(Occur.Must, Query.boolean_query(either))])]
        return [*clauses, *self.docs.silent(text)]

    def _only_number(self) -> bool:
        return self.asked.is_empty or bool(self.tier and not self.asked.words and not self.asked.phrases)

    def _unit_matches(self, *, but: str = "") -> list[Clause]:
        """Return the clauses that decide which pieces match: in the text, one piece must hold enough words."""
        clauses = self.units.silent(self.units.filters(self.question, but=but))
        if self.question.scope == "text":
            clauses += self.units.silent(self.units.matching(self.asked, self.plan, "text"))
        else:
            clauses += self.units.silent(
                [(Occur.Must, self.units.phrase("text", phrase)) for phrase in self.asked.phrases]
            )
        return clauses

    def _ordinals_in_text(self, but: str) -> list[int]:
        """Return all documents with a matching piece. Exact: the buckets are as many as there are documents."""
        most = max(self.doc_searcher.num_docs, 1)
        wanted = {"docs": {"terms": {"field": "ordinal", "size": most, "segment_size": most}}}
        told = self.unit_searcher.aggregate(together(self._unit_matches(but=but)), wanted)
        return [int(bucket["key"]) for bucket in told["docs"]["buckets"]]

    def _total(self) -> int:
        found = self.doc_searcher.search(together(self._matches()), limit=1, count=True)
        return int(found.count or 0)  # type: ignore[attr-defined] # the stubs leave it out

    def _facet(self, name: str) -> list[tuple[str, int]]:
        terms = {"field": name, "size": MOST_BUCKETS, "segment_size": MOST_BUCKETS}
        told = self.doc_searcher.aggregate(together(self._matches(but=name)), {name: {"terms": terms}})
        buckets = [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in told[name]["buckets"]]
        return sorted(buckets, key=lambda bucket: (-bucket[1], bucket[0]))

    def _sorted(self) -> tuple[list[Hit], bool]:
        """List by date or number, from a key onwards: such a listing has no end and survives new commits."""
        falling = self.question.sort in ("-date", "relevance")
        key = "number_key" if self.question.sort == "number" else "date_key"
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
        hits = []
        for value, address in found.hits[:size]:
            document = self.doc_searcher.doc(address)
            hits.append(Hit(stored(document, "record"), stored(document, "version"), 0.0, (), int(value)))
        return self._with_units(hits), len(found.hits) > size

    def _ranked(self) -> tuple[list[Hit], bool]:
        ranked = self._candidates()
        start, size = self.plan.place.rank, self.question.size
        hits = []
        for score, candidate in ranked[start : start + size]:
            assert candidate.address is not None
            document = self.doc_searcher.doc(candidate.address)
            hits.append(Hit(stored(document, "record"), stored(document, "version"), score))
        return self._with_units(hits), start + size < min(len(ranked), MOST_RANKED)

    def _candidates(self) -> list[tuple[float, _Candidate]]:
        """Score the best documents and the best pieces, sum them, and order them."""
        found: dict[int, _Candidate] = {}
        matches = self._matches()
        scoring = self.docs.doc_score(self.asked, self.plan)
        if self.tier:
            scoring.append((Occur.Should, Query.const_score_query(self.docs.numbers(self.tier), RELEVANCE.number)))
        self._score_docs([*matches, *scoring], found)
        if self.asked.words or self.asked.phrases:
            self._score_units(found)
            alone = [candidate.ordinal for candidate in found.values() if candidate.address is None]
            if alone:
                self._score_docs([*matches, self.docs.ordinals(alone), *scoring], found)
        kept = [candidate for candidate in found.values() if candidate.address is not None]
        self._add_priors(kept)
        weight = RELEVANCE.text_intent if self._asks_for_text() else 1.0
        in_text = self.question.scope == "text"
        ranked = [
            (
                (0.0 if in_text else candidate.doc + RELEVANCE.hierarchy * candidate.hierarchy)
                + candidate.unit * weight,
                candidate,
            )
            for candidate in kept
        ]
        ranked.sort(key=lambda pair: (-pair[0], -pair[1].hierarchy, -pair[1].date_key))
        return ranked[:MOST_RANKED]

    def _score_docs(self, clauses: Sequence[Clause], found: dict[int, _Candidate]) -> None:
        hits = self.doc_searcher.search(together(clauses), limit=MOST_RANKED, count=False).hits
        ordinals = self.doc_searcher.fast_field_values("ordinal", [address for _, address in hits])
        for (score, address), ordinal in zip(hits, ordinals, strict=True):
            candidate = found.setdefault(int(ordinal or 0), _Candidate(int(ordinal or 0)))
            candidate.address, candidate.doc = address, score

    def _score_units(self, found: dict[int, _Candidate]) -> None:
        clauses = [*self._unit_matches(), *self.units.unit_score(self.asked, self.plan)]
        hits = self.unit_searcher.search(together(clauses), limit=MOST_RANKED, count=False).hits
        ordinals = self.unit_searcher.fast_field_values("ordinal", [address for _, address in hits])
        for (score, _), ordinal in zip(hits, ordinals, strict=True):
            candidate = found.setdefault(int(ordinal or 0), _Candidate(int(ordinal or 0)))
            candidate.unit = max(candidate.unit, score)

    def _add_priors(self, candidates: Sequence[_Candidate]) -> None:
        addresses = [candidate.address for candidate in candidates if candidate.address is not None]
        ranks = self.doc_searcher.fast_field_values("hierarchy", addresses)
        dates = self.doc_searcher.fast_field_values("date_key", addresses)
        for candidate, rank, date in zip(candidates, ranks, dates, strict=True):
            candidate.hierarchy = float(rank or 0) / 100
            candidate.date_key = int(date or 0)

    def _asks_for_text(self) -> bool:
        """Tell whether a long question quotes a text: no title holds most of it, one piece most of its pairs."""
        words = self.asked.words
        if len(words) < RELEVANCE.intent_words or self.tier:
            return False
        open_docs = self.docs.silent(self.docs.filters(self.question))
        in_title = [(Occur.Should, self.docs.word("title", word.stem, self.plan.instead)) for word in words]
        most = -(-len(words) * RELEVANCE.intent_title_share // 1)
        titled = Query.boolean_query(in_title, minimum_number_should_match=int(most))
        if self.doc_searcher.search(together([*open_docs, (Occur.Must, titled)]), limit=1, count=False).hits:
            return False
        pairs = [(Occur.Should, pair) for pair in self.units.pairs(self.asked)]
        most = -(-len(pairs) * RELEVANCE.intent_pair_share // 1)
        quoted = Query.boolean_query(pairs, minimum_number_should_match=int(most))
        open_units = self.units.silent(self.units.filters(self.question))
        found = self.unit_searcher.search(together([*open_units, (Occur.Must, quoted)]), limit=1, count=False)
        return bool(found.hits)

    def _with_units(self, hits: list[Hit]) -> list[Hit]:
        """Add to each hit its best pieces, at most three, in one search over the page's documents."""
        if not hits or not (self.asked.words or self.asked.phrases):
            return hits
        records = [hit.record for hit in hits]
        only = self.units._any("record", records)
        clauses = [*self._unit_matches(), (Occur.Must, Query.const_score_query(only, 0.0))]
        best = [*clauses, *self.units.unit_score(self.asked, self.plan)]
        if self.question.scope != "text":
            enough = self.units.matching(self.asked, self.plan, "text")
            best += [(Occur.Should, Query.boost_query(query, 2.0)) for _, query in enough]
        found = self.unit_searcher.search(together(best), limit=60 * len(hits), count=False).hits
        by_record: dict[str, list[UnitHit]] = {}
        full = 0
        for score, address in found:
            if score <= 0 or full == len(hits):
                break
            document = self.unit_searcher.doc(address)
            place = by_record.setdefault(stored(document, "record"), [])
            if len(place) < MOST_UNITS_SHOWN:
                place.append(_unit_of(document, score))
                full += len(place) == MOST_UNITS_SHOWN
        return [replace(hit, units=tuple(by_record.get(hit.record, ()))) for hit in hits]


def _unit_of(document: tantivy.Document, score: float) -> UnitHit:
    return UnitHit(
        page=stored(document, "page"),
        start=stored(document, "start"),
        end=stored(document, "end"),
        anchor=stored(document, "anchor") or "",
        label=stored(document, "label") or "",
        score=score,
    )
