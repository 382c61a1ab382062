"""One listing by Elasticsearch: the same rules as everywhere, in at most four requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from elasticsearch.dsl import query as es
from elasticsearch.dsl.function import FieldValueFactor

from search import conditions, demands
from search.backends.base import Found, Hit, Plan
from search.backends.elastic_pieces import Pieces
from search.backends.elastic_plan import all_of, decided, scoring, translated
from search.backends.elastic_server import Server
from search.backends.elastic_status import state_of, status_body
from search.conditions import AnyOf, Clause
from search.query import Asked
from search.ranking import MOST_BUCKETS, MOST_RANKED, RELEVANCE

HEAD = es.Term(slice=0)
# Over several shards each tells all its values, or counts would not be exact.
MOST_BUCKETS_A_SHARD = 65_000


@dataclass
class Listing:
    """Answers one plan."""

    plan: Plan
    server: Server
    asked: Asked = field(init=False)
    tier: tuple[str, ...] = field(init=False)
    pieces: Pieces = field(init=False)

    def __post_init__(self) -> None:
        self.question = self.plan.query
        self.asked, self.tier = self._number_tier(self.plan.asked)
        self.pieces = Pieces(self.plan, self.asked)

    def found(self) -> Found:
        """Return the page of results asked for, with totals and facets under the same rule of matching."""
        counted = self.question.counted
        if self._asks_for_an_unknown_number:
            state = state_of(self.server.search(status_body()))
            return Found((), 0 if counted else None, {}, False, state)
        ranked = self.question.sort == "relevance" and (self.asked.can_rank or bool(self.tier))
        quotes = self._look_ahead(ranked=ranked)
        told, stands = self.server.searches([self._body(ranked=ranked, quotes=quotes), status_body()])
        hits = told["hits"]["hits"]
        total = int(told["hits"]["total"]["value"])
        size = self.question.size
        more = self.plan.place.rank + size < min(total, MOST_RANKED) if ranked else len(hits) > size
        return Found(
            hits=self._with_units([_hit(hit, ranked=ranked) for hit in hits[:size]]),
            total=total if counted else None,
            facets={name: _buckets(told, name) for name in self.question.facets} if counted else {},
            more=more,
            generation=state_of(stands),
            quotes=quotes,
        )

    @property
    def _asks_for_an_unknown_number(self) -> bool:
        """Nothing but a number was asked for, and no document open to these readers has it."""
        return self.asked.is_empty and not self.tier and not self.plan.asked.is_empty

    def _number_tier(self, asked: Asked) -> tuple[Asked, tuple[str, ...]]:
        """Find the first form of each number that any open document has; only a leading number makes a tier."""
        borne = {form: es.Term(numbers=form).to_dict() for forms in demands.forms_asked(asked) for form in forms}
        if not borne:
            return demands.settled(asked, lambda _: False)
        told = self.server.search(
            {
                "size": 0,
                "query": decided(conditions.filters(self.question), HEAD).to_dict(),
                "aggs": {"forms": {"filters": {"filters": borne}}},
            }
        )
        buckets = told["aggregations"]["forms"]["buckets"]
        return demands.settled(asked, lambda form: bool(buckets[form]["doc_count"]))

    @property
    def _wanted(self) -> list[Clause]:
        return demands.matches(self.asked, self.tier, self.plan.instead, self.question.scope)

    def _look_ahead(self, *, ranked: bool) -> bool:
        """Look into further slices of long entries; tell whether a long question quotes a text."""
        if not self.asked.of_text:
            return False
        bodies = self.pieces.beyond_bodies(self._wanted, ranked=ranked)
        ahead = len(bodies)
        may_quote = ranked and not self.tier and conditions.may_quote(self.asked)
        if may_quote:
            open_docs = conditions.filters(self.question)
            titled = translated(conditions.in_title(self.asked, self.plan.instead))
            quoted = es.Nested(path="units", query=translated(conditions.quoted(self.asked)))
            bodies += [_any_such(decided(open_docs, HEAD, titled)), _any_such(decided(open_docs, quoted))]
        told = self.server.searches(bodies)
        self.pieces.look_at(told[:ahead])
        intent = told[ahead:]
        if not may_quote:
            return False
        in_title, in_text = (bool(told["hits"]["total"]["value"]) for told in intent)
        return in_text and not in_title

    def _body(self, *, ranked: bool, quotes: bool) -> dict[str, Any]:
        question = self.question
        # What is counted by needs its own filter left out: those are laid on after the counting.
        later = [name for name in question.filters if question.counted and name in question.facets]
        held = decided(conditions.filters(question, but=later), HEAD, *self._matching())
        body: dict[str, Any] = {"_source": ["record", "version", "entry"], "track_total_hits": True}
        if later:
            body["post_filter"] = es.Bool(filter=self._chosen(later)).to_dict()
        if question.counted and question.facets:
            body["aggs"] = {name: self._facet(name, later) for name in question.facets}
        return body | (self._ranked(held, quotes=quotes) if ranked else self._sorted(held))

    def _chosen(self, names: Sequence[str], *, but: str = "") -> list[es.Query]:
        return all_of(AnyOf(name, self.question.filters[name]) for name in names if name != but)

    def _facet(self, name: str, later: Sequence[str]) -> dict[str, Any]:
        terms = {
            "field": name,
            "size": MOST_BUCKETS,
            "shard_size": MOST_BUCKETS_A_SHARD,
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
        under = es.Bool(filter=self._chosen(later, but=name)).to_dict()
        return {"filter": under, "aggs": {"values": {"terms": terms}}}

    def _matching(self) -> list[es.Query]:
        """Return what decides which entries match."""
        return all_of(self.pieces.anywhere(clause) for clause in self._wanted)

    def _ranked(self, held: es.Bool, *, quotes: bool) -> dict[str, Any]:
        """Return the request for the best: what each part is worth, summed by the server."""
        worth: list[es.Query] = []
        if self.tier:
            worth.append(es.ConstantScore(filter=es.Terms(numbers=list(self.tier)), boost=RELEVANCE.number))
        if self.question.scope != "text":
            worth += scoring(conditions.doc_score(self.asked, self.plan.instead))
            worth += scoring(demands.doc_worth(self.asked, self.plan.instead))
            worth += scoring(conditions.reader_score(self.question))
            worth.append(_prior())
        else:
            worth += scoring(demands.numbers_worth(self.asked))
        if self.asked.of_text:
            worth.append(self.pieces.best(RELEVANCE.text_intent if quotes else 1.0))
        start = min(self.plan.place.rank, MOST_RANKED)
        return {
            "query": es.Bool(filter=[held], should=worth).to_dict(),
            "sort": [{"_score": "desc"}, {"hierarchy": "desc"}, {"date_key": "desc"}],
            "from": start,
            "size": min(self.question.size, MOST_RANKED - start),
        }

    def _sorted(self, held: es.Bool) -> dict[str, Any]:
        """Return the request by date or number, from a key onwards: it has no end and survives new commits."""
        falling = self.question.sort in ("-date", "relevance")
        key = {"number": "number_key", "date": "rising_date_key"}.get(self.question.sort, "date_key")
        after = self.plan.place.after
        return {
            "query": held.to_dict(),
            "sort": [{key: "desc" if falling else "asc"}],
            "size": self.question.size + 1,
            **({} if after is None else {"search_after": [after]}),
        }

    def _with_units(self, hits: Sequence[tuple[str, Hit]]) -> list[Hit]:
        """Add to each hit the best pieces of its own entry."""
        if not hits or not self.asked.of_text:
            return [hit for _, hit in hits]
        names = [entry for entry, _ in hits]
        shown = self.pieces.shown(self.server.search(self.pieces.shown_body(names)))
        return [replace(hit, units=shown.get(entry, ())) for entry, hit in hits]


def _prior() -> es.Query:
    """Return what the rank of a kind of document is worth by itself."""
    rank = FieldValueFactor(field="hierarchy", factor=RELEVANCE.hierarchy / 100, missing=0)
    return es.FunctionScore(query=es.MatchAll(), functions=[rank], boost_mode="replace")


def _any_such(query: es.Query) -> dict[str, Any]:
    return {"size": 0, "query": query.to_dict(), "terminate_after": 1, "track_total_hits": True}


def _hit(told: Mapping[str, Any], *, ranked: bool) -> tuple[str, Hit]:
    source = told["_source"]
    score, key = (float(told["sort"][0]), 0) if ranked else (0.0, int(told["sort"][0]))
    return source["entry"], Hit(source["record"], source["version"], score, (), key)


def _buckets(told: Mapping[str, Any], name: str) -> list[tuple[str, int]]:
    buckets = told["aggregations"][name]["values"]["buckets"]
    return sorted(((bucket["key"], bucket["doc_count"]) for bucket in buckets), key=lambda one: (-one[1], one[0]))
