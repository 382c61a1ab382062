"""From conditions to tantivy queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from search import conditions, demands
from search.backends.base import Plan
from search.conditions import (
    All,
    AnyOf,
    Best,
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
from search.keys import ordinal_of
from search.patterns import names_pattern
from search.query import Asked, Readers
from search.query import Query as Question

Clause = tuple[Occur, Query]
FEW_VALUES = 100


@dataclass(frozen=True, slots=True)
class Compiler:
    """Builds queries for one index (`docs` or `units`), which share the fields of access and filters.

    `holding` finds the ordinals of the documents of which some piece holds a condition: that is asked of `units`.
    """

    schema: tantivy.Schema
    holding: Callable[[conditions.Clause], Sequence[int]] | None = None

    def open_to(self, readers: Readers, excluded: Iterable[str]) -> list[Clause]:
        """Return who may read."""
        return self._clauses(conditions.open_to(readers, excluded))

    def filters(self, question: Question, *, but: str = "") -> list[Clause]:
        """Return the filter of a question, without the field `but` when its own facet is counted."""
        return self._clauses(conditions.filters(question, but=(but,)))

    def doc_score(self, asked: Asked, plan: Plan) -> list[Clause]:
        """Return what scores a document by itself."""
        worth = [*conditions.doc_score(asked, plan.instead), *demands.doc_worth(asked, plan.instead)]
        return self._scoring([*worth, *conditions.reader_score(plan.query)])

    def unit_score(self, asked: Asked, plan: Plan) -> list[Clause]:
        """Return what scores a piece of text.

        Some word must be there: else the filters, of which nearly every piece passes, would lead the search and be
        worked out for the whole index.
        """
        worth = [*conditions.unit_score(asked, plan.instead), *demands.unit_worth(asked)]
        return [(Occur.Must, together(self._scoring(worth))), *self._scoring(conditions.together_score(asked))]

    def all_of(self, wanted: Iterable[conditions.Clause]) -> list[Clause]:
        """Return that all of these must hold."""
        return [(Occur.Must, self.query(clause)) for clause in wanted]

    def query(self, clause: conditions.Clause) -> Query:
        """Translate one condition."""
        match clause:
            case AnyOf("entry", values):
                return Query.term_set_query(self.schema, "ordinal", [_ordinal_of(name) for name in values])
            case AnyOf(field, values) if len(values) <= FEW_VALUES:
                # A set is written out as one bit for each document of the index before the search begins.
                terms = [Query.term_query(self.schema, field, value, index_option="basic") for value in values]
                any_of = Query.boolean_query([(Occur.Should, term) for term in terms])
                return Query.const_score_query(terms[0] if len(terms) == 1 else any_of, 1.0)
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
            case _:
                return self._demanded(clause)

    def _demanded(self, clause: conditions.Clause) -> Query:
        """Translate what only operators ask for."""
        match clause:
            case All(of):
                return together(self.all_of(of))
            case Never(of):
                return together([(Occur.MustNot, self.query(of))])
            case Starts(field, prefix):
                begun = "".join(f"[{letter}]" for letter in prefix)
                return Query.regex_query(self.schema, field, f"{begun}.*")
            case Spelled(field, names):
                return Query.regex_query(self.schema, field, names_pattern(names))
            case SomePiece(of) if self.holding is not None:
                return self.ordinals(self.holding(of))[1]
            case _:
                raise ValueError(f"{clause!r} is no condition of this index.")

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
