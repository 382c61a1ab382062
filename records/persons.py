"""Who reads or acts, and the tokens they hold today. Worked out once a request, from rows, never from input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import BigIntegerField, DateField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from records.classification import Classification
from records.models import Grant, Membership, Series, Session

if TYPE_CHECKING:
    from records.models import User

PUBLIC = "public"
INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user, a stranger, or the operator at the command line (`everything`).

    `tokens` are what the person holds on `today`; `series_by_class` maps an access class to the ids of the
    series of that class they may read, `edited_series` likewise for editing. `origin` says where they act from.
    """

    username: str
    tokens: frozenset[str]
    today: dt.date
    user_id: int | None = None
    roles: frozenset[str] = frozenset()
    everything: bool = False
    origin: str = ""
    language: str = ""
    series_by_class: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    edited_series: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    managed_series: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def has_role(self, *roles: str) -> bool:
        """Tell whether the person has one of these roles; the command line's operator has all."""
        return self.everything or not self.roles.isdisjoint(roles)

    @property
    def is_stranger(self) -> bool:
        return self.user_id is None and not self.everything


def operator(origin: str = "command") -> Person:
    """Return the operator at the machine's own command line, who sees and may do everything."""
    return Person(username="operator", tokens=frozenset(), today=timezone.localdate(), everything=True, origin=origin)


def stranger(origin: str = "") -> Person:
    """Return whoever is not signed in."""
    return _person_holding({PUBLIC}, username="", origin=origin)


def person_for(user: User | Any, *, origin: str = "") -> Person:
    """Return the person behind a Django user; an anonymous or inactive user is a stranger."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return stranger(origin)
    today = timezone.localdate()
    held = _held_by(user)
    tokens = {PUBLIC, INTERNAL, f"user:{user.username}"}
    tokens.update(f"group:{name}" for what, name, *_ in held if what == "group")
    tokens |= _seat_tokens([_Seat(*seat) for what, *seat in held if what == "seat"], today)
    return _person_holding(
        tokens,
        username=user.username,
        user_id=user.pk,
        roles=frozenset(name for what, name, *_ in held if what == "role"),
        origin=origin,
    )


@dataclass(frozen=True, slots=True)
class _Seat:
    """A seat in a body, by the body's code and id."""

    code: str
    capacity: str
    starts: dt.date
    ends: dt.date | None
    body: int


def _held_by(user: User) -> list[tuple[Any, ...]]:
    """Return a user's groups, roles and seats, each as its name and the rest of `_Seat`, in one query: every request
    asks it."""
    no_day, no_body = Cast(Value(None), DateField()), Cast(Value(None), BigIntegerField())
    plain = (Value(""), no_day, no_day, no_body)
    seats = Membership.objects.filter(user=user).order_by()
    groups = user.groups.order_by().values_list(Value("group"), "name", *plain)
    roles = user.roles.order_by().values_list(Value("role"), "role", *plain)
    rows = seats.values_list(Value("seat"), "body__code", "capacity", "starts", "ends", "body_id")
    return list(rows.union(groups, roles, all=True))


def _seat_tokens(seats: Iterable[_Seat], today: dt.date) -> set[str]:
    """Return `body:` tokens of running memberships and `session:` tokens of sessions held within one."""
    tokens: set[str] = set()
    opening: list[_Seat] = []
    rules: dict[str, Any] = settings.LEGAJO_SESSION_ACCESS
    for seat in seats:
        if seat.starts > today:
            # A seat still to come opens nothing yet, not even sessions already called for its days.
            continue
        runs = seat.ends is None or today <= seat.ends
        if runs:
            tokens |= {f"body:{seat.code}", f"body:{seat.code}:{seat.capacity}"}
        if seat.capacity in rules["capacities"] and (runs or rules["kept_after_leaving"]):
            opening.append(seat)
    if opening:
        tokens |= _session_tokens(opening)
    return tokens


def _session_tokens(seats: Iterable[_Seat]) -> set[str]:
    by_body: dict[int, list[_Seat]] = {}
    for seat in seats:
        by_body.setdefault(seat.body, []).append(seat)
    held = Session.objects.filter(body__in=by_body).values_list("code", "body_id", "date")
    return {
        f"session:{code}"
        for code, body, day in held
        if any(seat.starts <= day and (seat.ends is None or day <= seat.ends) for seat in by_body[body])
    }


def _person_holding(
    tokens: set[str],
    *,
    username: str,
    user_id: int | None = None,
    roles: frozenset[str] = frozenset(),
    origin: str = "",
) -> Person:
    today = timezone.localdate()
    plan = _series_granted(tokens, today)
    held = set(tokens)
    for code, (_, actions) in plan.items():
        held.add(f"series:{code}")
        held.update(f"series:{code}:{action}" for action in actions if action != "read")
    return Person(
        username=username,
        user_id=user_id,
        roles=roles,
        tokens=frozenset(held),
        today=today,
        origin=origin,
        series_by_class=_by_class(plan.values(), {"read", "edit", "manage"}),
        edited_series=_by_class(plan.values(), {"edit", "manage"}),
        managed_series=_by_class(plan.values(), {"manage"}),
    )


def _series_granted(tokens: set[str], today: dt.date) -> dict[str, tuple[Series, set[str]]]:
    """Return, by code, the series these tokens open (with all below) and the actions on each."""
    grants = Grant.objects.running(today).filter(series__isnull=False, token__in=tokens)
    given: dict[int, set[str]] = {}
    for series_id, action in grants.values_list("series_id", "action"):
        actions = given.setdefault(series_id, set())
        actions.add(action)
        if action == Grant.Action.MANAGE:
            actions.add(Grant.Action.EDIT)
    if not given:
        return {}
    plan = {series.pk: series for series in Series.objects.only("code", "parent_id", "access")}
    reached: dict[str, tuple[Series, set[str]]] = {}
    for series in plan.values():
        actions = {action for above in _line_of(series, plan) for action in given.get(above, ())}
        if actions:
            reached[series.code] = (series, actions)
    return reached


def _line_of(series: Series, plan: Mapping[int, Series]) -> list[int]:
    """Return the ids of a series and of those above it; a cycle, were there one, ends the walk."""
    line: list[int] = []
    at: Series | None = series
    while at is not None and at.pk not in line:
        line.append(at.pk)
        at = plan.get(at.parent_id) if at.parent_id else None
    return line


def _by_class(reached: Iterable[tuple[Series, set[str]]], actions: set[str]) -> dict[str, tuple[int, ...]]:
    sorted_out: dict[str, list[int]] = {value: [] for value in Classification.values}
    for series, given in reached:
        if given & actions:
            sorted_out[series.access].append(series.pk)
    return {value: tuple(ids) for value, ids in sorted_out.items() if ids}
