"""Batches and jobs over the API: refused whole, taken in row by row, and followed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

from ingest.models import Batch, Job
from records.models import Record
from records.persons import operator
from records.services.opening import revoke_grant

pytestmark = pytest.mark.django_db
Client = Callable[[str], APIClient]


def sent(client: APIClient, content: bytes) -> dict[str, str]:
    """Upload one small file; return its row of a manifest."""
    upload = client.post("/api/v1/uploads/", {"filename": "acta.txt", "size": len(content)}).json()
    answer = client.put(f"/api/v1/uploads/{upload['id']}/parts/1", content, content_type="application/octet-stream")
    assert answer.status_code == 200
    return {"upload": upload["id"], "sha256": hashlib.sha256(content).hexdigest()}


def test_a_batch_takes_in_its_rows_and_is_followed(client_of: Client, settle: Callable[[], None]) -> None:
    client = client_of("archivist")
    rows: list[dict[str, Any]] = [
        {**sent(client, b"Acta primera"), "title": "Acta 1", "metadata": {"caja": "4"}},
        {**sent(client, b"Acta segunda"), "title": "Acta 2", "access": "public"},
        {**sent(client, b"Acta tercera"), "sha256": "0" * 64},
    ]
    answer = client.post("/api/v1/batches/", {"name": "Caja 4", "access": "internal", "rows": rows})
    assert answer.status_code == 202, answer.content
    told = answer.json()
    assert told["counts"] == {"imported": 2, "unchanged": 0, "failed": 1, "left_out": 0}
    assert [(one["stage"], one["code"]) for one in told["failures"]] == [("store", "digest_mismatch")]
    assert sorted(Record.objects.values_list("title", "classification")) == [
        ("Acta 1", "internal"),
        ("Acta 2", "public"),
    ]
    assert Record.objects.get(title="Acta 1").metadata == {"caja": "4"}
    settle()
    seen = client.get(f"/api/v1/batches/{told['id']}/").json()
    assert seen["jobs"] == {"waiting": 0, "running": 0, "done": 2, "failed": 0}
    assert seen["rate"] > 0
    assert seen["state"] == "with_failures"
    for name, status in (("secretary", 404), ("", 404), ("operator_user", 200)):
        assert client_of(name).get(f"/api/v1/batches/{told['id']}/").status_code == status


def test_operators_follow_everybodys_work_without_a_name_of_a_file(
    client_of: Client, people: dict[str, Any], settle: Callable[[], None]
) -> None:
    archivist, operator = client_of("archivist"), client_of("operator_user")
    rows = [sent(archivist, b"%PDF-1.4 zqxsecreto"), {**sent(archivist, b"b"), "sha256": "0" * 64}]
    batch = archivist.post("/api/v1/batches/", {"name": "zqxcaja", "rows": rows}).json()
    settle()
    own = archivist.get(f"/api/v1/batches/{batch['id']}/").json()
    seen = operator.get(f"/api/v1/batches/{batch['id']}/").json()
    assert {one["path"] for one in own["failures"]} == {"acta.txt"}
    assert [one["code"] for one in seen["failures"]] == [one["code"] for one in own["failures"]]
    assert {(one["path"], one["detail"]) for one in seen["failures"]} == {("", "")}
    assert (seen["name"], seen["counts"]) == ("", own["counts"])
    job = Job.objects.get(state="failed")
    assert archivist.get(f"/api/v1/jobs/{job.pk}/").json()["detail"]
    assert operator.get(f"/api/v1/jobs/{job.pk}/").json()["detail"] == ""
    assert operator.post(f"/api/v1/jobs/{job.pk}/retry").json()["detail"] == ""
    browser = Browser()
    browser.force_login(people["operator_user"])
    for page in ("/operate/", f"/my-work/batches/{batch['id']}/"):
        shown = browser.get(page)
        assert shown.status_code == 200
        assert b"acta.txt" not in shown.content
        assert b"zqxcaja" not in shown.content


def test_ones_own_job_is_gone_with_the_record(client_of: Client, people: dict[str, Any]) -> None:
    archivist = client_of("archivist")
    archivist.post("/api/v1/batches/", {"access": "reserved", "rows": [sent(archivist, b"Acta")]})
    job = Job.objects.get()
    assert archivist.get(f"/api/v1/jobs/{job.pk}/").status_code == 200
    revoke_grant(record=job.record, reader="user:archivist", action="manage", by=operator(origin="test"))
    assert archivist.get(f"/api/v1/jobs/{job.pk}/").status_code == 404


def test_a_manifest_with_a_wrong_row_is_refused_whole(client_of: Client) -> None:
    client = client_of("archivist")
    good, bad = sent(client, b"uno"), sent(client, b"dos")
    rows = [{**good, "external_id": "a"}, {**bad, "external_id": "a", "date": "2024-13-40", "series": "nowhere"}]
    answer = client.post("/api/v1/batches/", {"rows": [*rows, {**good, "title": "twice"}]})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["code"] == "invalid_manifest"
    for part in ("row 2, column external_id", "row 2, column date", "row 2, column series", "row 3, column upload"):
        assert part in error["detail"]
    assert Record.objects.count() == Batch.objects.count() == 0


def test_rows_are_checked_before_anything(client_of: Client) -> None:
    client = client_of("archivist")
    other = sent(client_of("secretary"), b"tres")
    answer = client.post("/api/v1/batches/", {"rows": [other]})
    assert "there is no such upload of yours" in answer.json()["errors"][0]["detail"]
    assert client.post("/api/v1/batches/", {"rows": []}).json()["errors"][0]["attr"] == "rows"
    unknown = client.post("/api/v1/batches/", {"rows": [{**other, "colour": "red"}]})
    assert unknown.json()["errors"][0]["code"] == "unknown_field"
    assert client_of("counsel").post("/api/v1/batches/", {"rows": [other]}).status_code == 403
    assert client_of("").post("/api/v1/batches/", {"rows": [other]}).status_code == 401


def test_a_finished_job_is_queued_again(client_of: Client, settle: Callable[[], None]) -> None:
    client = client_of("archivist")
    row = sent(client, b"Acta primera")
    told = client.post("/api/v1/records/", row).json()
    address = f"/api/v1/jobs/{told['job']}/"
    waiting = client.get(address).json()
    assert (waiting["state"], waiting["record"], waiting["version"]) == ("waiting", told["record"], 1)
    assert client.post(f"{address}retry").status_code == 409
    settle()
    assert client.get(address).json()["state"] == "done"
    again = client.post(f"{address}retry")
    assert (again.status_code, again.json()["state"]) == (200, "waiting")
    settle()
    assert client.get(address).json()["state"] == "done"
    assert client_of("secretary").get(address).status_code == 404
    assert client.get(f"{address}retry").status_code == 405
