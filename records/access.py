"""The one door: who may read, edit or manage a record, as SQL and as tokens for the search index.

`records_open_to` (lists and single checks) and `index_tokens` (the engine's filter) are two forms of one
rule; a property test holds them equal. Nothing else in the product decides access.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.lookups import IsNull
from django.utils import timezone

from records.access_sql import Question
from records.classification import Classification, at_most, rank
from records.models import Body, Dirty, Grant, Record, Rendition, Series, Session, Version
from records.persons import INTERNAL, PUBLIC, Person, operator, person_for, stranger

__all__ = [
    "INTERNAL",
    "PUBLIC",
    "Person",
    "few_within_reach",
    "index_tokens",
    "may",
    "operator",
    "person_for",
    "records_open_to",
    "renditions_open_to",
    "stranger",
    "unsettled_records",
    "versions_open_to",
]

EVERYTHING = Q()
NOTHING = Q(pk__in=[])
FEW = 2_000
ABOVE_THIS_COUNTS_ARE_LEFT_OUT = 10_000


def records_open_to(person: Person, *, action: str = "read") -> Q:
    """Return the condition on `Record` that this person may do `action` with it.

    Reading needs a published version; whoever may edit also sees drafts and withdrawn versions.
    """
    if person.everything:
        return EVERYTHING
    if action == "read":
        published = Version.objects.filter(state=Version.State.PUBLISHED, record=OuterRef("pk"))
        return (_any_of(_ways_to_read(person)) & _there_is(published)) | _any_of(_ways_to_edit(person))
    return _any_of(_ways_to_edit(person, action=action))


def versions_open_to(person: Person) -> Q:
    """Return the condition on `Version`: published ones of readable records, all of editable ones."""
    if person.everything:
        return EVERYTHING
    own = Record.objects.filter(pk=OuterRef("record"))
    readable = Q(state=Version.State.PUBLISHED) & _there_is(own.filter(_any_of(_ways_to_read(person))))
    return readable | _there_is(own.filter(_any_of(_ways_to_edit(person))))


def renditions_open_to(person: Person) -> Q:
    """Return the condition on `Rendition`: its version must be open, and its own audience must include them."""
    if person.everything:
        return EVERYTHING
    own = Version.objects.filter(pk=OuterRef("version"))
    editable = Record.objects.filter(pk=OuterRef("record")).filter(_any_of(_ways_to_edit(person)))
    for_all = Q(audience=Rendition.Audience.READERS)
    return _there_is(own.filter(versions_open_to(person))) & (for_all | _there_is(own.filter(_there_is(editable))))


def may(person: Person, record: Record, action: str) -> bool:
    """Tell whether this person may do `action` with this record: the list rule, asked of one row."""
    return Record.objects.filter(pk=record.pk).visible_to(person, action=action).exists()


def few_within_reach(person: Person) -> list[uuid.UUID] | None:
    """Return the records that a person may at most see, if they are few; None where they are many.

    A list by date finds the first page of somebody who sees much at once, and goes through the whole archive for
    somebody who sees fifty records. This is no permission: whoever asks still goes through `visible_to`.
    """
    if person.everything:
        return None
    granted = Grant.objects.running(person.today).filter(token__in=person.tokens, record__isnull=False)
    others = [*_unasked_ways(person), *_in_series(person.edited_series)]
    rows = [Record.objects.filter(way).order_by().values_list("pk", flat=True) for way in others]
    reached = list(granted.order_by().values_list("record", flat=True).union(*rows, all=True)[: FEW + 1])
    return list(set(reached)) if len(reached) <= FEW else None


def _there_is(rows: QuerySet[Any]) -> Q:
    """Return the condition that one of these rows goes with the row at hand: looked up for each, by an index.

    Not `Exists`, nor `in`: for those PostgreSQL gathers all grants and all versions of the archive before it looks at
    the first record, though one record or one page is asked for.
    """
    return Q(IsNull(Question(rows.order_by().values("pk")[:1]), False))


def _any_of(ways: Iterable[Q]) -> Q:
    return reduce(or_, ways, NOTHING)


def _ways_to_read(person: Person) -> list[Q]:
    """Return by what a record may be open: its *own* tokens (class, series, belonging, grants) meet the person's."""
    return [*_unasked_ways(person), _granted(person, Grant.Action.values)]


def _unasked_ways(person: Person) -> list[Q]:
    """Return what opens a record without a grant of its own. It stands in the record, so it is looked at first."""
    classes = [Q(classification=open_class) for open_class in (PUBLIC, INTERNAL) if open_class in person.tokens]
    return classes + _in_series(person.series_by_class) + _by_belonging(person)


def _ways_to_edit(person: Person, *, action: str = "edit") -> list[Q]:
    actions = [Grant.Action.MANAGE] if action == "manage" else [Grant.Action.EDIT, Grant.Action.MANAGE]
    series = person.managed_series if action == "manage" else person.edited_series
    return [*_in_series(series), _granted(person, actions)]


