"""Search tells nothing of S: totals, facets, dates, words, snippets, citations, and cursors of those who did see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from records.models import Dirty
from records.persons import operator
from records.services.opening import classify_record, give_grant, revoke_grant
from records.services.people import put_user
from tests.leaks.answers import told
from tests.leaks.world import PASSWORD, READERS, SECRET, World, furnish, hide

pytestmark = pytest.mark.django_db
ALL_FACETS = "kind,issuer,series,body,session_kind,status,language,year"


@pytest.fixture
def world(people: dict[str, Any], make_record: Callable[..., Any], settle: Callable[[], None]) -> World:
    """A site with S in it, indexed."""
    made = furnish(people, make_record)
    hide(made)
    settle()
    return made


def asked(client: Client, **query: str) -> dict[str, Any]:
    answer = client.get("/api/v1/search", query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def open_to(world: World, name: str) -> None:
    give_grant(reader=f"user:{name}", record=world.record, by=operator("test"))


@pytest.mark.parametrize("reader", READERS)
def test_no_filter_on_dates_or_values_tells_of_s(world: World, reader: str) -> None:
    client = world.client(reader)
    for query in (
        {"date_to": "1907-12-31"},
        {"date_from": "1907-05-05", "date_to": "1907-05-05"},
        {"year": "1907"},
        {"series": "RESERVADA"},
        {"issuer": f"Oficina {SECRET}"},
        {"kind": "informe"},
        {"as_of": "1907-06-01", "year": "1907"},
        {"versions": "all", "year": "1907"},
    ):
        found = asked(client, facets=ALL_FACETS, **query)
        assert (found["total"], found["results"]) == (0, []), query
        assert SECRET not in str(found).replace(query.get("issuer", "-"), "")
        assert "1907" not in {value["value"] for value in found["facets"]["year"]}


@pytest.mark.parametrize("reader", READERS)
def test_words_of_s_are_neither_meant_nor_suggested_nor_shown(world: World, reader: str) -> None:
    client = world.client(reader)
    for word in (SECRET, "zqxsecretx", "zqxsecretoo", "Zqxnombre"):
        found = asked(client, q=f"{word} mesa", facets=ALL_FACETS)
        assert found["suggestion"] is None
        assert SECRET not in str(found["results"])
        assert client.get("/api/v1/suggest", {"q": word[:6]}).json() == {"results": []}
    insider = world.client("insider")
    assert asked(insider, q="zqxsecretx")["suggestion"] == SECRET
    assert f"<mark>{SECRET}</mark>" in str(asked(insider, q=SECRET, scope="text")["results"])


@pytest.mark.parametrize("reader", READERS)
def test_the_number_of_s_is_looked_up_as_one_nobody_bears(world: World, reader: str) -> None:
    client = world.client(reader)
    real, none = (
        told(client.get("/api/v1/lookup", {"citation": f"Informe {number}"}), {"number": number})
        for number in ("907-1907-ZQX", "908-1907-ZQX")
    )
    assert real == none
    assert real[0] == 404


def test_a_cursor_serves_only_whom_it_was_given(world: World) -> None:
    cursor = asked(world.client("insider"), sort="date", size="1")["next"]
    assert cursor
    for reader in READERS:
        answer = world.client(reader).get("/api/v1/search", {"sort": "date", "size": "1", "cursor": cursor})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid_cursor")
    other = world.client("insider").get("/api/v1/search", {"sort": "date", "q": "x", "cursor": cursor})
    assert other.json()["errors"][0]["code"] == "invalid_cursor"


@pytest.mark.fault("F36")
def test_a_cursor_from_before_a_revocation_shows_nothing_of_what_was_taken(
    world: World, settle: Callable[[], None]
) -> None:
    open_to(world, "counsel")
    settle()
    client = world.client("counsel")
    first = asked(client, sort="-date", size="1")
    assert first["total"] == len(everything(client))
    assert str(world.record.pk) in everything(client)
    revoke_grant(reader="user:counsel", record=world.record, by=operator("test"))
    rest = everything(client, cursor=first["next"])
    assert str(world.record.pk) not in rest
    assert Dirty.objects.filter(record=world.record.pk).exists()


def everything(client: Client, cursor: str = "") -> list[str]:
    """Return the ids of a listing by date, page after page."""
    ids: list[str] = []
    while True:
        found = asked(client, sort="-date", size="1", cursor=cursor)
        ids += [row["id"] for row in found["results"]]
        if found["next"] is None:
            return ids
        cursor = found["next"]


@pytest.mark.fault("F24")
@pytest.mark.parametrize("how", ["revoked", "left the group"])
def test_what_was_taken_is_gone_at_once_from_every_answer_of_search(
    world: World, settle: Callable[[], None], how: str
) -> None:
    client = world.client("counsel")
    before = answers(client)
    if how == "revoked":
        open_to(world, "counsel")
    else:
        put_user(username="counsel", password=PASSWORD, groups=["comision-a"], by=operator("test"))
    settle()
    assert answers(client) != before
    if how == "revoked":
        revoke_grant(reader="user:counsel", record=world.record, by=operator("test"))
    else:
        world.people["counsel"].groups.clear()
    assert answers(client) == before
    settle()
    assert answers(client) == before


def test_what_is_closed_is_gone_at_once(world: World, settle: Callable[[], None]) -> None:
    by = operator("test")
    client = world.client("")
    before = answers(client)
    classify_record(record=world.record, classification="public", by=by)
    settle()
    assert answers(client) != before
    classify_record(record=world.record, classification="reserved", by=by)
    assert answers(client) == before
    settle()
    assert answers(client) == before


def answers(client: Client) -> list[Any]:
    """Return what search says of S in all its ways."""
    return [
        told(client.get(address), {})
        for address in (
            f"/api/v1/search?facets={ALL_FACETS}&sort=date&size=100",
            f"/api/v1/search?q={SECRET}&facets=kind",
            f"/api/v1/search?q={SECRET}&scope=text",
            "/api/v1/search?q=zqxsecretx",
            "/api/v1/search?date_to=1907-12-31&facets=year",
            "/api/v1/suggest?q=zqx",
            "/api/v1/suggest?q=907-19",
            "/api/v1/lookup?citation=Informe+907-1907-ZQX",
        )
    ]


def test_ten_more_results_add_no_query_to_the_page(
    people: dict[str, Any], make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    client = Client()
    client.force_login(people["counsel"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/search/", {"q": "directiva", "scope": "text"}).status_code == 200
        return len(seen)

    make_record("Directiva", "Directiva de archivo.", access="public")
    settle()
    queries()
    before = queries()
    for number in range(10):
        make_record(f"Directiva {number}", f"Otra directiva de archivo {number}.", access="public")
    settle()
    assert queries() == before
