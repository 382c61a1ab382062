"""Who may read: access classes, grants, and the audience of a rendition."""

from __future__ import annotations

import datetime as dt
import re

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from records.classification import Classification, rank
from records.errors import InvalidValue, NotAllowed
from records.events import Happening, record_events
from records.models import Body, Grant, Record, Rendition, Series, Session, User
from records.persons import Person
from records.services.describing import describe_from_shown
from records.services.outbox import touch
from records.services.turns import in_turn, take_turn

_READER = re.compile(
    r"public|internal|(user|group|session):[^\s:][^\n:]*|body:[^\s:]+(:(full|alternate|observer|guest))?"
)


def checked_reader(token: str) -> str:
    """Return a READER as written in a command or manifest. Raises InvalidValue for any other text."""
    token = token.strip()
    if not _READER.fullmatch(token) or len(token) > 200:
        raise InvalidValue(
            f"{token!r} is not a reader; use public, internal, user:NAME, group:NAME, "
            "body:CODE[:CAPACITY] or session:CODE.",
            attr="reader",
        )
    return token


def reader_exists(token: str) -> bool:
    """Tell whether a checked reader is somebody today. A grant may come first, so that a missing one is no error."""
    kind, _, name = token.partition(":")
    found = {
        "user": User.objects.filter(username=name),
        "group": Group.objects.filter(name=name),
        "body": Body.objects.filter(code=name.partition(":")[0]),
        "session": Session.objects.filter(code=name),
    }
    return kind not in found or bool(found[kind].exists())


@transaction.atomic
def classify_record(*, record: Record, classification: str, by: Person, reason: str = "") -> Record:
    """Set a record's access class. Raises NotAllowed, InvalidValue."""
    if classification not in Classification.values:
        raise InvalidValue(f"{classification!r} is not an access class.", attr="classification")
    take_turn([record.pk])
    _check_may_manage(record, by)
    before = Record.objects.values_list("classification", flat=True).get(pk=record.pk)
    if before != classification:
        Record.objects.filter(pk=record.pk).update(classification=classification)
        details = {"from": before, "to": classification, "reason": reason}
        record_events([Happening("record.classified", record=record.pk, details=details)], by=by)
        touch([record.pk], narrows=rank(classification) > rank(before))
    record.refresh_from_db()
    return record


@transaction.atomic
def give_grant(
    *,
    reader: str,
    by: Person,
    record: Record | None = None,
    series: Series | None = None,
    action: str = Grant.Action.READ,
    starts: dt.date | None = None,
    ends: dt.date | None = None,
) -> Grant:
    """Let a reader do `action` with a record, or with a series and all below, on the days given (both included).

    The same reader and action given again takes the new days. Raises InvalidValue, NotAllowed.
    """
    token = checked_reader(reader)
    if action not in Grant.Action.values:
        raise InvalidValue(f"{action!r} is not an action; use read, edit or manage.", attr="action")
    if starts and ends and ends < starts:
        raise InvalidValue("A grant cannot end before it starts.", attr="ends")
    _check_may_open(record, series, by)
    today = timezone.localdate()
    days = {"starts": starts, "ends": ends}
    told = {"start_told": starts is None or starts <= today, "end_told": False}
    key = {"record": record, "series": series, "token": token, "action": action}
    before = Grant.objects.filter(**key).first()
    if before and (before.starts, before.ends) == (starts, ends):
        return before
    grant, _ = Grant.objects.update_or_create(
        **key,
        defaults={**days, **told},
        create_defaults={**key, **days, **told, "created_at": timezone.now()},
    )
    _tell("grant.given", record, series, by, token, action, starts, ends)
    if record is not None:
        touch([record.pk], narrows=before is not None)
    return grant


@transaction.atomic
def revoke_grant(
    *,
    reader: str,
    by: Person,
    record: Record | None = None,
    series: Series | None = None,
    action: str = Grant.Action.READ,
) -> bool:
    """Take a grant back; return whether there was one. Effective at the next request. Raises NotAllowed."""
    _check_may_open(record, series, by)
    token = checked_reader(reader)
    gone, _ = Grant.objects.filter(record=record, series=series, token=token, action=action).delete()
    if gone:
        _tell("grant.revoked", record, series, by, token, action, None, None)
        if record is not None:
            touch([record.pk], narrows=True)
    return bool(gone)


@transaction.atomic
def set_audience(*, rendition: Rendition, audience: str, by: Person) -> Rendition:
    """Say who may see a rendition, and the text read from it. Raises NotAllowed, InvalidValue."""
    if audience not in Rendition.Audience.values:
        raise InvalidValue(f"{audience!r} is not an audience.", attr="audience")
    take_turn([rendition.version.record_id])
    rendition = Rendition.objects.select_related("version__record").get(pk=rendition.pk)
    record = rendition.version.record
    _check_may_manage(record, by)
    before = rendition.audience
    if before != audience:
        Rendition.objects.filter(pk=rendition.pk).update(audience=audience)
        rendition.derived.update(audience=audience)
        # A title made from a text that readers get no longer goes with it.
        describe_from_shown([record.pk])
        details = {"rendition": rendition.kind, "from": before, "to": audience}
        record_events(
            [
                Happening(
                    "rendition.audience",
                    record=record.pk,
                    version=rendition.version.number,
                    details=details,
                )
            ],
            by=by,
        )
        touch([record.pk], narrows=audience == Rendition.Audience.EDITORS)
    rendition.refresh_from_db()
    return rendition


def _check_may_manage(record: Record, by: Person) -> None:
    if not Record.objects.filter(pk=record.pk).visible_to(by, action="manage").exists():
        raise NotAllowed("You may read this record but not decide who else may.")


def _check_may_open(record: Record | None, series: Series | None, by: Person) -> None:
    if (record is None) == (series is None):
        raise InvalidValue("Name one record or one series.", attr="record")
    if record is not None:
        take_turn([record.pk])
        _check_may_manage(record, by)
        return
    assert series is not None
    if not by.everything and not any(series.pk in ids for ids in by.managed_series.values()):
        raise NotAllowed("You may not decide who reads this series.")
    in_turn(Series.objects.filter(pk=series.pk)).first()


def _tell(
    name: str,
    record: Record | None,
    series: Series | None,
    by: Person,
    token: str,
    action: str,
    starts: dt.date | None,
    ends: dt.date | None,
) -> None:
    details = {
        "reader": token,
        "action": action,
        "starts": starts.isoformat() if starts else None,
        "ends": ends.isoformat() if ends else None,
    }
    record_events(
        [
            Happening(
                name,
                record=record.pk if record else None,
                subject=series.code if series else "",
                details=details,
            )
        ],
        by=by,
    )
