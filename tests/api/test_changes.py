"""Publishing, withdrawing, classifying, grants and events over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from records.persons import operator, person_for
from records.services.accession import add_version
from records.services.organising import put_body
from tests.records.making import draft

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Client = Callable[[str], APIClient]


@pytest.fixture
def record(make_record: Make, people: dict[str, Any]) -> Any:
    return make_record("Directiva", access="internal", state="draft", by=person_for(people["archivist"]))


def address(record: Any, name: str = "") -> str:
    return f"/api/v1/records/{record.pk}/{name}"


def test_a_draft_is_published_and_withdrawn(client_of: Client, record: Any) -> None:
    archivist, counsel = client_of("archivist"), client_of("counsel")
    assert counsel.get(address(record)).status_code == 404
    published = archivist.post(address(record, "publish"), {"valid_from": "2024-01-01"})
    assert published.status_code == 200, published.content
    assert (published.json()["state"], published.json()["valid_from"]) == ("published", "2024-01-01")
    assert counsel.get(address(record)).status_code == 200
    again = archivist.post(address(record, "publish"), {"valid_from": "2025-01-01"})
    assert again.status_code == 409
    assert again.json()["errors"][0]["code"] == "already_published"
    assert counsel.post(address(record, "withdraw"), {"version": 1}).status_code == 403
    withdrawn = archivist.post(address(record, "withdraw"), {"version": 1, "reason": "error material"})
    assert withdrawn.json()["state"] == "withdrawn"
    assert counsel.get(address(record)).status_code == 404
    assert archivist.post(address(record, "withdraw"), {"version": 1}).json()["errors"][0]["code"] == "not_published"


@pytest.mark.parametrize(
    ("body", "attr"),
    [({"version": 7}, "version"), ({"valid_from": "2024-13-40"}, "valid_from"), ({"when": "now"}, "when")],
)
def test_a_publication_that_cannot_be(client_of: Client, record: Any, body: Any, attr: str) -> None:
    answer = client_of("archivist").post(address(record, "publish"), body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr


def test_classifying_takes_effect_at_the_next_request(client_of: Client, record: Any) -> None:
    archivist, counsel = client_of("archivist"), client_of("counsel")
    archivist.post(address(record, "publish"))
    assert counsel.get(address(record)).status_code == 200
    closed = archivist.post(address(record, "classify"), {"classification": "reserved"})
    assert closed.json() == {"classification": "reserved"}
    assert counsel.get(address(record)).status_code == 404
    assert archivist.post(address(record, "classify"), {"classification": "secret"}).status_code == 400


def test_grants_are_given_shown_and_taken_back(client_of: Client, record: Any) -> None:
    archivist, counsel = client_of("archivist"), client_of("counsel")
    archivist.post(address(record, "publish"))
    archivist.post(address(record, "classify"), {"classification": "reserved"})
    given = archivist.post(address(record, "grants/"), {"reader": "user:counsel", "ends": "2099-12-31"})
    assert given.status_code == 201
    assert given.json() == {
        "reader": "user:counsel",
        "action": "read",
        "starts": None,
        "ends": "2099-12-31",
        "running": True,
    }
    assert counsel.get(address(record)).status_code == 200
    assert counsel.get(address(record, "grants/")).status_code == 403
    readers = [grant["reader"] for grant in archivist.get(address(record, "grants/")).json()["results"]]
    assert readers == ["user:archivist", "user:counsel"]
    gone = archivist.delete(address(record, "grants/?reader=user:counsel"))
    assert gone.status_code == 204
    assert counsel.get(address(record)).status_code == 404
    assert archivist.delete(address(record, "grants/?reader=user:counsel")).status_code == 404
    assert archivist.delete(address(record, "grants/?reader=nobody")).json()["errors"][0]["attr"] == "reader"
    assert archivist.post(address(record, "grants/"), {"reader": "nobody"}).json()["errors"][0]["attr"] == "reader"
    backwards = {"reader": "user:counsel", "starts": "2024-02-01", "ends": "2024-01-01"}
    assert archivist.post(address(record, "grants/"), backwards).json()["errors"][0]["attr"] == "ends"


def test_the_history_of_a_record_is_for_those_who_manage_it(client_of: Client, record: Any) -> None:
    archivist = client_of("archivist")
    archivist.post(address(record, "publish"))
    archivist.post(address(record, "classify"), {"classification": "public"})
    names = [event["name"] for event in archivist.get(address(record, "events/")).json()["results"]]
    assert names == ["record.classified", "version.published", "record.created"]
    assert client_of("counsel").get(address(record, "events/")).status_code == 403
    assert client_of("").get(address(record, "events/")).status_code == 401
    assert client_of("auditor").get(address(record, "events/")).status_code == 200
    only = archivist.get(address(record, "events/"), {"name": "version.published"}).json()["results"]
    assert [event["name"] for event in only] == ["version.published"]
    assert archivist.get(address(record, "events/"), {"name": "none"}).json()["errors"][0]["attr"] == "name"


def test_auditors_see_all_events_but_not_what_hidden_records_hold(client_of: Client, record: Any) -> None:
    client_of("archivist").patch(address(record), {"title": "zqxsecreto"})
    for name, status in (("", 401), ("counsel", 403), ("archivist", 403), ("operator_user", 403), ("auditor", 200)):
        assert client_of(name).get("/api/v1/events/").status_code == status
    answer = client_of("auditor").get("/api/v1/events/", {"size": "200"})
    [edited] = [event for event in answer.json()["results"] if event["name"] == "record.edited"]
    assert (edited["subject"], edited["details"], edited["withheld"]) == ("", {}, True)
    assert "zqxsecreto" not in answer.content.decode()
    assert "documento.txt" not in answer.content.decode()


def test_an_auditor_who_may_only_read_is_told_no_notes_and_nothing_of_drafts(client_of: Client, record: Any) -> None:
    archivist, auditor = client_of("archivist"), client_of("auditor")
    archivist.post(address(record, "publish"))
    archivist.patch(address(record), {"title": "Acta", "notes": "zqxnota"})
    second = add_version(draft=draft(version_of=record, publish=False), by=operator(origin="test"))
    for where in (address(record, "events/"), "/api/v1/events/?size=200"):
        answer = auditor.get(where)
        told = {(one["name"], one["version"]): one for one in answer.json()["results"]}
        assert told[("record.edited", None)]["details"] == {"title": "Acta"}
        assert told[("version.created", second.number)]["withheld"]
        assert told[("version.created", second.number)]["details"] == {}
        assert told[("record.created", 1)]["subject"] == "documento.txt"
        assert "zqxnota" not in answer.content.decode()
    assert "zqxnota" in archivist.get(address(record, "events/")).content.decode()


def test_filing_a_record_elsewhere_decides_who_reads_it(client_of: Client, record: Any) -> None:
    """To edit is not to decide who reads: body, session and series open a record as grants do."""
    archivist, secretary = client_of("archivist"), client_of("secretary")
    put_body(code="pleno", name="Pleno", kind="plenary", by=operator(origin="test"))
    archivist.post(address(record, "grants/"), {"reader": "user:secretary", "action": "edit"})
    assert secretary.patch(address(record), {"title": "Acta", "body": None, "series": ""}).status_code == 200
    refused = secretary.patch(address(record), {"body": "pleno"})
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (403, "body")
    assert archivist.patch(address(record), {"body": "pleno"}).json()["body"] == "pleno"
    assert secretary.patch(address(record), {"title": "Acta 1", "body": "pleno"}).status_code == 200
    assert secretary.patch(address(record), {"body": None}).status_code == 403
