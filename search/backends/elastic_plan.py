"""From conditions to Elasticsearch queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from elasticsearch.dsl import query as es

from search.backends.elastic_mapping import beginnings, given, safe
from search.conditions import (
    All,
    AnyOf,
    Best,
    Clause,
    Conditions,
    Days,
    Enough,
    Lighter,
    Never,
    SomePiece,
    Spelled,
    Starts,
    Weighted,
    Words,
)
from search.patterns import names_pattern

MOST_TERMS = 65_000
# Fields whose words are given as they are: the chain of `given` is not run over them.
_AS_WRITTEN = frozenset({"title_exact"})


def translated(clause: Clause, weight: float = 1.0) -> es.Query:
    """Translate one condition; what scores does so with this weight."""
    match clause:
        case AnyOf(field, values):
            held = any_of(
                [_terms(field, values[at : at + MOST_TERMS]) for at in range(0, len(values) or 1, MOST_TERMS)]
            )
            return held if weight == 1.0 else es.ConstantScore(filter=held, boost=weight)
        case Days(field, first, last):
            return es.Range(**{field: {"gte": first, "lte": last}})
        case Words(field, ((_, word),)):
            value = word if field in _AS_WRITTEN else safe(word)
            return es.Term(**{_name(field): {"value": value, "boost": weight}})
        case Words(field, words, slop):
            return es.MatchPhrase(**{_name(field): {"query": given(words), "slop": slop, "boost": weight}})
        case Best(of):
            return es.DisMax(queries=[translated(one, weight) for one in of])
        case Lighter(of, share):
            return translated(of, weight * share)
        case Enough(of, least):
            return es.Bool(should=[translated(one, weight) for one in of], minimum_should_match=least)
        case _:
            return _demanded(clause, weight)


def _demanded(clause: All | Never | Starts | Spelled | SomePiece, weight: float) -> es.Query:
    """Translate what only operators ask for."""
    match clause:
        case All(of):
            return es.Bool(must=[translated(one, weight) for one in of])
        case Never(of):
            return es.Bool(must_not=[translated(of)])
        case Starts(field, prefix):
            return _starting(field, prefix, weight)
        case Spelled(field, names):
            return es.Regexp(**{field: {"value": names_pattern(names), "flags": "NONE"}})
        case SomePiece(of):
            return es.Nested(path="units", query=es.Bool(filter=[translated(of)]))


def _starting(field: str, prefix: str, weight: float) -> es.Query:
    """Return that a field holds a word that begins so, in whichever way such words are given."""
    ways = (prefix,) if field in _AS_WRITTEN else beginnings(prefix)
    return es.DisMax(queries=[es.Prefix(**{_name(field): {"value": way, "boost": weight}}) for way in ways])


def all_of(wanted: Iterable[Clause]) -> list[es.Query]:
    return [translated(clause) for clause in wanted]


def scoring(clauses: Iterable[Weighted], factor: float = 1.0) -> list[es.Query]:
    """Return what scores, each by its weight."""
    return [translated(clause, weight * factor) for weight, clause in clauses]


def decided(wanted: Conditions, *more: es.Query) -> es.Bool:
    """Return conditions, and more that must hold, as one query that does not score."""
    return es.Bool(filter=[*all_of(wanted.must), *more], must_not=all_of(wanted.never))


def any_of(queries: Sequence[es.Query]) -> es.Query:
    return queries[0] if len(queries) == 1 else es.Bool(should=list(queries), minimum_should_match=1)


def _terms(field: str, values: Sequence[str]) -> es.Query:
    given_values: dict[str, Any] = {field: list(values)}
    return es.Terms(**given_values)


def _name(field: str) -> str:
    return "units.text" if field == "text" else field
