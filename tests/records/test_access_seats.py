"""What a seat in a body opens, when it begins, and what stays after it has ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from records.models import Body, Grant, Membership, Record, Series, Session, User
from records.persons import Person, operator, person_for
from records.services.organising import put_membership
from tests.records.making import new_version

pytestmark = pytest.mark.django_db

BY = operator("test")


def day(offset: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=offset)


class Council:
    """A body with a session last week and one next week, each with reserved minutes."""

    def __init__(self) -> None:
        self.body = Body.objects.create(code="PL", name="Plenary", kind="plenary")
        self.user = User.objects.create(username="ana")
        self.minutes = [self._minutes(number, day(offset)) for number, offset in enumerate((-7, 7), start=1)]
        self.mandate = new_version(body=self.body, access="reserved").record

    def _minutes(self, number: int, date: dt.date) -> Record:
        session = Session.objects.create(code=f"S{number}", body=self.body, number=number, year=date.year, date=date)
        return new_version(session=session, access="reserved").record

    def seat(self, starts: int, ends: int | None = None, capacity: str = "full") -> Membership:
        return put_membership(
            user=self.user,
            body=self.body,
            by=BY,
            starts=day(starts),
            ends=None if ends is None else day(ends),
            capacity=capacity,
        )

    @property
    def person(self) -> Person:
        return person_for(User.objects.get(pk=self.user.pk))

    def sees(self) -> list[str]:
        named = {self.minutes[0].pk: "past", self.minutes[1].pk: "next", self.mandate.pk: "mandate"}
        return sorted(named[record.pk] for record in Record.objects.visible_to(self.person))


@pytest.fixture
def council() -> Council:
    return Council()


def rules(settings: Any, *, capacities: str = "full alternate observer", kept: bool = True) -> None:
    settings.LEGAJO_SESSION_ACCESS = {"capacities": frozenset(capacities.split()), "kept_after_leaving": kept}


def test_a_member_sees_the_sessions_of_their_days(council: Council) -> None:
    council.seat(-30)
    assert council.sees() == ["mandate", "next", "past"]


def test_a_new_member_sees_no_session_from_before(council: Council) -> None:
    council.seat(0)
    assert council.sees() == ["mandate", "next"]


def test_a_seat_still_to_come_opens_nothing(council: Council) -> None:
    council.seat(1)
    assert council.sees() == []
    assert council.person.tokens == {"public", "internal", "user:ana"}


def test_both_days_of_a_seat_are_included(council: Council) -> None:
    council.seat(-7, 0)
    assert council.sees() == ["mandate", "past"]


@pytest.mark.parametrize(("kept", "expected"), [(True, ["past"]), (False, [])])
def test_whoever_left_loses_the_body_at_once_and_the_sessions_by_the_sites_rule(
    council: Council, settings: Any, kept: bool, expected: list[str]
) -> None:
    rules(settings, kept=kept)
    council.seat(-30)
    assert council.sees() == ["mandate", "next", "past"]
    council.seat(-30, -1)
    assert not any(token.startswith("body:") for token in council.person.tokens)
    assert council.sees() == expected


@pytest.mark.parametrize("capacity", ["alternate", "observer", "guest"])
def test_other_capacities_open_sessions_by_the_sites_rule(council: Council, settings: Any, capacity: str) -> None:
    council.seat(-30, capacity=capacity)
    rules(settings, capacities=f"full {capacity}")
    assert council.sees() == ["mandate", "next", "past"]
    rules(settings, capacities="full")
    assert council.sees() == ["mandate"]
    assert f"body:PL:{capacity}" in council.person.tokens


def test_guests_see_no_sessions_by_default(council: Council) -> None:
    council.seat(-30, capacity="guest")
    assert council.sees() == ["mandate"]


def test_two_seats_with_a_gap_do_not_open_the_gap(council: Council) -> None:
    council.seat(-30, -10)
    council.seat(-2)
    assert council.sees() == ["mandate", "next"]


@pytest.mark.parametrize(
    ("belonging", "expected"),
    [("nearest", ["next", "past"]), ("session", ["next", "past"]), ("body", ["next", "past"]), ("none", [])],
)
def test_the_series_says_what_belonging_opens(council: Council, belonging: str, expected: list[str]) -> None:
    series = Series.objects.create(code="A", title="A", belonging=belonging)
    Record.objects.filter(session__isnull=False).update(series=series)
    council.seat(-30)
    assert [name for name in council.sees() if name != "mandate"] == expected


def test_by_body_a_new_member_sees_the_old_sessions_too(council: Council) -> None:
    Record.objects.update(series=Series.objects.create(code="A", title="A", belonging="body"))
    council.seat(0)
    assert council.sees() == ["mandate", "next", "past"]


def test_an_account_that_was_switched_off_is_a_stranger(council: Council) -> None:
    council.seat(-30)
    User.objects.update(is_active=False)
    assert council.sees() == []
    assert council.person.is_stranger
    assert person_for(AnonymousUser()).tokens == {"public"}


def test_no_role_reads_anything_by_itself(people: dict[str, Any]) -> None:
    hidden = new_version(access="reserved").record
    inside = new_version(access="internal").record
    for user in people.values():
        assert list(Record.objects.visible_to(person_for(user))) == [inside]
    assert set(Record.objects.visible_to(BY)) == {hidden, inside}


def test_ten_more_of_everything_add_no_query(council: Council) -> None:
    council.seat(-30)
    series = Series.objects.create(code="A", title="A")
    Grant.objects.create(series=series, token="user:ana", created_at=timezone.now())
    user = User.objects.get(pk=council.user.pk)
    user.groups.add(Group.objects.create(name="g"))
    before = queries(user)
    for at in range(10):
        body = Body.objects.create(code=f"B{at}", name="B", kind="subgroup", parent=council.body)
        Membership.objects.create(user=user, body=body, starts=day(-30))
        Session.objects.create(code=f"T{at}", body=body, number=1, year=2024, date=day(-1))
        below = Series.objects.create(code=f"A{at}", title="A", parent=series)
        Grant.objects.create(series=below, token="user:ana", action="edit", created_at=timezone.now())
        user.groups.add(Group.objects.create(name=f"g{at}"))
    assert queries(user) == before
    person = person_for(user)
    assert {"body:B9", "session:T9", "series:A9:edit", "group:g9"} <= person.tokens


def queries(user: User) -> int:
    user = User.objects.get(pk=user.pk)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        person_for(user)
    return len(caught)
