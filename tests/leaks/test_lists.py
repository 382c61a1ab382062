"""Lists, search, facets and suggestions: the same before S is there, while it is not yet indexed, and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.leaks.answers import told
from tests.leaks.routes import LISTS, address_of, ask, routes
from tests.leaks.world import READERS, SECRET, World, furnish, hide

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("reader", READERS)
def test_lists_are_the_same_before_s_and_with_it(
    reader: str, people: dict[str, Any], make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    world = furnish(people, make_record)
    settle()
    before = all_lists(world.client(reader))
    hide(world)
    unindexed = all_lists(world.client(reader))
    settle()
    after = all_lists(world.client(reader))
    assert [key for key in before if before[key] != unindexed[key]] == []
    assert [key for key in before if before[key] != after[key]] == []


def all_lists(client: Client) -> dict[tuple[str, str, str], Any]:
    """Ask every list every question; no answer may fail on our side.

    What an asking writes, a synonym say, is taken back: the next round asks the same site.
    """
    found = {}
    for name, pattern, asked in routes(LISTS):
        for query in asked.queries:
            for method in ("get", *asked.bodies):
                with transaction.atomic():
                    answer = told(ask(client, method, address_of(pattern, asked, {}) + query, asked), {})
                    transaction.set_rollback(True)
                assert answer[0] < 500, (name, query, answer)
                found[(name, method, query)] = answer
    return found


def test_an_insider_does_see_s(
    people: dict[str, Any], make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    world: World = furnish(people, make_record)
    hide(world)
    settle()
    client = world.client("insider")
    assert client.get(f"/api/v1/records/{world.record.pk}/").status_code == 200
    found = client.get("/api/v1/search", {"q": SECRET}).json()
    assert [row["id"] for row in found["results"]] == [str(world.record.pk)]
    assert found["total"] == 1
