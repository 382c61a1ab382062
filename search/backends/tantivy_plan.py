"""From conditions to tantivy queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from search import conditions
from search.backends.base import Plan
from search.conditions import AnyOf, Best, Conditions, Days, Enough, Lighter, Weighted, Words
from search.keys import ordinal_of
from search.query import Asked, Readers
from search.query import Query as Question

Clause = tuple[Occur, Query]


@dataclass(frozen=True, slots=True)
class Compiler:
    """Builds queries for one index (`docs` or `units`), which share the fields of access and filters."""

    schema: tantivy.Schema

    def open_to(self, readers: Readers, excluded: Iterable[str]) -> list[Clause]:
        """Return who may read."""
        return self._clauses(conditions.open_to(readers, excluded))

    def filters(self, question: Question, *, but: str = "") -> list[Clause]:
        """Return the filter of a question, without the field `but` when its own facet is counted."""
        return self._clauses(conditions.filters(question, but=(but,)))

    def matching(self, asked: Asked, plan: Plan, field: str) -> list[Clause]:
        """Return what a document (or a piece, `field` text) must hold."""
        return self.all_of(conditions.matching(asked, plan.instead, field))

    def doc_score(self, asked: Asked, plan: Plan) -> list[Clause]:
        """Return what scores a document by itself."""
        return self._scoring(conditions.doc_score(asked, plan.instead))

    def unit_score(self, asked: Asked, plan: Plan) -> list[Clause]:
        """Return what scores a piece of text."""
        return self._scoring(conditions.unit_score(asked, plan.instead))

    def all_of(self, wanted: Iterable[conditions.Clause]) -> list[Clause]:
        """Return that all of these must hold."""
        return [(Occur.Must, self.query(clause)) for clause in wanted]

    def query(self, clause: conditions.Clause) -> Query:
        """Translate one condition."""
        match clause:
            case AnyOf("entry", values):
                return Query.term_set_query(self.schema, "ordinal", [_ordinal_of(name) for name in values])
            case AnyOf(field, values):
                return Query.term_set_query(self.schema, field, list(values))
            case Days(field, first, last):
                return self.days(field, first, last)
            case Words(field, ((_, word),)):
                return Query.term_query(self.schema, field, word)
            case Words(field, words, slop):
                return Query.phrase_query(self.schema, field, list(words), slop=slop)
            case Best(of):
                return Query.disjunction_max_query([self.query(one) for one in of])
            case Lighter(of, weight):
                return Query.boost_query(self.query(of), weight)
            case Enough(of, least):
                held = [(Occur.Should, self.query(one)) for one in of]
                return Query.boolean_query(held, minimum_number_should_match=least)

    def ordinals(self, values: Sequence[int]) -> Clause:
        """Return the restriction to entries of these ordinals."""
        return Occur.Must, Query.term_set_query(self.schema, "ordinal", list(values))

    def silent(self, clauses: Iterable[Clause]) -> list[Clause]:
        """Return clauses that decide but do not score."""
        return [
            (occur, Query.const_score_query(query, 0.0) if occur is Occur.Must else query) for occur, query in clauses
        ]

    def numbers(self, forms: Sequence[str]) -> Query:
        return self.query(AnyOf("numbers", tuple(forms)))

    def days(self, field: str, first: int, last: int) -> Query:
        return Query.range_query(self.schema, field, tantivy.FieldType.Unsigned, lower_bound=first, upper_bound=last)

    def _clauses(self, wanted: Conditions) -> list[Clause]:
        return [*self.all_of(wanted.must), *((Occur.MustNot, self.query(clause)) for clause in wanted.never)]

    def _scoring(self, clauses: Iterable[Weighted]) -> list[Clause]:
        return [
            (Occur.Should, query if weight == 1.0 else Query.boost_query(query, weight))
            for weight, clause in clauses
            for query in [self.query(clause)]
        ]


def _ordinal_of(entry: str) -> int:
    """Return the number by which the indexes know an entry, from its name."""
    record, version, part = entry.rsplit(":", 2)
    return ordinal_of(record, int(version), int(part))


def together(clauses: Sequence[Clause]) -> Query:
    """Return clauses as one query; none is everything."""
    if not any(occur is not Occur.MustNot for occur, _ in clauses):
        return Query.boolean_query([(Occur.Must, Query.all_query()), *clauses])
    return Query.boolean_query(list(clauses))
