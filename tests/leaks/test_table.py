"""The table: every route × every kind of reader, S against what never was. A new route fails until it is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.leaks.answers import told
from tests.leaks.routes import ELSEWHERE, LISTS, METHODS, WITH_ID, address_of, ask, named_routes, routes
from tests.leaks.world import READERS, SECRET, furnish, hide, unknown_ids

pytestmark = pytest.mark.django_db


def test_every_route_is_in_the_table() -> None:
    names = {name for name, _ in named_routes()}
    known = {*WITH_ID, *LISTS, *ELSEWHERE}
    assert sorted(names - known) == []
    assert sorted(known - names) == []
    assert not set(WITH_ID) & set(LISTS)


@pytest.mark.parametrize("reader", READERS)
def test_what_belongs_to_s_is_answered_as_what_never_was(
    reader: str, people: dict[str, Any], make_record: Callable[..., Any]
) -> None:
    world = furnish(people, make_record)
    hide(world)
    client = world.client(reader)
    differ = []
    for name, pattern, asked in routes(WITH_ID):
        if reader == "operator_user" and asked.of in ("batch", "job"):
            continue  # operators see everybody's work: by id and state, see test_items
        for query in asked.queries:
            for method in METHODS:
                real, none = (
                    told(ask(client, method, address_of(pattern, asked, ids) + query, asked), ids)
                    for ids in (world.ids(), unknown_ids())
                )
                if real != none:
                    differ.append((name, method, query, real, none))
                if method == "get":
                    assert real[0] in (302, 400, 401, 403, 404, 405), (name, query, real)
                assert SECRET.encode() not in real[2].replace(query.encode(), b""), name
    assert differ == []
