"""The database is slow, breaks off in the middle of an answer, or is gone: what people are told, and what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import InterfaceError, OperationalError, connection, connections
from django.test import Client
from rest_framework.test import APIClient

from records.models import Dirty, Event, User, Version
from records.persons import operator
from records.services.people import put_user
from records.services.publishing import publish_version
from tests.drills.tcp_proxy import GONE, LATE, PASSES, TcpProxy, tcp_proxy
from tests.records.making import new_version

pytestmark = [pytest.mark.full]


@pytest.fixture
def wire(on_postgresql: str) -> Iterator[TcpProxy]:
    """The site reaches its database over a wire that can be broken."""
    straight = connections.settings["default"]
    with tcp_proxy(straight["HOST"], int(straight["PORT"])) as wire:
        bent = {**straight, "PORT": str(wire.port), "OPTIONS": {**straight["OPTIONS"]}}
        # Its own pool: another would hand out connections that know nothing of the wire.
        connection.close()
        connection.close_pool()
        connections.settings["default"] = bent
        before, connections["default"] = connections["default"], connections.create_connection("default")
        yield wire
        wire.line = PASSES
        connection.close()
        connection.close_pool()
        connections.settings["default"], connections["default"] = straight, before


@pytest.fixture
def archivist(wire: TcpProxy) -> APIClient:
    put_user(username="archivist", roles=["archivist"], by=operator("test"))
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(User.objects.get(username="archivist"))
    return client


def listed(client: APIClient) -> int:
    """The status of a list; each request takes its connection from the pool, as in a site, and gives it back."""
    status: int = client.get("/api/v1/records/").status_code
    connection.close()
    return status


def test_a_slow_database_is_waited_for(wire: TcpProxy, archivist: APIClient) -> None:
    wire.line, wire.late_seconds = LATE, 0.05
    assert listed(archivist) == 200


def test_connections_that_died_in_the_pool_are_replaced_unseen(wire: TcpProxy, archivist: APIClient) -> None:
    assert listed(archivist) == 200
    wire.reset()
    assert listed(archivist) == 200


@pytest.mark.fault("F25")
def test_a_database_that_is_gone_is_a_503_and_comes_back_by_itself(wire: TcpProxy, archivist: APIClient) -> None:
    assert listed(archivist) == 200
    wire.line = GONE
    wire.reset()
    answer = archivist.get("/api/v1/records/")
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["code"] == "database_unavailable"
    assert answer.headers["Retry-After"]
    page = Client(raise_request_exception=False).get("/")
    assert page.status_code == 503
    assert b"Traceback" not in page.content
    wire.line, wire.answers_left = PASSES, None
    while listed(archivist) == 503:
        pass
    assert listed(archivist) == 200


@pytest.mark.fault("F4", "F25")
@pytest.mark.parametrize("answers", range(0, 16, 3))
def test_an_answer_that_broke_off_leaves_all_of_a_change_or_nothing(wire: TcpProxy, answers: int) -> None:
    version = new_version(publish=False)
    wire.answers_left = answers
    with suppress(OperationalError, InterfaceError):
        publish_version(version=version, by=operator("test"))
    wire.line, wire.answers_left = PASSES, None
    connection.close()
    published = Version.objects.get(pk=version.pk).state == "published"
    assert published == Event.objects.filter(record=version.record_id, name="version.published").exists()
    assert Dirty.objects.get(record=version.record_id).revision == version.record.revision + published
