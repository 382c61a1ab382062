"""Pieces of text in Elasticsearch: how good an entry's best one is, which to show, and those of further slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch.dsl import query as es

from search import conditions, demands
from search.backends.base import Plan, UnitHit
from search.backends.elastic_plan import all_of, decided, scoring, translated
from search.conditions import AnyOf, Clause, Enough, Weighted, Words, some_pieces
from search.query import Asked
from search.ranking import MOST_PLACES, MOST_RANKED, MOST_UNITS_SHOWN

# Entries of more than 2,000 pieces with a match behind those: more are not expected on any site.
MOST_LONG_ENTRIES = 65_000
_PLACE = ("page", "start", "end", "anchor", "label")


@dataclass
class Pieces:
    """Builds what concerns pieces for one plan; `asked` is what its number left over."""

    plan: Plan
    asked: Asked
    # By entry, what the best piece beyond the first 2,000 is worth; and, by condition, all entries that hold it there.
    _best_beyond: dict[str, float] = field(default_factory=dict)
    _beyond: dict[Clause, tuple[str, ...]] = field(default_factory=dict)

    def beyond_bodies(self, wanted: Sequence[Clause], *, ranked: bool) -> list[dict[str, Any]]:
        """Return the requests for matching pieces in further slices, which the head of an entry cannot answer for."""
        best = self._beyond_body(self._nested(1.0)) | {"size": MOST_RANKED if ranked else 0}
        entries = {"terms": {"field": "entry", "size": MOST_LONG_ENTRIES}}
        self._beyond = dict.fromkeys(some_pieces(wanted), ())
        held = [
            self._beyond_body(translated(clause)) | {"size": 0, "aggs": {"entries": entries}} for clause in self._beyond
        ]
        return [best, *held]

    def _beyond_body(self, held: es.Query) -> dict[str, Any]:
        further = decided(
            conditions.filters(self.plan.query, but=tuple(self.plan.query.filters)), es.Range(slice={"gt": 0})
        )
        query = es.Bool(filter=[further], must=[held]).to_dict()
        return {"_source": ["entry"], "query": query, "collapse": {"field": "entry"}}

    def look_at(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Take in the answers to `beyond_bodies`."""
        best, *held = told
        self._best_beyond = {hit["_source"]["entry"]: hit["_score"] for hit in best["hits"]["hits"]}
        for clause, answer in zip(list(self._beyond), held, strict=True):
            self._beyond[clause] = tuple(bucket["key"] for bucket in answer["aggregations"]["entries"]["buckets"])

    def anywhere(self, clause: Clause) -> Clause:
        """Return a condition with what further slices hold of it."""
        return conditions.rewritten(clause, self._with_beyond)

    def _with_beyond(self, clause: Clause) -> Clause:
        entries = self._beyond.get(clause, ())
        return Enough((clause, AnyOf("entry", entries)), 1) if entries else clause

    def best(self, weight: float) -> es.Query:
        """Return the score of an entry's best piece, wherever in it."""
        near = self._nested(weight)
        if not self._best_beyond:
            return near
        far: list[es.Query] = [
            es.ConstantScore(filter=es.Term(entry=entry), boost=score * weight)
            for entry, score in self._best_beyond.items()
        ]
        return es.DisMax(queries=[near, *far])

    def shown_body(self, entries: Sequence[str]) -> dict[str, Any]:
        """Return the request for the best pieces of these entries, at most three of each slice."""
        worth = scoring(self._worth())
        if self.plan.query.scope != "text":
            # A piece that holds enough of the words by itself is the better one to show.
            enough = demands.shown_first(self.asked, self.plan.instead)
            worth += [translated(clause, 2.0) for clause in enough]
        best = es.Nested(
            path="units",
            query=es.Bool(filter=self._match(), should=worth, minimum_should_match=1),
            inner_hits={
                "size": MOST_UNITS_SHOWN,
                "_source": False,
                "docvalue_fields": [f"units.{name}" for name in _PLACE],
            },
        )
        # Who may read is asked again: entries may have changed since they were found.
        held = decided(conditions.filters(self.plan.query), es.Terms(entry=list(entries)))
        return {"size": 1000, "_source": ["entry"], "query": es.Bool(filter=[held], must=[best]).to_dict()}

    def shown(self, told: Mapping[str, Any]) -> dict[str, tuple[UnitHit, ...]]:
        """Read the answer to `shown_body`: an entry's best three, of all its slices."""
        found: dict[str, list[UnitHit]] = {}
        for hit in told["hits"]["hits"]:
            inner = hit["inner_hits"]["units"]["hits"]["hits"]
            found.setdefault(hit["_source"]["entry"], []).extend(_unit_of(unit) for unit in inner)
        return {
            entry: tuple(sorted(units, key=lambda unit: -unit.score)[:MOST_UNITS_SHOWN])
            for entry, units in found.items()
        }

    def in_order_body(self) -> dict[str, Any]:
        """Return the request for all matching pieces of one version: counted out by where they lie."""
        places = {"size": MOST_PLACES, "sources": [{name: {"terms": {"field": f"units.{name}"}}} for name in _PLACE]}
        held = es.Bool(filter=all_of(demands.of_place(self.asked, self.plan.instead)))
        matching = {"filter": held.to_dict(), "aggs": {"places": {"composite": places}}}
        return {
            "size": 0,
            "query": decided(conditions.filters(self.plan.query)).to_dict(),
            "aggs": {"units": {"nested": {"path": "units"}, "aggs": {"matching": matching}}},
        }

    def in_order(self, told: Mapping[str, Any]) -> list[UnitHit]:
        """Read the answer to `in_order_body`; its keys are in order."""
        buckets = told["aggregations"]["units"]["matching"]["places"]["buckets"]
        return [UnitHit(**bucket["key"], score=0.0) for bucket in buckets]

    def _nested(self, weight: float) -> es.Query:
        worth = scoring(self._worth(), weight)
        best = es.Bool(filter=self._match(), should=worth, minimum_should_match=1)
        return es.Nested(path="units", score_mode="max", query=best)

    def _worth(self) -> list[Weighted]:
        worth = [*conditions.unit_score(self.asked, self.plan.instead), *demands.unit_worth(self.asked)]
        return [*worth, *conditions.together_score(self.asked)]

    def _match(self) -> list[es.Query]:
        """Return what a piece must hold: in the text, all that is asked of one; else only the phrases."""
        if self.plan.query.scope == "text":
            return all_of(demands.of_piece(self.asked, self.plan.instead))
        return all_of(Words("text", phrase.words) for phrase in self.asked.phrases)


def _unit_of(told: Mapping[str, Any]) -> UnitHit:
    page, start, end, anchor, label = (told["fields"][f"units.{name}"][0] for name in _PLACE)
    return UnitHit(int(page), int(start), int(end), anchor, label, float(told["_score"]))
