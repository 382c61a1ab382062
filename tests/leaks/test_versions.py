"""A record that all may read, with a draft, a withdrawn version and a closed original that none of them may know of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ingest.accession import Incoming, take_in
from ingest.intake import capture
from records.models import Rendition, Version
from records.persons import operator
from records.services.opening import set_audience
from records.services.publishing import withdraw_version
from tests.leaks.answers import told

pytestmark = pytest.mark.django_db
BY = operator(origin="test")
SECRET = "zqxborrador"
READERS = ("", "counsel", "archivist", "auditor")
# {n}: the number of a hidden version, or of one that never was.
ASKED = (
    "/api/v1/records/{id}/versions/{n}/",
    "/api/v1/records/{id}/versions/{n}/file",
    "/api/v1/records/{id}/versions/{n}/file?rendition=original",
    "/api/v1/records/{id}/pages/1/?version={n}",
    "/api/v1/records/{id}/sections/?version={n}",
    "/api/v1/records/{id}/citations/?version={n}",
    "/api/v1/records/{id}/relations/?version={n}",
    "/api/v1/records/{id}/diff?from=1&to={n}",
    "/api/v1/records/{id}/diff?from={n}&to=1",
    "/records/{id}/?version={n}",
)
LISTS = (
    "/api/v1/records/{id}/",
    "/api/v1/records/{id}/versions/",
    "/api/v1/records/{id}/cited-by/",
    "/api/v1/records/",
    f"/api/v1/search?q={SECRET}&versions=all&facets=kind,year",
    f"/api/v1/search?q={SECRET}&scope=text",
    f"/api/v1/suggest?q={SECRET}",
    "/records/{id}/",
    f"/search/?q={SECRET}",
    "/",
)


def add(record: Any, text: str, **said: Any) -> Version:
    import io

    captured = capture(io.BytesIO(text.encode()), f"{SECRET}.txt")
    incoming = Incoming(path=f"{SECRET}.txt", captured=captured, version_of=record, **said)
    return take_in(incoming=[incoming], by=BY)[0].version


@pytest.fixture
def record(make_record: Callable[..., Any], people: dict[str, Any]) -> Any:
    return make_record("", "Directiva 001-2024-ZQX. Artículo 1. Lo que todos leen.", access="public", name="d.txt")


def signed_in(people: dict[str, Any], reader: str) -> Client:
    client = Client(raise_request_exception=False)
    if reader:
        client.force_login(people[reader])
    return client


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_hidden_version_is_one_that_never_was(
    state: str, record: Any, people: dict[str, Any], settle: Callable[[], None]
) -> None:
    settle()
    clients = {reader: signed_in(people, reader) for reader in READERS}
    before = {(reader, url): seen(client, url, record) for reader, client in clients.items() for url in LISTS}
    text = f"Directiva 002-2024-ZQX. Título {SECRET}. Artículo 1. Lo {SECRET}."
    version = add(record, text, publish=state != "draft")
    if state == "withdrawn":
        # As if it had never been: what it ended runs on again by another publication, which is not asked for here.
        withdraw_version(version=version, by=BY)
        Version.objects.filter(record=record, number=1).update(valid_to=None)
    for index_is_current in (False, True):
        if index_is_current:
            settle()
        for (reader, url), was in before.items():
            if url == "/" and state == "withdrawn" and not index_is_current:
                continue  # until the index is told, the whole record is left out of counts
            now = seen(clients[reader], url, record)
            assert now == was, (reader, url, index_is_current)
    for reader, client in clients.items():
        for url in ASKED:
            answers = [asked(client, url, record, number) for number in (version.number, 7)]
            assert answers[0] == answers[1], (reader, url)
            assert SECRET.encode() not in answers[0][2]
        for change in ("publish", "withdraw"):
            sent = [
                told(client.post(f"/api/v1/records/{record.pk}/{change}", {"version": number}, "application/json"), {})
                for number in (version.number, 7)
            ]
            assert sent[0] == sent[1]


def test_a_closed_original_leaves_nothing_in_search(
    record: Any, people: dict[str, Any], make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    closed = make_record("Acta con nombres", f"La persona {SECRET} declaró.", access="public", name=f"{SECRET}.txt")
    settle()
    client = signed_in(people, "counsel")
    assert client.get(f"/api/v1/search?q={SECRET}").json()["total"] == 1
    set_audience(rendition=Rendition.objects.get(version__record=closed, kind="original"), audience="editors", by=BY)
    for index_is_current in (False, True):
        if index_is_current:
            settle()
        for url in LISTS:
            answer = client.get(url.replace("{id}", str(closed.pk)))
            shown = answer.content.decode().replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "")
            if "/api/" in url:
                assert SECRET not in shown, (url, index_is_current)
            if url.startswith("/api/v1/search"):
                assert answer.json()["total"] == 0, (url, index_is_current)
        assert client.get(f"/api/v1/records/{closed.pk}/pages/1/").status_code == 404


def seen(client: Client, url: str, record: Any) -> Any:
    status, headers, body = told(client.get(url.replace("{id}", str(record.pk))), {})
    return status, headers, re.sub(rb'"took_ms":\d+', b"", body)


def differing(one: Any, other: Any) -> tuple[Any, ...]:
    """Return what two answers do not share, so that a failure says where to look."""
    headers = set(one[1].items()) ^ set(other[1].items())
    lines = set(one[2].splitlines()) ^ set(other[2].splitlines())
    return one[0], other[0], headers, lines


def asked(client: Client, url: str, record: Any, number: int) -> Any:
    address = url.replace("{id}", str(record.pk)).replace("{n}", str(number))
    status, headers, body = told(client.get(address), {})
    return status, headers, re.sub(rb"version(=|%3D)\d", rb"version\1N", body)
