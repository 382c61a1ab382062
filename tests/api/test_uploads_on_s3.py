"""Uploads and files kept in an S3 service: with and without passing through us, and when it is away."""

from __future__ import annotations

import hashlib
import io
import random
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

from ingest.models import Job, Upload, UploadPart
from ingest.uploads import sweep_uploads
from records.models import Rendition
from records.stores import documents, staging
from storage.s3 import S3Store

pytestmark = [pytest.mark.django_db, pytest.mark.full, pytest.mark.usefixtures("on_s3")]
Client = Callable[[str], APIClient]
PART = 5 * 1024 * 1024
LINES = "".join(f"Línea {number} del acta de la sesión ordinaria.\n" for number in range(130_000)).encode()
SHA256 = hashlib.sha256(LINES).hexdigest()


@pytest.fixture(autouse=True)
def parts_of_five_mebibytes(settings: Any) -> None:
    settings.LEGAJO_PART_BYTES = PART


def opened(client: APIClient, content: bytes = LINES) -> dict[str, Any]:
    answer = client.post("/api/v1/uploads/", {"filename": "acta.txt", "size": len(content)})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def send_by_itself(upload: dict[str, Any], number: int, content: bytes = LINES) -> None:
    part = content[(number - 1) * PART : number * PART]
    asking = urllib.request.Request(upload["urls"][number - 1], data=part, method="PUT")
    with urllib.request.urlopen(asking, timeout=60) as answer:
        assert answer.status == 200


def send_through_us(client: APIClient, upload: dict[str, Any], number: int, content: bytes = LINES) -> None:
    part = content[(number - 1) * PART : number * PART]
    address = f"/api/v1/uploads/{upload['id']}/parts/{number}"
    assert client.put(address, part, content_type="application/octet-stream").status_code == 200


def complete(client: APIClient, upload: dict[str, Any], sha256: str = SHA256) -> Any:
    return client.post(
        f"/api/v1/uploads/{upload['id']}/complete", {"sha256": sha256, "title": "Acta", "access": "public"}
    )


def test_parts_by_either_way_become_a_record_that_is_read(client_of: Client, settle: Callable[[], None]) -> None:
    client = client_of("archivist")
    upload = opened(client)
    assert upload["parts"] == 2
    assert "X-Amz-Signature=" in upload["urls"][0]
    send_by_itself(upload, 2)
    assert client.get(f"/api/v1/uploads/{upload['id']}/").json()["arrived"] == [2]
    missing = complete(client, upload)
    assert missing.json()["errors"][0]["code"] == "parts_missing"
    send_through_us(client, upload, 1)
    assert client.get(f"/api/v1/uploads/{upload['id']}/").json()["arrived"] == [1, 2]
    done = complete(client, upload)
    assert done.status_code == 202, done.content
    assert complete(client, upload).json() == done.json()
    assert list(staging().list()) == []
    assert client.get(f"/api/v1/uploads/{upload['id']}/").json()["urls"][0].endswith("/parts/1")
    settle()
    address = f"/api/v1/records/{done.json()['record']}"
    file = client.get(f"{address}/versions/1/file", headers={"range": "bytes=7-20"})
    assert b"".join(file.streaming_content) == LINES[7:21]
    assert client.get(f"{address}/pages/1/").json()["text"].startswith("Línea 0 del acta")
    assert client_of("").get("/api/v1/search", {"q": "acta"}).json()["total"] == 1


def test_of_two_parts_the_later_counts(client_of: Client) -> None:
    client = client_of("archivist")
    upload = opened(client)
    wrong = random.Random(1).randbytes(len(LINES))
    send_by_itself(upload, 1, wrong)
    send_through_us(client, upload, 2, wrong)
    assert complete(client, upload).json()["errors"][0]["code"] == "digest_mismatch"
    send_through_us(client, upload, 1)
    send_by_itself(upload, 2)
    assert complete(client, upload).status_code == 202
    assert UploadPart.objects.count() == 0
    assert list(staging().list()) == []


def test_a_part_of_another_length_has_not_arrived(client_of: Client) -> None:
    client = client_of("archivist")
    upload = opened(client)
    send_by_itself(upload, 1, LINES[: PART - 1])
    assert client.get(f"/api/v1/uploads/{upload['id']}/").json()["arrived"] == []
    upload_row = Upload.objects.get()
    assert sweep_uploads(now=upload_row.created_at.replace(year=upload_row.created_at.year + 1)) >= 0
    assert list(staging().list()) == []


