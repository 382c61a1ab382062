"""While somebody types, by Elasticsearch: titles and numbers that begin so, and the words that slips stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from elasticsearch.dsl import query as es

from search import conditions
from search.backends.base import Hit
from search.backends.elastic_listing import HEAD
from search.backends.elastic_plan import any_of, decided, translated
from search.backends.elastic_server import Server
from search.conditions import Words
from search.language import stem
from search.query import Readers
from search.ranking import edits_allowed
from search.typed import Typed, nearest, numbers_typed, title_worth, words_typed

MOST_NEAR = 1000


@dataclass(frozen=True, slots=True)
class Typing:
    """Looks things up in titles and numbers, within what the readers may see."""

    server: Server
    readers: Readers
    excluded: frozenset[str]

    def suggestions(self, text: str, size: int, today: int) -> list[Hit]:
        """Return what is shown today and has a title with these words, the last begun, or a number that begins so."""
        typed = words_typed(text)
        started = [*_titles(typed), *_numbers(text)]
        if not started:
            return []
        shown = conditions.open_to(self.readers, self.excluded).but(must=conditions.shown_on(today))
        better = [es.ConstantScore(filter=translated(clause), boost=weight) for weight, clause in title_worth(typed)]
        wanted = es.Bool(filter=[decided(shown, HEAD)], must=[es.DisMax(queries=started)], should=better)
        best = [{"_score": "desc"}, {"date_key": "desc"}]
        told = self.server.search(
            {"size": size, "_source": ["record", "version"], "query": wanted.to_dict(), "sort": best}
        )
        hits = told["hits"]["hits"]
        return [Hit(hit["_source"]["record"], hit["_source"]["version"], float(hit["_score"])) for hit in hits]

    def meant(self, words: Sequence[str]) -> Mapping[str, str]:
        """Return, for words that no title this reader may see holds, the nearest word that one does."""
        mistyped = self._unknown([word for word in dict.fromkeys(words) if edits_allowed(word)])
        # Nearer words first: those two edits away may be too many.
        tries = [(word, edits) for word in mistyped for edits in range(1, edits_allowed(word) + 1)]
        if not tries:
            return {}
        told = self.server.searches([self._near_body(word, edits) for word, edits in tries])
        found: dict[str, str] = {}
        for word, those in groupby(zip(tries, told, strict=True), key=lambda one: one[0][0]):
            near = (nearest(word, _times(answer), edits) for (_, edits), answer in those)
            if best := next((one for one in near if one), None):
                found[word] = best
        return found

    def _unknown(self, words: Sequence[str]) -> list[str]:
        """Return the words that no title which the reader may see holds, nor their stems."""
        if not words:
            return []
        known = {
            str(at): any_of(
                [translated(Words("title_exact", ((0, word),))), translated(Words("title", ((0, stem(word)),)))]
            ).to_dict()
            for at, word in enumerate(words)
        }
        told = self.server.search(
            {"size": 0, "query": self._open(), "aggs": {"known": {"filters": {"filters": known}}}}
        )
        buckets = told["aggregations"]["known"]["buckets"]
        return [word for at, word in enumerate(words) if not buckets[str(at)]["doc_count"]]

    def _near_body(self, word: str, edits: int) -> dict[str, Any]:
        """Return the request for the words of visible titles within so many edits, with how often they stand there."""
        near = es.Fuzzy(title_words={"value": word, "fuzziness": str(edits), "max_expansions": MOST_NEAR})
        words = {"terms": {"field": "title_words", "size": 65_000}}
        return {"size": 0, "query": self._open(near), "aggs": {"words": words}}

    def _open(self, *more: es.Query) -> dict[str, Any]:
        found: dict[str, Any] = decided(conditions.open_to(self.readers, self.excluded), HEAD, *more).to_dict()
        return found


def _titles(typed: Typed) -> Iterator[es.Query]:
    whole: list[es.Query] = [translated(Words("title_exact", ((0, word),))) for word in typed.words]
    if typed.begun:
        whole.append(es.Prefix(title_exact={"value": typed.begun}))
    if whole:
        yield es.Bool(must=whole)


def _numbers(text: str) -> Iterator[es.Query]:
    for worth, form, begun in numbers_typed(text):
        wanted = es.Term(numbers=form) if form else es.Prefix(numbers={"value": begun})
        yield es.ConstantScore(filter=wanted, boost=worth)


def _times(told: Mapping[str, Any]) -> Mapping[str, int]:
    buckets: Iterable[Mapping[str, Any]] = told["aggregations"]["words"]["buckets"]
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}
