"""Publishing and withdrawing versions. Validities of a record's published versions never overlap."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from records.errors import (
    AlreadyPublished,
    InvalidValue,
    NotAllowed,
    NothingToPublish,
    NotPublished,
    ValidityOverlap,
)
from records.events import Happening, record_events
from records.models import Record, Version
from records.persons import Person
from records.services.describing import describe_from_shown
from records.services.outbox import touch
from records.services.turns import take_turn


@transaction.atomic
def publish_version(
    *,
    version: Version,
    by: Person,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Version:
    """Publish a version, valid from a day (included) to a day (excluded); both may stay open.

    The first published version of a record may be valid from ever; a later one begins today when no day is given,
    and the version then in force ends on that day. Asked again with the same days, nothing changes.
    Raises NotAllowed, NothingToPublish, AlreadyPublished, ValidityOverlap, InvalidValue for days out of order.
    """
    take_turn([version.record_id])
    version = Version.objects.select_related("record").get(pk=version.pk)
    _check_may_edit(version.record, by)
    if version.blob_id is None:
        raise NothingToPublish()
    if version.state == Version.State.PUBLISHED:
        if valid_from in (None, version.valid_from) and valid_to in (None, version.valid_to):
            return version
        raise AlreadyPublished()
    now = timezone.now()
    others = version.record.versions.filter(state=Version.State.PUBLISHED)
    begins = valid_from or version.valid_from or (timezone.localdate() if others.exists() else None)
    ends = valid_to or version.valid_to
    narrows = make_room(record=version.record, valid_from=begins, valid_to=ends, now=now, by=by)
    Version.objects.filter(pk=version.pk).update(
        state=Version.State.PUBLISHED,
        valid_from=begins,
        valid_to=ends,
        published_at=now,
        withdrawn_at=None,
    )
    _tell("version.published", version, by, {"valid_from": _iso(begins), "valid_to": _iso(ends)})
    describe_from_shown([version.record_id])
    touch([version.record_id], narrows=narrows)
    version.refresh_from_db()
    return version


@transaction.atomic
def withdraw_version(*, version: Version, by: Person, reason: str = "") -> Version:
    """Take a published version back: only those who may edit see it from now on.

    Raises NotAllowed, NotPublished.
    """
    take_turn([version.record_id])
    version = Version.objects.select_related("record").get(pk=version.pk)
    _check_may_edit(version.record, by)
    if version.state != Version.State.PUBLISHED:
        raise NotPublished()
    Version.objects.filter(pk=version.pk).update(state=Version.State.WITHDRAWN, withdrawn_at=timezone.now())
    _tell("version.withdrawn", version, by, {"reason": reason})
    describe_from_shown([version.record_id])
    touch([version.record_id], narrows=True)
    version.refresh_from_db()
    return version


def make_room(
    *, record: Record, valid_from: dt.date | None, valid_to: dt.date | None, now: dt.datetime, by: Person
) -> bool:
    """End the published version that is in force where the new one begins; return whether one was withdrawn.

    A version that would end on its own first day is withdrawn: the new one corrects it. What is ended or withdrawn
    has its own event. Raises ValidityOverlap when the new period would still meet another one, InvalidValue for days
    out of order. Call inside the transaction that publishes the new version.
    """
    check_validity(valid_from, valid_to)
    published = record.versions.filter(state=Version.State.PUBLISHED)
    replaced: list[Version] = []
    if valid_from is not None:
        replaced = list(published.filter(valid_from=valid_from))
        published.filter(valid_from=valid_from).update(state=Version.State.WITHDRAWN, withdrawn_at=now)
        began_before = Q(valid_from=None) | Q(valid_from__lt=valid_from)
        runs_on = Q(valid_to=None) | Q(valid_to__gt=valid_from)
        ended = list(published.filter(began_before & runs_on))
        published.filter(began_before & runs_on).update(valid_to=valid_from)
        for version in ended:
            _tell("version.ended", version, by, {"valid_to": _iso(valid_from), "before": _iso(version.valid_to)})
    later = Q(valid_to=None) | (Q(valid_to__gt=valid_from) if valid_from else Q())
    earlier = (Q(valid_from=None) | Q(valid_from__lt=valid_to)) if valid_to else Q()
    if published.filter(later & earlier).exists():
        raise ValidityOverlap()
    for version in replaced:
        _tell("version.withdrawn", version, by, {"reason": "replaced by a version that begins on the same day"})
    return bool(replaced)


def check_validity(valid_from: dt.date | None, valid_to: dt.date | None) -> None:
    """Raise InvalidValue unless the period has at least one day; its last day is the one before `valid_to`."""
    if valid_from is not None and valid_to is not None and valid_to <= valid_from:
        raise InvalidValue(f"A version valid from {valid_from} must end on a later day.", attr="valid_to")


def _check_may_edit(record: Record, by: Person) -> None:
    if not Record.objects.filter(pk=record.pk).visible_to(by, action="edit").exists():
        raise NotAllowed("You may read this record but not publish or withdraw its versions.")


def _tell(name: str, version: Version, by: Person, details: dict[str, str | None]) -> None:
    record_events([Happening(name, record=version.record_id, version=version.number, details=details)], by=by)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
