"""Before sending, an archivist's program asks what is here already; nobody learns of bytes they may not see."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ingest.models import Job, Upload
from records.models import Version

pytestmark = pytest.mark.django_db
Client = Callable[[str], APIClient]
PART = 16
BYTES = b"Oficio de la caja 3, folios 1 a 12."


@pytest.fixture(autouse=True)
def small_parts(settings: Any) -> None:
    settings.LEGAJO_PART_BYTES = PART


def held(content: bytes = BYTES, filename: str = "Caja 3/oficio.txt", **said: str) -> dict[str, Any]:
    return {"filename": filename, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **said}


def begin(client: APIClient, file: dict[str, Any]) -> dict[str, Any]:
    file = {name: value for name, value in file.items() if name != "external_id"}
    answer = client.post("/api/v1/uploads/", file)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def bring(client: APIClient, file: dict[str, Any], content: bytes = BYTES) -> dict[str, Any]:
    upload = begin(client, file)
    for number in range(1, upload["parts"] + 1):
        part = content[(number - 1) * PART : number * PART]
        address = f"/api/v1/uploads/{upload['id']}/parts/{number}"
        assert client.put(address, part, content_type="application/octet-stream").status_code == 200
    said = {name: file[name] for name in ("sha256", "external_id") if name in file}
    answer = client.post(f"/api/v1/uploads/{upload['id']}/complete", said)
    assert answer.status_code == 202, answer.content
    return dict(answer.json())


def states(client: APIClient, *files: dict[str, Any]) -> list[str]:
    answer = client.post("/api/v1/uploads/arrived", {"files": list(files)})
    assert answer.status_code == 200, answer.content
    return [one["state"] for one in answer.json()["files"]]


@pytest.mark.parametrize("named", [{"external_id": "Caja 3/oficio.txt"}, {}])
def test_what_is_here_need_not_be_sent(client_of: Client, settle: Callable[[], None], named: dict[str, str]) -> None:
    client = client_of("archivist")
    file, other = held(**named), held(b"otra cosa", filename="Caja 3/otro.txt", **named)
    assert states(client, file, other) == ["missing", "missing"]
    made = bring(client, file)
    [told] = client.post("/api/v1/uploads/arrived", {"files": [file]}).json()["files"]
    assert told == {"state": "unchanged", "record": made["record"], "version": 1, "job": made["job"]}
    assert states(client, other, file) == ["missing", "unchanged"]
    assert states(client, held(b"enmendado", **named)) == ["missing"]
    settle()
    [told] = client.post("/api/v1/uploads/arrived", {"files": [file]}).json()["files"]
    assert told["job"] is None
    assert Version.objects.get().capture.name == "oficio.txt"


def test_an_upload_begun_of_the_same_file_goes_on(client_of: Client) -> None:
    client = client_of("archivist")
    first = begin(client, held())
    address = f"/api/v1/uploads/{first['id']}/parts/2"
    assert client.put(address, BYTES[PART : 2 * PART], content_type="application/octet-stream").status_code == 200
    again = begin(client, held())
    assert (again["id"], again["arrived"]) == (first["id"], [2])
    assert begin(client, held(b"x" * len(BYTES)))["id"] != first["id"]
    assert begin(client, held(filename="Caja 4/oficio.txt"))["id"] != first["id"]
    assert begin(client_of("secretary"), held())["arrived"] == []
    bring(client, held())
    assert Upload.objects.get(pk=first["id"]).state == Upload.State.COMPLETE
    assert begin(client, held())["id"] != first["id"]


def test_bytes_of_others_are_answered_like_new_ones(client_of: Client) -> None:
    bring(client_of("archivist"), held(external_id="reservado/1"))
    bring(client_of("archivist"), held(filename="reservado.txt"))
    Version.objects.get(record__external_id="reservado/1").record.grants.all().delete()
    other = client_of("secretary")
    assert states(other, held(filename="reservado.txt")) == ["missing"]
    Version.objects.update(state="draft")
    assert states(other, held(external_id="reservado/1"), held(filename="reservado.txt")) == ["missing", "missing"]


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("", 401)])
def test_who_takes_nothing_in_is_told_nothing(client_of: Client, who: str, status: int) -> None:
    bring(client_of("archivist"), held())
    assert client_of(who).post("/api/v1/uploads/arrived", {"files": [held()]}).status_code == status


@pytest.mark.parametrize(
    "body",
    [{}, {"files": [{"filename": "a"}]}, {"files": [held() | {"sha256": "A" * 64}]}, {"files": [held()] * 501}],
    ids=["nothing", "half", "digest", "many"],
)
def test_a_question_that_cannot_be(client_of: Client, body: dict[str, Any]) -> None:
    assert client_of("archivist").post("/api/v1/uploads/arrived", body).status_code == 400


def test_readings_of_many_documents_at_once(client_of: Client, settle: Callable[[], None]) -> None:
    client = client_of("archivist")
    made = [bring(client, held(bytes([65 + n]) * 40, filename=f"{n}.txt"), bytes([65 + n]) * 40) for n in range(3)]
    ids = [one["job"] for one in made]
    asked = f"/api/v1/jobs/?ids={','.join(ids)}"
    assert {one["id"]: one["state"] for one in client.get(asked).json()["results"]} == dict.fromkeys(ids, "waiting")
    settle()
    assert {one["state"] for one in client.get(asked).json()["results"]} == {"done"}
    assert client_of("secretary").get(asked).json() == {"results": []}
    assert client.get("/api/v1/jobs/").json() == {"results": []}
    assert client.get(f"/api/v1/jobs/?ids={','.join([ids[0]] * 101)}").status_code == 400
    assert client.get("/api/v1/jobs/?idz=1").status_code == 400
    assert Job.objects.count() == 3