def _granted(person: Person, actions: Iterable[str]) -> Q:
    grants = Grant.objects.running(person.today).filter(token__in=person.tokens, action__in=list(actions))
    return _there_is(grants.filter(record=OuterRef("pk")))


def _in_series(series_by_class: Mapping[str, tuple[int, ...]]) -> list[Q]:
    """Return the records of these series, but for those classified above their series."""
    return [Q(series__in=ids, classification__in=at_most(access)) for access, ids in series_by_class.items()]


def _by_belonging(person: Person) -> list[Q]:
    """Return the records opened by the session or body they belong to, by their series' rule."""
    sessions = [token.removeprefix("session:") for token in person.tokens if token.startswith("session:")]
    bodies = [
        token.removeprefix("body:") for token in person.tokens if token.startswith("body:") and token.count(":") == 1
    ]
    rule = Series.Belonging
    by_session = [rule.NEAREST, rule.SESSION, rule.BOTH]
    ways = []
    if sessions:
        ways.append(
            Q(session__in=Session.objects.filter(code__in=sessions).order_by()) & (Q(series=None) | _ruled(by_session))
        )
    if bodies:
        nearest = Q(session=None) & (Q(series=None) | _ruled([rule.NEAREST]))
        ways.append(
            Q(body__in=Body.objects.filter(code__in=bodies).order_by()) & (nearest | _ruled([rule.BODY, rule.BOTH]))
        )
    return ways


def _ruled(rules: list[Series.Belonging]) -> Q:
    # The plan and the bodies are small: asked apart, the list itself stays a walk through one index.
    return Q(series__in=Series.objects.filter(belonging__in=rules).order_by())


@dataclass(frozen=True, slots=True)
class RecordTokens:
    """Which tokens open a record: for reading what is published, and for editing (drafts, withdrawn)."""

    read: frozenset[str]
    edit: frozenset[str]


def index_tokens(records: Iterable[Record], *, day: dt.date | None = None) -> dict[uuid.UUID, RecordTokens]:
    """Return the tokens of each record on a day (today by default), with one query for all grants.

    The records must come with `session`, `body` and `series` selected.
    """
    day = day or timezone.localdate()
    batch = {record.pk: record for record in records}
    read = {pk: _own_tokens(record) for pk, record in batch.items()}
    edit: dict[uuid.UUID, set[str]] = {pk: set() for pk in batch}
    for pk, record in batch.items():
        if _series_applies(record):
            assert record.series is not None
            edit[pk].add(f"series:{record.series.code}:edit")
    grants = Grant.objects.running(day).filter(record__in=batch)
    for pk, token, action in grants.values_list("record_id", "token", "action"):
        assert pk is not None
        read[pk].add(token)
        if action != Grant.Action.READ:
            edit[pk].add(token)
    return {pk: RecordTokens(frozenset(read[pk] | edit[pk]), frozenset(edit[pk])) for pk in batch}


def _series_applies(record: Record) -> bool:
    series = record.series
    return series is not None and rank(record.classification) <= rank(series.access)


def _own_tokens(record: Record) -> set[str]:
    tokens: set[str] = set()
    if record.classification in (Classification.PUBLIC, Classification.INTERNAL):
        tokens.add(record.classification)
    if _series_applies(record):
        assert record.series is not None
        tokens.add(f"series:{record.series.code}")
    rule = record.series.belonging if record.series else Series.Belonging.NEAREST
    if record.session and rule in ("nearest", "session", "both"):
        tokens.add(f"session:{record.session.code}")
    if record.body and (rule in ("body", "both") or (rule == "nearest" and not record.session)):
        tokens.add(f"body:{record.body.code}")
    return tokens


def unsettled_records(*, day: dt.date | None = None) -> set[uuid.UUID]:
    """Return the records that lost a reader since the index was last told of them, in one query.

    Their engine entries may still show them to whoever lost access, so every engine request leaves them out.
    More than `ABOVE_THIS_COUNTS_ARE_LEFT_OUT` are cut there: the caller then leaves totals and facets out.
    """
    with connection.cursor() as cursor:
        cursor.execute(*_unsettled(day or timezone.localdate(), connection.vendor))
        return {pk if isinstance(pk, uuid.UUID) else uuid.UUID(pk) for (pk,) in cursor.fetchall() if pk is not None}


@lru_cache(maxsize=4)
def _unsettled(day: dt.date, vendor: str) -> tuple[str, tuple[Any, ...]]:
    """Return the question of `unsettled_records` in this database's words: every search asks it, so it is kept."""
    narrowed = Dirty.objects.filter(narrows=True).values_list("record", flat=True)
    ended = Grant.objects.filter(end_told=False, ends__lt=day, record__isnull=False).order_by()
    found = narrowed.union(ended.values_list("record_id", flat=True))
    sql, params = found[: ABOVE_THIS_COUNTS_ARE_LEFT_OUT + 1].query.sql_with_params()
    return sql, tuple(params)