def away(on_s3: dict[str, Any], settings: Any) -> None:
    """The service stops answering, from one request to the next."""
    gone = {"endpoint": "http://127.0.0.1:9"}
    settings.STORAGE = {**on_s3, "OPTIONS": on_s3["OPTIONS"] | gone, "STAGING": on_s3["STAGING"] | gone}
    documents.cache_clear()
    staging.cache_clear()


def back(on_s3: dict[str, Any], settings: Any) -> None:
    settings.STORAGE = on_s3
    documents.cache_clear()
    staging.cache_clear()


@pytest.mark.fault("F12", "F13")
def test_while_it_is_away_uploads_refuse_reads_wait_and_search_goes_on(
    client_of: Client,
    make_record: Callable[..., Any],
    settle: Callable[[], None],
    on_s3: dict[str, Any],
    settings: Any,
) -> None:
    record = make_record(
        "Directiva de atención al migrante", "La ventanilla atiende de lunes a viernes.", access="public"
    )
    settle()
    late = make_record("Acta que nadie leyó todavía", "Se acordó ampliar el horario.", access="public")
    archivist, stranger = client_of("archivist"), client_of("")
    upload = opened(archivist, b"x" * 100)
    away(on_s3, settings)

    asked = archivist.post("/api/v1/uploads/", {"filename": "acta.txt", "size": 9})
    assert asked.status_code == 503
    assert int(asked.headers["Retry-After"]) > 0
    source = io.BytesIO(b"x" * 100)
    part = archivist.generic(
        "PUT", f"/api/v1/uploads/{upload['id']}/parts/1", source.getvalue(), "application/octet-stream"
    )
    assert part.status_code == 503
    assert stranger.get(f"/api/v1/records/{record.pk}/versions/1/file").status_code == 503
    assert Browser().get(f"/records/{record.pk}/").status_code == 200
    assert stranger.get("/api/v1/search", {"q": "ventanilla"}).json()["total"] == 1
    assert len(stranger.get("/api/v1/records/").json()["results"]) == 2
    assert stranger.get("/health/ready").json()["checks"]["store"] == "away"
    settle()
    job = Job.objects.get(rendition__version__record=late)
    assert (job.state, job.attempt) == ("running", 0)

    back(on_s3, settings)
    Job.objects.filter(pk=job.pk).update(lease_until=job.lease_until.replace(year=2000))
    settle()
    assert Rendition.objects.get(pk=job.rendition_id).page_count == 1
    assert stranger.get("/api/v1/search", {"q": "horario"}).json()["total"] == 1
    assert Upload.objects.count() == 1
    assert isinstance(documents(), S3Store)


class Body(io.BytesIO):
    """A request's body that notes how much of it was taken."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def test_the_form_of_the_page_refuses_before_its_file_is_taken(
    on_s3: dict[str, Any], settings: Any, people: dict[str, Any]
) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(people["archivist"])
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="acta.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\nacta\r\n--x--\r\n"
    )

    def sent() -> tuple[int, int, str]:
        body = Body(form)
        said = {"wsgi.input": body, "CONTENT_LENGTH": str(len(form)), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
        answer = browser.generic("POST", "/upload/", **said)
        return answer.status_code, body.taken, answer.content.decode()

    # Without the form's token it is refused as ever, once it has been read.
    browser.get("/upload/")
    status, taken, _ = sent()
    assert (status, taken) == (403, len(form))
    away(on_s3, settings)
    status, taken, page = sent()
    assert (status, taken) == (503, 0)
    assert "almacén de archivos no responde" in page
    assert "Traceback" not in page
    back(on_s3, settings)


@pytest.mark.fault("F16", "F17")
def test_bytes_that_have_changed_are_not_read(make_record: Callable[..., Any], settle: Callable[[], None]) -> None:
    record = make_record("Acta", "Texto que alguien cambia por detrás.", access="public")
    key = record.versions.get().blob.key
    documents().delete(key)
    documents().put(key, io.BytesIO(b"Texto que alguien CAMBIO por detras."))
    settle()
    job = Job.objects.get()
    assert (job.state, job.code) == ("failed", "bytes_changed")
