"""What narrows holds at the next request, and what opens needs no index: both asked while the index stands still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from records.models import Dirty, Membership, Version
from records.persons import operator
from records.services.editing import edit_record
from records.services.opening import classify_record, give_grant, revoke_grant
from records.services.organising import put_body, put_membership, put_series, put_session
from records.services.people import put_user
from records.services.publishing import withdraw_version

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
BY = operator(origin="test")
WORD = "zqxacuerdo"
TODAY = timezone.localdate


def sees(client: Client, record: Any) -> set[str]:
    """Return by which ways the record shows."""
    search = client.get("/api/v1/search", {"q": WORD, "facets": "kind,issuer,year"}).json()
    listed = client.get("/api/v1/records/").json()["results"]
    ways = {
        "results": bool(search["results"]),
        "total": search["total"] != 0,
        "facets": any(search["facets"].values()),
        "text": bool(client.get("/api/v1/search", {"q": WORD, "scope": "text"}).json()["results"]),
        "suggest": bool(client.get("/api/v1/suggest", {"q": WORD}).json()["results"]),
        "list": str(record.pk) in {row["id"] for row in listed},
        "record": client.get(f"/api/v1/records/{record.pk}/").status_code == 200,
        "page": client.get(f"/records/{record.pk}/").status_code == 200,
        "file": client.head(f"/api/v1/records/{record.pk}/versions/1/file").status_code == 200,
    }
    return {way for way, shows in ways.items() if shows}


EVERY_WAY = {"results", "total", "facets", "text", "suggest", "list", "record", "page", "file"}


@pytest.fixture
def record(make_record: Make, people: dict[str, Any], settle: Callable[[], None]) -> Any:
    """Minutes of a session in a series, open to no one yet, and known to the index."""
    body = put_body(code="grupo", name="Grupo", kind="working_group", by=BY)
    put_session(code="grupo-1", body=body, kind="ordinary", number=1, date=TODAY(), by=BY)
    put_series(code="ACTAS", title="Actas", access="reserved", by=BY)
    put_series(code="OTRA", title="Otra", access="reserved", by=BY)
    said = {"access": "reserved", "session": "grupo-1", "series": "ACTAS", "kind": "acta", "issuer": "Grupo"}
    made = make_record(f"Acta del {WORD}", f"Acta del {WORD}. Se aprobó el {WORD}.", date="2024-05-05", **said)
    settle()
    return made


def by_group(record: Any, people: dict[str, Any]) -> None:
    put_user(username="counsel", groups=["legal"], by=BY)
    give_grant(reader="group:legal", record=record, by=BY)


def by_own_grant(record: Any, people: dict[str, Any]) -> None:
    give_grant(reader="user:counsel", record=record, by=BY)


def by_seat(record: Any, people: dict[str, Any]) -> None:
    put_membership(user=people["counsel"], body=record.session.body, starts=TODAY(), by=BY)


def by_series(record: Any, people: dict[str, Any]) -> None:
    give_grant(reader="user:counsel", series=record.series, by=BY)


def by_class(record: Any, people: dict[str, Any]) -> None:
    classify_record(record=record, classification="internal", by=BY)


NARROWINGS: dict[str, tuple[Callable[[Any, dict[str, Any]], None], Callable[[Any], object]]] = {
    "left the group": (by_group, lambda _: put_user(username="counsel", groups=[], by=BY)),
    "group's grant revoked": (by_group, lambda record: revoke_grant(reader="group:legal", record=record, by=BY)),
    "own grant revoked": (by_own_grant, lambda record: revoke_grant(reader="user:counsel", record=record, by=BY)),
    "grant cut short": (
        by_own_grant,
        lambda record: give_grant(reader="user:counsel", record=record, ends=TODAY() - dt.timedelta(days=1), by=BY),
    ),
    "seat taken away": (by_seat, lambda _: Membership.objects.all().delete()),
    "session moved to a day before the seat": (
        by_seat,
        lambda record: put_session(
            code="grupo-1",
            body=record.session.body,
            kind="ordinary",
            number=1,
            date=TODAY() - dt.timedelta(days=30),
            by=BY,
        ),
    ),
    "series grant revoked": (
        by_series,
        lambda one: revoke_grant(reader="user:counsel", series=one.series, by=BY),
    ),
    "moved to another series": (
        by_series,
        lambda one: edit_record(record=one, changes={"series": "OTRA"}, by=BY),
    ),
    "series opened further down only": (by_series, lambda _: put_series(code="ACTAS", access="internal", by=BY)),
    "reserved": (by_class, lambda record: classify_record(record=record, classification="reserved", by=BY)),
    "withdrawn": (
        by_own_grant,
        lambda record: withdraw_version(version=Version.objects.get(record=record), by=BY),
    ),
}


@pytest.mark.fault("F24")
@pytest.mark.parametrize("narrowing", NARROWINGS)
def test_what_narrows_holds_before_the_index_knows(
    narrowing: str, record: Any, people: dict[str, Any], settle: Callable[[], None], client: Client
) -> None:
    opens, narrows = NARROWINGS[narrowing]
    opens(record, people)
    settle()
    client.force_login(people["counsel"])
    assert sees(client, record) == EVERY_WAY
    narrows(record)
    assert sees(client, record) == set()
    settle()
    assert sees(client, record) == set()


@pytest.mark.parametrize("opens", [by_seat, by_series])
def test_a_new_member_and_a_series_grant_index_nothing_again(
    opens: Callable[[Any, dict[str, Any]], None], record: Any, people: dict[str, Any], client: Client
) -> None:
    client.force_login(people["counsel"])
    assert sees(client, record) == set()
    opens(record, people)
    assert not Dirty.objects.exists()
    assert sees(client, record) == EVERY_WAY
