"""Conditions of access put into SQL once for all who hold the same; what they say is `records.access` alone.

Django puts questions within questions together anew for each list, and takes ten times as long for it as the database
for the answer: it was a third of a search. Here the condition of a person is resolved once and its SQL kept, with its
parameters, under all that it is made from: what they hold, and the day.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet, Subquery
from django.db.models.sql import Query
from django.db.models.sql.where import AND, WhereNode

from records.persons import Person

Rows = TypeVar("Rows", bound=QuerySet[Any])
Rule = Callable[..., Q]
_MOST_KEPT = 256


class Question(Subquery):
    """A subquery that is written as SQL once for each connection. A copy, which may be changed, is written anew."""

    def as_sql(self, compiler: Any, connection: Any, template: str | None = None, **context: Any) -> Any:
        if template is not None or context:
            return super().as_sql(compiler, connection, template, **context)
        written: dict[str, tuple[str, tuple[Any, ...]]] = self.__dict__.setdefault("_written", {})
        if connection.alias not in written:
            sql, params = super().as_sql(compiler, connection)
            written[connection.alias] = (sql, tuple(params))
        return written[connection.alias]

    def resolve_expression(self, *given: Any, **named: Any) -> Any:
        # Django asks this anew of what it has resolved, each time that it writes a query, and copies what it asks.
        return self if "_settled" in self.__dict__ else super().resolve_expression(*given, **named)

    def settle(self) -> None:
        """Note that this was resolved where it stands, which its copies were not."""
        self.__dict__["_settled"] = True

    def copy(self) -> Question:
        clone: Question = super().copy()
        for mark in ("_written", "_settled"):
            clone.__dict__.pop(mark, None)
        clone.query.where = _own(clone.query.where, questions=True)
        return clone


def kept(rows: Rows, rule: Rule, person: Person, **said: str) -> Rows:
    """Return `rows.filter(rule(person, **said))`, of a rule that needs no join; rules may hold `Question`s."""
    if not _is_plain(rows):
        return rows.filter(rule(person, **said))
    found = rows.all()
    model: Any = rows.model
    resolved = _resolved(model, rule, tuple(said.items()), _Holding.of(person))
    found.query.get_initial_alias()
    found.query.where.add(_own(resolved.where), AND)
    # The names that questions gave to their tables: a query that becomes part of another must choose new ones.
    found.query.subq_aliases = found.query.subq_aliases.union(resolved.subq_aliases)
    return found


def _is_plain(rows: QuerySet[Any]) -> bool:
    """Tell whether a condition on the model's own table, by its own name, may be added to a query."""
    query, table = rows.query, rows.model._meta.db_table
    own_name = (query.base_table or table) == table and query.alias_prefix == Query.alias_prefix
    return own_name and not (query.is_sliced or query.combinator)


@dataclass(frozen=True, slots=True)
class _Holding:
    """All of a person that rules look at, to be compared; and one person who holds it."""

    everything: bool
    tokens: frozenset[str]
    today: dt.date
    series: tuple[tuple[str, tuple[int, ...]], ...]
    person: Person = field(compare=False)

    @classmethod
    def of(cls, person: Person) -> _Holding:
        plans: list[Mapping[str, tuple[int, ...]]] = [
            person.series_by_class,
            person.edited_series,
            person.managed_series,
        ]
        series = tuple((f"{at} {name}", ids) for at, plan in enumerate(plans) for name, ids in sorted(plan.items()))
        return cls(person.everything, person.tokens, person.today, series, person)


@lru_cache(maxsize=_MOST_KEPT)
def _resolved(model: Hashable, rule: Rule, said: tuple[tuple[str, str], ...], holding: _Holding) -> Query:
    assert isinstance(model, type)
    assert issubclass(model, Model)
    query = model._base_manager.filter(rule(holding.person, **dict(said))).query
    # Joins that were looked at and not needed stay in the map, referred to by nothing.
    if sum(1 for used in query.alias_refcount.values() if used) > 1:
        raise TypeError(f"{rule.__name__} joins tables; it can be kept only where it asks questions instead.")
    _settle(query.where)
    return query


def _settle(where: WhereNode) -> None:
    for child in where.children:
        if isinstance(child, WhereNode):
            _settle(child)
        elif isinstance(question := getattr(child, "lhs", None), Question):
            question.settle()


def _own(where: WhereNode, *, questions: bool = False) -> WhereNode:
    """Return a condition whose parts Django may change, as it does in place when a query becomes part of another.

    The questions in it are shared, since they are copied before they are changed; of a copy they are its own as well.
    """
    own = where.create(connector=where.connector, negated=where.negated)
    for child in where.children:
        if isinstance(child, WhereNode):
            own.children.append(_own(child, questions=questions))
            continue
        part: Any = copy.copy(child)
        if questions and isinstance(getattr(part, "lhs", None), Question):
            part.lhs = part.lhs.copy()
        own.children.append(part)
    return own
