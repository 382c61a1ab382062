"""Uploads over the API: parts in any order, again after a break, and every refusal named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ingest.models import Upload, UploadPart
from records.models import Version
from records.stores import staging

pytestmark = pytest.mark.django_db
Client = Callable[[str], APIClient]
PART = 1000
BYTES = "".join(f"Línea {number} del acta.\n" for number in range(190)).encode()
SHA256 = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture(autouse=True)
def small_parts(settings: Any) -> None:
    settings.LEGAJO_PART_BYTES = PART


def opened(client: APIClient, content: bytes = BYTES, name: str = "acta.txt") -> dict[str, Any]:
    answer = client.post("/api/v1/uploads/", {"filename": name, "size": len(content)})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def address_of(upload: dict[str, Any], number: int) -> str:
    """Return where we take a part ourselves; `urls` may name the file store's own addresses instead."""
    return f"/api/v1/uploads/{upload['id']}/parts/{number}"


def send(client: APIClient, upload: dict[str, Any], numbers: list[int], content: bytes = BYTES) -> None:
    for number in numbers:
        part = content[(number - 1) * PART : number * PART]
        answer = client.put(address_of(upload, number), part, content_type="application/octet-stream")
        assert answer.status_code == 200, answer.content
        assert answer.json() == {"number": number, "size": len(part)}


def complete(client: APIClient, upload: dict[str, Any], sha256: str = SHA256, **said: Any) -> Any:
    return client.post(f"/api/v1/uploads/{upload['id']}/complete", {"sha256": sha256, **said})


@pytest.mark.fault("F1", "F4")
def test_parts_in_any_order_and_again_become_a_record(client_of: Client, settle: Callable[[], None]) -> None:
    client = client_of("archivist")
    upload = opened(client)
    assert upload["parts"] == len(upload["urls"]) == -(-len(BYTES) // PART)
    send(client, upload, [upload["parts"], 2])
    send(client, upload, [2, *range(3, upload["parts"]), 1])
    seen = client.get(f"/api/v1/uploads/{upload['id']}/").json()
    assert seen["arrived"] == list(range(1, upload["parts"] + 1))
    answer = complete(client, upload, title="Acta de prueba", date="2024-03", access="public")
    assert answer.status_code == 202, answer.content
    told = answer.json()
    assert set(told) == {"record", "version", "job", "state"}
    assert told["state"] == "imported"
    assert complete(client, upload).json() == told
    assert list(staging().list()) == []
    assert UploadPart.objects.count() == 0
    settle()
    assert client.get(f"/api/v1/jobs/{told['job']}/").json()["state"] == "done"
    file = client.get(f"/api/v1/records/{told['record']}/versions/1/file")
    assert b"".join(file.streaming_content) == BYTES
    page = client.get(f"/api/v1/records/{told['record']}/pages/1/").json()
    assert page["text"].startswith("Línea 0 del acta.")
    assert client_of("").get(f"/api/v1/records/{told['record']}/").json()["title"] == "Acta de prueba"


@pytest.mark.fault("F34")
def test_bytes_that_are_not_those_announced_are_sent_again(client_of: Client) -> None:
    client = client_of("archivist")
    upload = opened(client)
    send(client, upload, list(range(1, upload["parts"] + 1)))
    damaged = b"x" * PART
    assert client.put(address_of(upload, 1), damaged, content_type="application/octet-stream").status_code == 200
    answer = complete(client, upload)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "digest_mismatch"
    assert Version.objects.count() == 0
    send(client, upload, [1])
    assert complete(client, upload).status_code == 202


def test_what_is_missing_is_named(client_of: Client) -> None:
    client = client_of("archivist")
    upload = opened(client)
    send(client, upload, [2])
    answer = complete(client, upload)
    assert answer.status_code == 409
    [error] = answer.json()["errors"]
    assert error["code"] == "parts_missing"
    assert error["detail"] == "These parts have not arrived: 1, 3, 4."


@pytest.mark.fault("F34")
@pytest.mark.parametrize(("number", "content"), [(1, b"short"), (1, b"x" * (PART + 1)), (4, b"x" * PART), (1, b"")])
def test_a_part_of_another_length_is_refused(client_of: Client, number: int, content: bytes) -> None:
    client = client_of("archivist")
    upload = opened(client)
    answer = client.put(address_of(upload, number), content, content_type="application/octet-stream")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "part_length"
    assert UploadPart.objects.count() == 0


@pytest.mark.parametrize("number", ["0", "5", "x", "99999999999"])
def test_a_part_that_there_is_not(client_of: Client, number: str) -> None:
    client = client_of("archivist")
    upload = opened(client)
    answer = client.put(f"/api/v1/uploads/{upload['id']}/parts/{number}", b"x", content_type="application/pdf")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"filename": "a.txt", "size": 0}, "empty", "size"),
        ({"filename": "a.txt", "size": 10**15}, "too_large", "size"),
        ({"filename": "a.txt", "size": -1}, "min_value", "size"),
        ({"filename": "", "size": 1}, "blank", "filename"),
        ({"filename": "  ", "size": 1}, "invalid", "filename"),
        ({"size": 1}, "required", "filename"),
        ({"filename": "a.txt", "size": 1, "sise": 1}, "unknown_field", "sise"),
    ],
)
def test_an_upload_that_cannot_be(client_of: Client, body: dict[str, Any], code: str, attr: str) -> None:
    answer = client_of("archivist").post("/api/v1/uploads/", body)
    assert answer.status_code == 400
    assert [(error["code"], error["attr"]) for error in answer.json()["errors"]] == [(code, attr)]


