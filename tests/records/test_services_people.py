"""Accounts, tokens, bodies and series: asked twice nothing changes, wrong values are named, only operators may."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from knox.models import AuthToken

from records.errors import InvalidValue, NotAllowed, StaleEdit
from records.models import Body, Dirty, Event, Record, Series, User
from records.persons import Person, operator, person_for
from records.services.editing import edit_record
from records.services.opening import give_grant
from records.services.organising import put_body, put_membership, put_series, put_session
from records.services.people import change_own_password, make_token, put_group, put_user
from tests.records.making import new_version

pytestmark = pytest.mark.django_db

BY = operator("test")
DAY = dt.date(2024, 5, 31)


def test_an_account_asked_for_twice_is_one_and_unchanged() -> None:
    wanted = {"username": "ana", "password": "correct horse", "roles": ["editor"], "groups": ["legal"], "by": BY}
    user = put_user(**wanted)
    before, events = user.password, Event.objects.count()
    assert put_user(**wanted).password == before
    assert Event.objects.count() == events
    put_user(username="ana", by=BY, password="another horse", roles=["reader"], groups=[])
    assert list(user.roles.values_list("role", flat=True)) == ["reader"]
    assert not user.groups.exists()
    assert Event.objects.get(name="person.changed").details == {"changed": ["password", "roles", "groups"]}


def test_no_event_holds_a_password() -> None:
    put_user(username="ana", by=BY, password="correct horse")
    assert not any("horse" in str(details) for details in Event.objects.values_list("details", flat=True))


def test_a_name_is_kept_as_it_will_be_typed_at_sign_in() -> None:
    composed, decomposed = "jose\u0301", "jos\u00e9"
    assert put_user(username=composed, by=BY).username == decomposed
    put_user(username=decomposed, by=BY)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("attr", "said"),
    [
        ("username", {"username": "operator"}),
        ("username", {"username": ""}),
        ("username", {"username": "a:b"}),
        ("username", {"username": "a b"}),
        ("username", {"username": "x" * 151}),
        ("password", {"username": "ana", "password": ""}),
        ("roles", {"username": "ana", "roles": ["king"]}),
        ("groups", {"username": "ana", "groups": ["a:b"]}),
        ("groups", {"username": "ana", "groups": [" "]}),
    ],
)
def test_what_cannot_be_an_account_is_named(attr: str, said: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue) as refused:
        put_user(by=BY, **said)
    assert refused.value.attr == attr
    assert not User.objects.exists()


def test_tokens_are_made_by_operators_and_for_oneself(people: dict[str, Any]) -> None:
    counsel, other = people["counsel"], people["member"]
    token = make_token(user=counsel, by=BY, days=3)
    assert AuthToken.objects.get().expiry is not None
    assert token not in str(list(Event.objects.values_list("details", flat=True)))
    make_token(user=counsel, by=person_for(counsel))
    with pytest.raises(NotAllowed):
        make_token(user=counsel, by=person_for(other))
    for days in (0, -1, 100_000):
        with pytest.raises(InvalidValue) as refused:
            make_token(user=counsel, by=BY, days=days)
        assert refused.value.attr == "days"
    assert not AuthToken.objects.filter(expiry=None).exists()
    counsel.is_active = False
    with pytest.raises(InvalidValue):
        make_token(user=counsel, by=BY)


def test_who_is_made_inactive_is_out_at_the_next_request(people: dict[str, Any], client: Client) -> None:
    counsel = people["counsel"]
    token = make_token(user=counsel, by=BY)
    client.force_login(counsel)
    assert client.get("/my-work/").status_code == 200
    assert client.get("/api/v1/records/", HTTP_AUTHORIZATION=f"Token {token}").status_code == 200
    put_user(username="counsel", by=BY, active=False)
    assert client.get("/my-work/").status_code == 302
    assert client.get("/api/v1/records/", HTTP_AUTHORIZATION=f"Token {token}").status_code == 401
    assert not AuthToken.objects.exists()
    put_user(username="counsel", by=BY, active=True)
    assert client.get("/api/v1/records/", HTTP_AUTHORIZATION=f"Token {token}").status_code == 401
    assert [event.details for event in Event.objects.filter(name="person.changed")] == [{"changed": ["active"]}] * 2


def test_a_password_one_sets_oneself_is_an_event_and_ends_other_sessions(people: dict[str, Any]) -> None:
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.force_login(people["counsel"], backend="allauth.account.auth_backends.AuthenticationBackend")
    said = {
        "oldpassword": "correct horse battery",
        "password1": "caballo correcto 9",
        "password2": "caballo correcto 9",
    }
    assert here.post("/accounts/password/change/", said).status_code == 302
    assert here.get("/my-work/").status_code == 200
    assert elsewhere.get("/my-work/").status_code == 302
    told = Event.objects.get(name="person.changed")
    assert (told.by, told.subject, told.details) == ("counsel", "counsel", {"changed": ["password"]})
    with pytest.raises(NotAllowed):
        change_own_password(user=people["member"], password="x", by=person_for(people["counsel"]))


def test_only_operators_organise(people: dict[str, Any]) -> None:
    archivist = person_for(people["archivist"])
    body = put_body(code="PL", name="Plenary", kind="plenary", by=BY)
    for attempt in (
        lambda by: put_series(code="A", by=by),
        lambda by: put_body(code="B", name="B", kind="plenary", by=by),
        lambda by: put_membership(user=people["member"], body=body, by=by, starts=DAY),
        lambda by: put_session(code="S", body=body, kind="ordinary", number=1, date=DAY, by=by),
        lambda by: put_group(name="g", by=by),
    ):
        with pytest.raises(NotAllowed):
            attempt(archivist)
        attempt(person_for(people["operator_user"]))


def test_a_series_that_changes_who_reads_touches_its_own_records() -> None:
    above = put_series(code="A", by=BY, access="reserved")
    series = put_series(code="B", by=BY, access="reserved")
    record = new_version(series=series).record
    Dirty.objects.all().delete()
    put_series(code="B", by=BY, title="Otro título", access="reserved")
    put_series(code="B", by=BY, title="Otro título", parent=above, access="reserved")
    assert not Dirty.objects.exists()
    put_series(code="B", by=BY, title="Otro título", parent=above, access="internal")
    assert Dirty.objects.get().narrows
    Dirty.objects.all().delete()
    put_series(code="B", by=BY, title="Otro título", parent=above, access="internal", belonging="none")
    assert Dirty.objects.get().record == record.pk


def test_trees_do_not_bite_their_tail() -> None:
    above = put_series(code="A", by=BY)
    below = put_series(code="B", by=BY, parent=above)
    with pytest.raises(InvalidValue):
        put_series(code="A", by=BY, parent=below)


def test_a_record_moved_to_another_series_is_left_out_until_indexed(people: dict[str, Any]) -> None:
    series = Series.objects.create(code="A", title="A")
    record = new_version(series=series).record
    Dirty.objects.all().delete()
    edit_record(record=record, changes={"series": None}, by=BY)
    assert Dirty.objects.get().narrows
    Dirty.objects.all().delete()
    edit_record(record=record, changes={"title": "Otro", "notes": ""}, by=BY)
    assert not Dirty.objects.get().narrows


def test_editing_needs_the_right_revision_and_field(people: dict[str, Any]) -> None:
    record = new_version().record
    edited = edit_record(record=record, changes={"title": "Uno", "date": "1955-XX"}, by=BY, if_revision=1)
    assert (edited.revision, edited.date_min) == (2, dt.date(1955, 1, 1))
    with pytest.raises(StaleEdit):
        edit_record(record=record, changes={"title": "Dos"}, by=BY, if_revision=1)
    for changes in ({"id": "x"}, {"title": "a\x00b"}, {"kind": "x" * 65}, {"series": "none such"}, {"date": "soon"}):
        with pytest.raises(InvalidValue) as refused:
            edit_record(record=record, changes=changes, by=BY)
        assert refused.value.attr in changes
    assert Record.objects.get(pk=record.pk).title == "Uno"
    with pytest.raises(NotAllowed):
        edit_record(record=record, changes={"title": "Tres"}, by=person_for(people["counsel"]))


def test_an_editor_files_only_where_a_grant_lets_them(people: dict[str, Any]) -> None:
    series = Series.objects.create(code="A", title="A")

    def secretary() -> Person:
        return person_for(people["secretary"])

    with pytest.raises(NotAllowed) as refused:
        new_version(series=series, by=secretary())
    assert refused.value.attr == "series"
    record = new_version(by=secretary()).record
    with pytest.raises(NotAllowed):
        edit_record(record=record, changes={"series": "A"}, by=secretary())
    give_grant(reader="user:secretary", by=BY, series=series, action="edit")
    assert edit_record(record=record, changes={"series": "A"}, by=secretary()).series == series
    new_version(series=series, by=secretary())


def test_a_session_brings_its_body() -> None:
    body = Body.objects.create(code="PL", name="PL", kind="plenary")
    put_session(code="S1", body=body, kind="ordinary", number=1, date=DAY, by=BY)
    record = edit_record(record=new_version().record, changes={"session": "S1"}, by=BY)
    assert record.body == body
    with pytest.raises(InvalidValue):
        put_session(code="S2", body=body, kind="ordinary", number=1, date=DAY, by=BY)
    with pytest.raises(InvalidValue):
        put_session(code="S2", body=body, kind="ordinary", number=0, date=DAY, by=BY)
