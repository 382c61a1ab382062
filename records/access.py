"""The one door: who may read, edit or manage a record, as SQL and as tokens for the search index.

`records_open_to` (lists and single checks) and `index_tokens` (the engine's filter) are two forms of one
rule; a property test holds them equal. Nothing else in the product decides access.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from records.classification import Classification, at_most, rank
from records.models import Dirty, Grant, Record, Rendition, Series, Version
from records.persons import INTERNAL, PUBLIC, Person, operator, person_for, stranger

__all__ = [
    "INTERNAL",
    "PUBLIC",
    "Person",
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
ABOVE_THIS_COUNTS_ARE_LEFT_OUT = 10_000


def records_open_to(person: Person, *, action: str = "read") -> Q:
    """Return the condition on `Record` that this person may do `action` with it.

    Reading needs a published version; whoever may edit also sees drafts and withdrawn versions.
    """
    if person.everything:
        return EVERYTHING
    if action == "read":
        published = Version.objects.filter(state=Version.State.PUBLISHED).values("record")
        return (_readable(person) & Q(pk__in=published)) | _editable(person)
    return _editable(person, action=action)


def versions_open_to(person: Person) -> Q:
    """Return the condition on `Version`: published ones of readable records, all of editable ones."""
    if person.everything:
        return EVERYTHING
    readable = Q(state=Version.State.PUBLISHED) & Q(record__in=Record.objects.filter(_readable(person)).values("pk"))
    return readable | Q(record__in=Record.objects.filter(_editable(person)).values("pk"))


def renditions_open_to(person: Person) -> Q:
    """Return the condition on `Rendition`: its version must be open, and its own audience must include them."""
    if person.everything:
        return EVERYTHING
    editable = Record.objects.filter(_editable(person)).values("pk")
    open_versions = Version.objects.filter(versions_open_to(person)).values("pk")
    for_all = Q(audience=Rendition.Audience.READERS)
    return Q(version__in=open_versions) & (for_all | Q(version__record__in=editable))


def may(person: Person, record: Record, action: str) -> bool:
    """Tell whether this person may do `action` with this record: the list rule, asked of one row."""
    return Record.objects.filter(pk=record.pk).visible_to(person, action=action).exists()


def _readable(person: Person) -> Q:
    """Return whose *own* tokens (class, grants, belonging, series) meet the person's."""
    granted = Grant.objects.running(person.today).filter(record__isnull=False, token__in=person.tokens)
    condition = Q(pk__in=granted.values("record"))
    for open_class in (PUBLIC, INTERNAL):
        if open_class in person.tokens:
            condition |= Q(classification=open_class)
    condition |= _in_series(person.series_by_class)
    return condition | _by_belonging(person)


def _editable(person: Person, *, action: str = "edit") -> Q:
    actions = [Grant.Action.MANAGE] if action == "manage" else [Grant.Action.EDIT, Grant.Action.MANAGE]
    granted = Grant.objects.running(person.today).filter(
        record__isnull=False, token__in=person.tokens, action__in=actions
    )
    series = person.managed_series if action == "manage" else person.edited_series
    return Q(pk__in=granted.values("record")) | _in_series(series)


def _in_series(series_by_class: Mapping[str, tuple[int, ...]]) -> Q:
    """Return the records of these series, but for those classified above their series."""
    condition = Q(pk__in=[])
    for access_class, ids in series_by_class.items():
        condition |= Q(series__in=ids, classification__in=at_most(access_class))
    return condition


def _by_belonging(person: Person) -> Q:
    """Return the records opened by the session or body they belong to, by their series' rule."""
    sessions = [token.removeprefix("session:") for token in person.tokens if token.startswith("session:")]
    bodies = [
        token.removeprefix("body:") for token in person.tokens if token.startswith("body:") and token.count(":") == 1
    ]
    rule = Series.Belonging
    by_session = [rule.NEAREST, rule.SESSION, rule.BOTH]
    condition = Q(pk__in=[])
    if sessions:
        condition |= Q(session__code__in=sessions) & (Q(series=None) | Q(series__belonging__in=by_session))
    if bodies:
        nearest = Q(session=None) & (Q(series=None) | Q(series__belonging=rule.NEAREST))
        always = Q(series__belonging__in=[rule.BODY, rule.BOTH])
        condition |= Q(body__code__in=bodies) & (nearest | always)
    return condition


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
    day = day or timezone.localdate()
    narrowed = Dirty.objects.filter(narrows=True).values_list("record", flat=True)
    ended = Grant.objects.filter(end_told=False, ends__lt=day, record__isnull=False).order_by()
    found = narrowed.union(ended.values_list("record_id", flat=True))
    return {pk for pk in found[: ABOVE_THIS_COUNTS_ARE_LEFT_OUT + 1] if pk is not None}