def test_who_may_upload(client_of: Client) -> None:
    body = {"filename": "a.txt", "size": 3}
    assert client_of("").post("/api/v1/uploads/", body).status_code == 401
    for name in ("counsel", "member", "auditor", "operator_user"):
        answer = client_of(name).post("/api/v1/uploads/", body)
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["code"] == "permission_denied"
    assert client_of("secretary").post("/api/v1/uploads/", body).status_code == 201


def test_another_persons_upload_is_not_there(client_of: Client) -> None:
    upload = opened(client_of("archivist"))
    unknown = client_of("secretary").get("/api/v1/uploads/018f0000-0000-7000-8000-000000000000/")
    for name in ("secretary", "operator_user", ""):
        answer = client_of(name).get(f"/api/v1/uploads/{upload['id']}/")
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert complete(client_of("secretary"), upload).status_code == 404


@pytest.mark.parametrize(
    ("said", "attr"),
    [
        ({"date": "2024-13-40"}, "date"),
        ({"series": "nowhere"}, "series"),
        ({"access": "secret"}, "access"),
        ({"grants": ["everybody"]}, "grants"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"version_of": "nothing"}, "version_of"),
        ({"state": "gone"}, "state"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_said_is_checked_and_may_be_said_again(client_of: Client, said: dict[str, Any], attr: str) -> None:
    client = client_of("archivist")
    upload = opened(client, b"acta")
    send(client, upload, [1], b"acta")
    digest = hashlib.sha256(b"acta").hexdigest()
    answer = complete(client, upload, digest, **said)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["attr"].partition(".")[0] == attr
    assert Upload.objects.get().state == "open"
    assert complete(client, upload, digest).status_code == 202


def test_a_record_and_a_version_from_uploads(client_of: Client) -> None:
    client = client_of("archivist")
    refused = client.post("/api/v1/records/", {"title": "Sin archivo"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == "upload"
    first, second = opened(client, b"uno"), opened(client, b"dos")
    send(client, first, [1], b"uno")
    send(client, second, [1], b"dos")
    body = {"upload": first["id"], "sha256": hashlib.sha256(b"uno").hexdigest(), "title": "Directiva"}
    made = client.post("/api/v1/records/", body)
    assert made.status_code == 202, made.content
    versions = f"/api/v1/records/{made.json()['record']}/versions/"
    body = {"upload": second["id"], "sha256": hashlib.sha256(b"dos").hexdigest(), "state": "draft", "label": "Segunda"}
    added = client.post(versions, body)
    assert added.status_code == 202, added.content
    assert added.json()["version"] == 2
    assert [row["state"] for row in client.get(versions).json()["results"]] == ["published", "draft"]
    assert [row["number"] for row in client_of("counsel").get(versions).json()["results"]] == [1]
    assert client_of("counsel").post(versions, body).status_code == 403


def test_a_name_of_another_importer_is_free(client_of: Client) -> None:
    """Names are each importer's own: another's document of the same name neither blocks nor takes a version."""
    ids = []
    for name, content in (("archivist", b"uno"), ("secretary", b"dos"), ("secretary", b"uno")):
        client = client_of(name)
        upload = opened(client, content)
        send(client, upload, [1], content)
        said = {"sha256": hashlib.sha256(content).hexdigest(), "external_id": "acta-1", "access": "internal"}
        answer = client.post(f"/api/v1/uploads/{upload['id']}/complete", said)
        assert answer.status_code == 202, answer.content
        ids.append((answer.json()["record"], answer.json()["version"]))
    (first, _), (second, one), (again, two) = ids
    assert first != second == again
    assert (one, two) == (1, 2)


@pytest.mark.fault("F1", "F2")
def test_the_sweep_clears_what_a_break_left(client_of: Client) -> None:
    import datetime as dt

    from django.utils import timezone

    from ingest.uploads import sweep_uploads

    client = client_of("archivist")
    upload = opened(client)
    send(client, upload, [1, 2])
    assert sweep_uploads() == 0
    assert sweep_uploads(now=timezone.now() + dt.timedelta(days=8)) == 2
    assert list(staging().list()) == []
    assert Upload.objects.count() == 0
