"""The file plan and the bodies: series, bodies, memberships, sessions. Asked twice, nothing changes.

All of it decides who reads what, so each service raises NotAllowed for anybody but operators.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from records.classification import Classification
from records.errors import InvalidValue
from records.events import Happening, record_events
from records.models import Body, Membership, Record, Series, Session, User
from records.persons import Person
from records.services.outbox import touch
from records.services.people import check_may_operate
from records.services.turns import in_turn

_Row = TypeVar("_Row", bound=models.Model)

# The six instances of a permanent commission; a site may use any other kind.
BODY_KINDS = ("plenary", "presidency", "secretariat", "working_group", "subgroup", "extended_plenary")


@transaction.atomic
def put_series(
    *,
    code: str,
    by: Person,
    title: str = "",
    parent: Series | None = None,
    access: str = Classification.INTERNAL,
    belonging: str = Series.Belonging.NEAREST,
) -> Series:
    """Make or change a series; its own records are indexed anew when their tokens differ. Raises InvalidValue.

    Moving it changes no token of a record: what lies below a granted series is worked out when a person asks.
    """
    check_may_operate(by)
    code = _checked_code(code, "code")
    _check_choice(access, Classification.values, "access")
    _check_choice(belonging, Series.Belonging.values, "belonging")
    _check_above(code, parent)
    values = {"title": title or code, "parent": parent, "access": access, "belonging": belonging}
    series, changed = _put(Series, {"code": code}, values)
    if changed:
        record_events([Happening("series.put", subject=code, details={"changed": changed})], by=by)
        if not {"access", "belonging"}.isdisjoint(changed):
            touch(Record.objects.filter(series=series).values_list("pk", flat=True), narrows=True)
    return series


@transaction.atomic
def put_body(*, code: str, name: str, kind: str, by: Person, parent: Body | None = None) -> Body:
    """Make or change a body. Kinds are free; the defaults are `BODY_KINDS`. Raises InvalidValue."""
    check_may_operate(by)
    code = _checked_code(code, "code")
    _check_above(code, parent)
    body, changed = _put(Body, {"code": code}, {"name": name or code, "kind": kind or "plenary", "parent": parent})
    if changed:
        record_events([Happening("body.put", subject=code, details={"changed": changed})], by=by)
    return body


@transaction.atomic
def put_membership(
    *,
    user: User,
    body: Body,
    by: Person,
    starts: dt.date,
    ends: dt.date | None = None,
    capacity: str = Membership.Capacity.FULL,
    entity: str = "",
) -> Membership:
    """Give a person a seat, or change its end. Both days are included. Raises InvalidValue."""
    check_may_operate(by)
    _check_choice(capacity, Membership.Capacity.values, "capacity")
    if ends is not None and ends < starts:
        raise InvalidValue("A membership cannot end before it begins.", attr="to")
    key = {"user": user, "body": body, "capacity": capacity, "starts": starts}
    seat, changed = _put(Membership, key, {"ends": ends, "entity": entity})
    if changed:
        details = {"body": body.code, "capacity": capacity, "from": str(starts), "to": str(ends or "")}
        record_events([Happening("membership.put", subject=user.username, details=details)], by=by)
    return seat


@transaction.atomic
def put_session(
    *, code: str, body: Body, kind: str, number: int, date: dt.date, by: Person, year: int | None = None
) -> Session:
    """Make or change a session, numbered within its body, kind and year. Raises InvalidValue."""
    check_may_operate(by)
    code = _checked_code(code, "code")
    if number < 1:
        raise InvalidValue("Sessions are numbered from 1.", attr="number")
    year = year or date.year
    taken = Session.objects.filter(body=body, kind=kind, number=number, year=year).exclude(code=code)
    if taken.exists():
        raise _number_taken()
    before = Session.objects.filter(code=code).select_related("body").first()
    values = {"body": body, "kind": kind, "number": number, "year": year, "date": date}
    try:
        session, changed = _put(Session, {"code": code}, values)
    except IntegrityError:
        # Somebody else numbered a session so since we looked.
        raise _number_taken() from None
    if changed:
        record_events([Happening("session.put", subject=code, details={"changed": changed})], by=by)
        if before is not None:
            touch(Record.objects.filter(session=session).values_list("pk", flat=True), narrows=True)
    return session


def _number_taken() -> InvalidValue:
    return InvalidValue("That body already has a session of this kind, number and year.", attr="number")


def _put(model: type[_Row], key: dict[str, Any], values: dict[str, Any]) -> tuple[_Row, list[str]]:
    """Make a row or set what differs; return it with the names of what changed.

    Of two who make the same at once, the later one finds the row of the other and changes it.
    """
    row = in_turn(model._default_manager.filter(**key)).first()
    if row is None:
        row, created = model._default_manager.get_or_create(**key, defaults=values)
        if created:
            return row, sorted(values)
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        with transaction.atomic():
            row.save(update_fields=changed)
    return row, changed


def _checked_code(code: str, attr: str) -> str:
    code = code.strip()
    if not code or len(code) > 64 or ":" in code or any(letter.isspace() for letter in code):
        raise InvalidValue(f"{code[:40]!r} cannot be a code: no spaces, no colon, at most 64 characters.", attr=attr)
    return code


def _check_choice(value: str, allowed: list[str], attr: str) -> None:
    if value not in allowed:
        raise InvalidValue(f"{value!r} is not one of {', '.join(allowed)}.", attr=attr)


def _check_above(code: str, parent: Series | Body | None) -> None:
    """Refuse a tree that bites its tail."""
    seen: set[int] = set()
    at = parent
    while at is not None and at.pk not in seen:
        if at.code == code:
            raise InvalidValue(f"{code!r} cannot lie below itself.", attr="parent")
        seen.add(at.pk)
        at = at.parent
