"""`configure`: all of a document or none of it, in any order, and nothing the second time."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.errors import InvalidValue, NotAllowed
from records.models import Body, Event, Membership, Series, Session, User
from records.persons import operator, person_for
from records.services.configuring import configure
from records.services.organising import put_membership, put_series
from records.services.people import put_user

pytestmark = pytest.mark.django_db

BY = operator("test")
SITE: dict[str, Any] = {
    "users": [
        {"username": "ana", "password": "correct horse", "roles": ["archivist", "editor"], "groups": ["legal"]},
        {"username": "luis"},
    ],
    "groups": ["legal", {"name": "readers"}],
    "series": [
        {"code": "B", "title": "Actas", "parent": "A", "access": "reserved"},
        {"code": "A", "title": "Todo", "parent": None, "access": "public"},
    ],
    "bodies": [{"code": "GT", "name": "Grupo", "kind": "working_group", "parent": "PL"}, {"code": "PL"}],
    "memberships": [
        {"user": "ana", "body": "GT", "capacity": "alternate", "from": "2024-01-01", "to": "2024-12-31"},
        {"user": "luis", "body": "PL", "from": "2024-01-01", "to": None},
    ],
    "sessions": [{"code": "S1", "body": "PL", "kind": "extraordinary", "number": 1, "date": "2024-05-31"}],
}


def done(document: Any) -> tuple[int, int, int]:
    counts = configure(document=document, by=BY)
    return counts.created, counts.changed, counts.unchanged


def test_a_whole_site_from_one_document() -> None:
    # The group that a user names before the list does is made with the list.
    assert done(SITE) == (11, 0, 0)
    ana = User.objects.get(username="ana")
    assert ana.check_password("correct horse")
    assert set(ana.roles.values_list("role", flat=True)) == {"archivist", "editor"}
    assert list(ana.groups.values_list("name", flat=True)) == ["legal"]
    assert not User.objects.get(username="luis").has_usable_password()
    assert Series.objects.get(code="B").parent == Series.objects.get(code="A")
    assert Body.objects.get(code="GT").parent == Body.objects.get(code="PL")
    seat = Membership.objects.get(user=ana)
    assert (seat.capacity, seat.starts, seat.ends) == ("alternate", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    session = Session.objects.get(code="S1")
    assert (session.kind, session.year, session.number) == ("extraordinary", 2024, 1)


def test_asked_twice_nothing_changes() -> None:
    configure(document=SITE, by=BY)
    events = Event.objects.count()
    assert done(SITE) == (0, 0, 11)
    assert Event.objects.count() == events


def test_what_differs_is_changed_and_what_is_left_out_stays() -> None:
    configure(document=SITE, by=BY)
    put_series(code="B", by=BY, title="Actas", parent=Series.objects.get(code="A"), access="reserved", belonging="body")
    ana = User.objects.get(username="ana")
    put_membership(
        user=ana,
        body=Body.objects.get(code="GT"),
        by=BY,
        capacity="alternate",
        starts=dt.date(2024, 1, 1),
        ends=dt.date(2024, 12, 31),
        entity="MINJUS",
    )
    changed = {
        "users": [{"username": "ana", "roles": []}],
        "series": [{"code": "B", "title": "Actas y acuerdos"}, {"code": "A"}],
        "memberships": [{"user": "ana", "body": "GT", "capacity": "alternate", "from": "2024-01-01", "to": None}],
    }
    assert done(changed) == (0, 3, 1)
    series, seat = Series.objects.get(code="B"), Membership.objects.get(user=ana)
    assert (series.title, series.belonging, series.access) == ("Actas y acuerdos", "body", "reserved")
    assert series.parent is not None
    assert (seat.ends, seat.entity) == (None, "MINJUS")
    assert ana.check_password("correct horse")
    assert not ana.roles.exists()
    assert done({"series": [{"code": "B", "parent": None}]}) == (0, 1, 0)
    assert Series.objects.get(code="B").parent is None


def test_a_tree_may_be_turned_over() -> None:
    configure(document={"bodies": [{"code": "A"}, {"code": "B", "parent": "A"}]}, by=BY)
    assert done({"bodies": [{"code": "A", "parent": "B"}, {"code": "B", "parent": None}]}) == (0, 2, 0)


WRONG: dict[str, Any] = {
    "$": [],
    "people": {"people": []},
    "users": {"users": {}},
    "users[0]": {"users": ["ana"]},
    "users[0].username": {"users": [{"password": "x"}]},
    "users[1]": {"users": [{"username": "ana"}, {"username": "ana"}]},
    "users[0].name": {"users": [{"username": "ana", "name": "Ana"}]},
    "users[0].password": {"users": [{"username": "ana", "password": ""}]},
    "users[2].roles": {"users": [{"username": "a"}, {"username": "b"}, {"username": "c", "roles": ["boss"]}]},
    "users[0].groups[1]": {"users": [{"username": "ana", "groups": ["a", 5]}]},
    "users[0].groups": {"users": [{"username": "ana", "groups": ["a:b"]}]},
    "groups[0].groups": {"groups": ["a:b"]},
    "series[0].access": {"series": [{"code": "A", "access": "secret"}]},
    "series[0].code": {"series": [{"code": "A B"}]},
    "series[0].parent": {"series": [{"code": "A", "parent": "Z"}]},
    "series[1].parent": {
        "series": [
            {"code": "X"},
            {"code": "C", "parent": "B"},
            {"code": "A", "parent": "C"},
            {"code": "B", "parent": "A"},
        ]
    },
    "bodies[0].parent": {"bodies": [{"code": "A", "parent": "A"}]},
    "memberships[0].user": {"memberships": [{"user": "eva", "body": "PL", "from": "2024-01-01"}]},
    "memberships[0].body": {
        "memberships": [{"user": "ana", "body": "X", "from": "2024-01-01"}],
        "users": [{"username": "ana"}],
    },
    "memberships[0].from": {"memberships": [{"user": "ana", "body": "PL", "from": "2024-13-40"}]},
    "memberships[0].to": {
        "memberships": [{"user": "ana", "body": "PL", "from": "2024-02-01", "to": "2024-01-01"}],
        "users": [{"username": "ana"}],
        "bodies": [{"code": "PL"}],
    },
    "memberships[0].capacity": {
        "memberships": [{"user": "ana", "body": "PL", "from": "2024-02-01", "capacity": "chair"}],
        "users": [{"username": "ana"}],
        "bodies": [{"code": "PL"}],
    },
    "sessions[0].number": {"sessions": [{"code": "S", "body": "PL", "number": "1", "date": "2024-01-01"}]},
    "sessions[1].number": {
        "sessions": [{"code": code, "body": "PL", "number": 1, "date": "2024-01-01"} for code in "ST"],
        "bodies": [{"code": "PL"}],
    },
    "sessions[0].date": {"sessions": [{"code": "S", "body": "PL", "number": 1, "date": "20240101"}]},
}


@pytest.mark.parametrize("path", WRONG)
def test_what_is_wrong_is_named_by_its_path_and_nothing_changes(path: str) -> None:
    document = copy.deepcopy(WRONG[path])
    if isinstance(document, dict) and "groups" not in document:
        document["groups"] = ["made before the fault is met"]
    with pytest.raises(InvalidValue) as refused:
        configure(document=document, by=BY)
    assert refused.value.attr == path
    assert not Event.objects.exists()
    assert not User.objects.exists()


def test_only_operators_configure(people: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        configure(document=SITE, by=person_for(people["archivist"]))
    with pytest.raises(NotAllowed):
        put_user(username="eva", by=person_for(people["archivist"]))
    assert configure(document={}, by=person_for(people["operator_user"])).created == 0


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["A", "B", "2024-01-01"])
entries = st.dictionaries(
    st.sampled_from(["username", "code", "name", "parent", "roles", "groups", "body", "from", "to", "user", "date"]),
    leaves | st.lists(leaves, max_size=2),
    max_size=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    document=st.dictionaries(st.sampled_from(list(SITE)), leaves | st.lists(entries | leaves, max_size=3), max_size=3)
)
def test_no_document_does_worse_than_being_refused(db: None, document: Any) -> None:
    try:
        configure(document=document, by=BY)
    except InvalidValue as refused:
        path = refused.attr
    else:
        path = "none"
        assert configure(document=document, by=BY).created == 0
    assert path
