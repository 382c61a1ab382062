"""The list of leaks item by item, as far as search goes: asked as each kind of reader, and as S's insider to be sure.

Where each item is: 9–16, 20, 22, 39 and 47 are manners of `search_list.py`; 17 is `test_order.py`; 18, 19, 21, 27 and
50 are here, with cursors after a revocation in `test_search.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from storage import outside
from tests.leaks.answers import told
from tests.leaks.routes import named_routes
from tests.leaks.search_list import (
    CITED,
    MANNERS,
    NEVER_ASKED_HERE,
    NOT_THERE,
    REFUSED,
    REFUSED_VALUES,
    addresses,
    doors,
    further_doors,
)
from tests.leaks.world import READERS, SECRET, UNKNOWN, World, furnish, hide

pytestmark = pytest.mark.django_db
# The others hold what is not enough, or roles that open nothing by themselves.
SOME_READERS = [
    reader if reader in ("", "member") else pytest.param(reader, marks=pytest.mark.slow) for reader in READERS
]
WORD_OF_NOBODY = "zqxsacrite"
Answers = dict[str, dict[str, Any]]


@pytest.fixture
def world(people: dict[str, Any], make_record: Callable[..., Any], settle: Callable[[], None]) -> World:
    """A site before S is there, with a public record that S will cite."""
    made = furnish(people, make_record)
    make_record("Decreto de datos", "Datos abiertos.", kind="decreto-supremo", number=CITED, access="public")
    settle()
    return made


def cited_id() -> str:
    from records.models import Record

    return str(Record.objects.get(title="Decreto de datos").pk)


def all_answers(client: Client) -> Answers:
    """Ask in every manner; no answer may fail on our side."""
    cited = cited_id()
    found: Answers = {}
    for name, manner in MANNERS.items():
        found[name] = {address: told(client.get(address), {}) for address in addresses(manner, cited)}
        for address, body in manner.posts.items():
            found[name][f"POST {address}"] = told(client.post(address, body, content_type="application/json"), {})
        assert {address: answer for address, answer in found[name].items() if answer[0] >= 500} == {}
    return found


def differing(one: Answers, other: Answers) -> dict[str, list[str]]:
    """Return, by manner, the addresses that are not answered alike."""
    unlike = {
        name: [address for address in answers if answers[address] != other[name][address]]
        for name, answers in one.items()
    }
    return {name: those for name, those in unlike.items() if those}


@pytest.mark.parametrize("reader", SOME_READERS)
def test_no_manner_of_asking_tells_of_s(reader: str, world: World, settle: Callable[[], None]) -> None:
    client = world.client(reader)
    before = all_answers(client)
    hide(world)
    settle()
    assert differing(before, all_answers(client)) == {}


def test_each_manner_does_tell_its_insider_of_s(world: World, settle: Callable[[], None]) -> None:
    """Else it would ask for nothing, and find no leak either."""
    client = world.client("insider")
    before = all_answers(client)
    hide(world)
    settle()
    assert sorted(set(MANNERS) - set(differing(before, all_answers(client)))) == []


@pytest.mark.parametrize("reader", ["", "member", "insider"])
def test_parameters_that_would_tell_how_it_was_found_are_refused(reader: str, world: World) -> None:
    client = world.client(reader)
    for door in ("search?q=mesa", "suggest?q=mesa", "lookup?citation=DS+067-2011-PCM"):
        for parameter in REFUSED:
            answer = client.get(f"/api/v1/{door}&{parameter}")
            assert answer.status_code == 400, (door, parameter)
            assert answer.json()["errors"][0]["code"] == "unknown_parameter", (door, parameter)
    for value in REFUSED_VALUES:
        assert client.get(f"/api/v1/search?q=mesa&{value}").status_code == 400, value


@pytest.mark.parametrize("reader", ["", "member", "insider"])
def test_nothing_is_like_s_and_nobody_is_told_when_it_comes(reader: str, world: World) -> None:
    hide(world)
    client = world.client(reader)
    for address in NOT_THERE:
        for pk in (str(world.record.pk), cited_id(), UNKNOWN):
            assert client.get(address.replace("{id}", pk)).status_code == 404, address
    named = [f"{name} {pattern}" for name, pattern in named_routes()]
    assert [route for route in named if any(word in route.lower() for word in NEVER_ASKED_HERE)] == []


@pytest.mark.parametrize("reader", SOME_READERS)
def test_no_cursor_of_anybody_elses_is_taken(reader: str, world: World, settle: Callable[[], None]) -> None:
    hide(world)
    settle()
    ways: tuple[dict[str, str], ...] = (
        {"sort": "date"},
        {"q": "mesa persona"},
        {"q": "informe OR decreto OR mesa"},
        {"scope": "text", "q": "mesa"},
    )
    for way in ways:
        query = {**way, "size": "1"}
        for owner in ("insider", "counsel"):
            cursor = world.client(owner).get("/api/v1/search", query).json()["next"]
            if cursor is None:
                continue
            answer = world.client(reader).get("/api/v1/search", {**query, "cursor": cursor})
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid_cursor")


@contextmanager
def calls() -> Iterator[list[str]]:
    """List what other servers are asked meanwhile."""
    made: list[str] = []

    def listen(service: str, operation: str, _seconds: float, _failure: str) -> None:
        made.append(f"{service} {operation}")

    outside.listeners.append(listen)
    try:
        yield made
    finally:
        outside.listeners.remove(listen)


@pytest.mark.parametrize("reader", SOME_READERS)
def test_a_word_of_s_costs_as_much_work_as_a_word_of_nobody(
    reader: str, world: World, settle: Callable[[], None]
) -> None:
    """Item 50 without a clock: as many queries and requests; `make bench-leaks` measures the time itself."""
    hide(world)
    settle()
    client = world.client(reader)
    for manner in (
        "{}",
        "mesa {}",
        '"{}"',
        "{}*",
        "-{} mesa",
        "title:{}",
        "{}o",
        "informe {} sobre la persona que mira",
    ):
        real, none = ([*doors(text), *further_doors(text)] for text in map(manner.format, (SECRET, WORD_OF_NOBODY)))
        assert [work(client, door) for door in real] == [work(client, door) for door in none], manner
    for door in ("/api/v1/suggest?q={}", "/api/v1/lookup?citation=Informe+{}"):
        for one, other in ((SECRET, WORD_OF_NOBODY), ("907-1907-ZQX", "908-1908-ZQY")):
            assert work(client, door.format(one)) == work(client, door.format(other)), door


def work(client: Client, address: str) -> tuple[int, list[str]]:
    """Return the statements to the database, and the calls to other servers, that an answer takes."""
    client.get(address)
    with CaptureQueriesContext(connection) as statements, calls() as made:
        client.get(address)
    return len(statements), made
