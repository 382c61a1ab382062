"""S asked for by headers, tokens and queries that other answers obey; and as many queries for S as for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken

from records.models import Blob, Version
from records.persons import operator
from records.services.opening import classify_record
from records.services.publishing import withdraw_version
from tests.leaks.answers import told
from tests.leaks.routes import WITH_ID, address_of, ask, routes
from tests.leaks.world import SECRET, World, furnish, hide, unknown_ids

pytestmark = pytest.mark.django_db
BY = operator(origin="test")


@pytest.fixture
def world(people: dict[str, Any], make_record: Callable[..., Any]) -> World:
    made = furnish(people, make_record)
    hide(made)
    return made


def both(world: World, client: Client, methods: tuple[str, ...] = ("get",), **headers: str) -> Iterator[Any]:
    """Ask every route with an id for S and for nothing; yield the name and both answers with their query counts."""
    for name, pattern, asked in routes(WITH_ID):
        for method in methods:
            pair = []
            for ids in (world.ids(), unknown_ids()):
                with CaptureQueriesContext(connection) as seen:
                    answer = getattr(client, method)(address_of(pattern, asked, ids), **headers)
                pair.append((told(answer, ids), len(seen)))
            yield name, pair[0], pair[1]


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["", "almost"])
def test_nothing_that_a_header_asks_for_tells_of_s(world: World, reader: str) -> None:
    etag = f'"{Blob.objects.get(versions__record=world.record).sha256}"'
    client = world.client(reader)
    for headers in (
        {"HTTP_IF_NONE_MATCH": "*"},
        {"HTTP_IF_NONE_MATCH": etag},
        {"HTTP_RANGE": "bytes=0-3"},
        {"HTTP_IF_MATCH": "*"},
        {"HTTP_ACCEPT": "application/pdf"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"},
    ):
        for name, real, none in both(world, client, ("get", "head"), **headers):
            assert real[0] == none[0], (name, headers)
            assert real[0][0] not in (200, 206, 304, 412), (name, headers)


@pytest.mark.parametrize("reader", ["", "almost", "auditor"])
def test_s_costs_as_many_queries_as_nothing(world: World, reader: str) -> None:
    """So that time tells nothing: what is hidden falls out inside the query, not after it."""
    client = world.client(reader)
    for _ in both(world, client):
        pass
    counts = {name: (real[1], none[1]) for name, real, none in both(world, client)}
    assert {name: pair for name, pair in counts.items() if pair[0] != pair[1]} == {}


def test_a_token_opens_no_more_than_its_person(world: World) -> None:
    token = AuthToken.objects.create(user=world.people["almost"])[1]
    for name, real, none in both(world, Client(), HTTP_AUTHORIZATION=f"Token {token}"):
        assert real[0] == none[0], name
        assert SECRET.encode() not in real[0][2]


def test_the_form_for_a_new_version_of_s_is_not_there(world: World) -> None:
    for reader in ("", "almost", "archivist", "secretary"):
        pages = [
            told(world.client(reader).get("/upload/", {"version_of": ids["record"]}), ids)
            for ids in (world.ids(), unknown_ids())
        ]
        assert pages[0] == pages[1]


@pytest.mark.parametrize("state", ["withdrawn", "draft"])
def test_a_public_record_without_a_published_version_never_was(world: World, state: str) -> None:
    """Withdrawn, or not yet published: to readers it is as if it had never been, whatever its class."""
    classify_record(record=world.record, classification="public", by=BY)
    version = Version.objects.get(record=world.record)
    if state == "withdrawn":
        assert world.client("").get(f"/api/v1/records/{world.record.pk}/").status_code == 200
        withdraw_version(version=version, by=BY)
    else:
        Version.objects.filter(pk=version.pk).update(state="draft", published_at=None)
    for reader in ("", "almost", "archivist"):
        for name, real, none in both(world, world.client(reader)):
            assert real == none, (name, reader)


def test_what_belongs_to_s_may_be_asked_for_as_before(world: World) -> None:
    """The table means something: an insider gets answers where the others get none."""
    client, ids = world.client("insider"), world.ids()
    found = {name: ask(client, "get", address_of(pattern, how, ids), how) for name, pattern, how in routes(WITH_ID)}
    seen = {name for name, answer in found.items() if answer.status_code == 200 and told(answer, ids)}
    assert {"api-record", "api-versions", "api-file", "api-upload", "api-batch", "api-job", "record", "batch"} <= seen
