"""Bodies, sessions, memberships and series over the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from records.services.opening import give_grant
from records.services.organising import put_body, put_membership, put_series, put_session

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Client = Callable[[str], APIClient]


@pytest.fixture
def commission(people: dict[str, Any], operator_person: Any) -> Any:
    by = operator_person
    plenary = put_body(code="pleno", name="Pleno", kind="plenary", by=by)
    group = put_body(code="gt-1", name="Grupo 1", kind="working_group", parent=plenary, by=by)
    put_body(code="sg-1", name="Subgrupo", kind="subgroup", parent=group, by=by)
    put_body(code="a-secretaria", name="Secretaría", kind="secretariat", by=by)
    for number in (1, 2, 3):
        put_session(
            code=f"p-{number}", body=plenary, kind="ordinary", number=number, date=dt.date(2024, number, 5), by=by
        )
    put_session(code="g-1", body=group, kind="extended", number=1, date=dt.date(2023, 6, 1), by=by)
    put_membership(user=people["member"], body=plenary, starts=dt.date(2024, 2, 1), ends=dt.date(2024, 2, 29), by=by)
    return plenary


def test_bodies_are_a_tree(client_of: Client, commission: Any) -> None:
    rows = client_of("").get("/api/v1/bodies/").json()["results"]
    assert [(row["code"], row["depth"], row["parent"]) for row in rows] == [
        ("a-secretaria", 0, None),
        ("pleno", 0, None),
        ("gt-1", 1, "pleno"),
        ("sg-1", 2, "gt-1"),
    ]


def test_sessions_by_body_kind_and_day(client_of: Client, commission: Any) -> None:
    client = client_of("counsel")

    def codes(**asked: str) -> list[str]:
        return [row["code"] for row in client.get("/api/v1/sessions/", asked).json()["results"]]

    assert codes() == ["p-3", "p-2", "p-1", "g-1"]
    assert codes(body="gt-1") == ["g-1"]
    assert codes(kind="ordinary", date_to="2024-02-05") == ["p-2", "p-1"]
    assert codes(year="2023") == ["g-1"]
    assert codes(body="nowhere") == []
    page = client.get("/api/v1/sessions/", {"size": "3"}).json()
    rest = client.get("/api/v1/sessions/", {"size": "3", "cursor": page["next"]}).json()
    assert [row["code"] for row in rest["results"]] == ["g-1"]
    assert client.get("/api/v1/sessions/", {"date_to": "2024-02-31"}).json()["errors"][0]["attr"] == "date_to"
    assert client_of("").get("/api/v1/sessions/").json()["results"] == []


def test_a_stranger_knows_a_session_by_its_public_record(client_of: Client, commission: Any, make_record: Make) -> None:
    make_record("Acta", access="public", session="p-1")
    make_record("Acta", access="internal", session="p-2")
    assert [row["code"] for row in client_of("").get("/api/v1/sessions/").json()["results"]] == ["p-1"]


def test_memberships(client_of: Client, commission: Any) -> None:
    assert client_of("").get("/api/v1/memberships/").json()["results"] == []
    client = client_of("counsel")
    [seat] = client.get("/api/v1/memberships/", {"body": "pleno", "on": "2024-02-29"}).json()["results"]
    assert (seat["user"], seat["body"], seat["capacity"], seat["ends"]) == ("member", "pleno", "full", "2024-02-29")
    assert client.get("/api/v1/memberships/", {"on": "2024-03-01"}).json()["results"] == []


def test_a_series_that_only_hidden_records_are_in_is_hidden(
    client_of: Client, make_record: Make, operator_person: Any
) -> None:
    by = operator_person
    root = put_series(code="F", title="Fondo", by=by)
    put_series(code="F-1", title="Actas", parent=root, by=by)
    hidden = put_series(code="F-2", title="zqxsecreto", parent=root, access="reserved", by=by)
    put_series(code="F-3", title="Vacía", parent=root, by=by)
    make_record("Acta", access="public", series="F-1")
    make_record("Informe", access="reserved", series="F-2")

    def codes(name: str) -> list[str]:
        return [row["code"] for row in client_of(name).get("/api/v1/series/").json()["results"]]

    assert codes("") == codes("counsel") == ["F", "F-1"]
    assert codes("archivist") == ["F", "F-1", "F-2", "F-3"]
    give_grant(reader="user:counsel", series=hidden, by=by)
    assert codes("counsel") == ["F", "F-1", "F-2"]
    assert codes("") == ["F", "F-1"]


@pytest.mark.parametrize("route", ["bodies", "sessions", "memberships", "series"])
def test_ten_more_rows_add_no_query(
    client_of: Client, commission: Any, people: dict[str, Any], operator_person: Any, route: str
) -> None:
    client, by = client_of("archivist"), operator_person

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/api/v1/{route}/").status_code == 200
        return len(seen)

    put_series(code="A", title="A", by=by)
    before = queries()
    for number in range(10):
        body = put_body(code=f"b-{number}", name="B", kind="plenary", parent=commission, by=by)
        put_session(code=f"s-{number}", body=body, kind="ordinary", number=1, date=dt.date(2022, 1, 1), by=by)
        put_membership(user=people["counsel"], body=body, starts=dt.date(2022, 1, 1), by=by)
        put_series(code=f"A-{number}", title="A", by=by)
    assert queries() == before
