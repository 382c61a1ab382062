"""The bytes of a version over the API: ranges, validators, safe headers, and the audience of renditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from records.downloads import attachment_header, safe_name

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Client = Callable[[str], APIClient]
TEXT = "Artículo 1. La mesa se reúne cada mes.\n"
BYTES = TEXT.encode()


@pytest.fixture
def address(make_record: Make) -> str:
    return f"/api/v1/records/{make_record('Directiva', TEXT, access='public').pk}/versions/1/file"


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_whole_file(client_of: Client, address: str) -> None:
    answer = client_of("").get(address)
    assert answer.status_code == 200
    assert answer.streaming
    assert body(answer) == BYTES
    assert answer["Content-Length"] == str(len(BYTES))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    assert {"Authorization", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}


@pytest.mark.parametrize(
    ("asked", "part", "told"),
    [
        ("bytes=0-3", BYTES[:4], f"bytes 0-3/{len(BYTES)}"),
        ("bytes=5-", BYTES[5:], f"bytes 5-{len(BYTES) - 1}/{len(BYTES)}"),
        ("bytes=-4", BYTES[-4:], f"bytes {len(BYTES) - 4}-{len(BYTES) - 1}/{len(BYTES)}"),
        ("bytes=0-99999", BYTES, f"bytes 0-{len(BYTES) - 1}/{len(BYTES)}"),
        ("bytes=-99999", BYTES, f"bytes 0-{len(BYTES) - 1}/{len(BYTES)}"),
    ],
)
def test_a_range(client_of: Client, address: str, asked: str, part: bytes, told: str) -> None:
    answer = client_of("").get(address, HTTP_RANGE=asked)
    assert answer.status_code == 206
    assert body(answer) == part
    assert answer["Content-Range"] == told
    assert answer["Content-Length"] == str(len(part))


@pytest.mark.parametrize("asked", ["bytes=9999-", "bytes=-0"])
def test_a_range_past_the_end(client_of: Client, address: str, asked: str) -> None:
    answer = client_of("").get(address, HTTP_RANGE=asked)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(BYTES)}"


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4", "bytes=-", ""])
def test_a_range_that_cannot_be_read_is_the_whole(client_of: Client, address: str, asked: str) -> None:
    answer = client_of("").get(address, HTTP_RANGE=asked)
    assert answer.status_code == 200
    assert body(answer) == BYTES


def test_validators(client_of: Client, address: str) -> None:
    client = client_of("")
    etag = client.head(address)["ETag"]
    for given in (etag, f'"other", W/{etag}', "*"):
        again = client.get(address, HTTP_IF_NONE_MATCH=given)
        assert again.status_code == 304
        assert again["ETag"] == etag
        assert again.content == b""
    for asked, status in (
        ({"HTTP_IF_NONE_MATCH": '"other"'}, 200),
        ({"HTTP_RANGE": "bytes=0-1", "HTTP_IF_RANGE": etag}, 206),
        ({"HTTP_RANGE": "bytes=0-1", "HTTP_IF_RANGE": '"other"'}, 200),
    ):
        answer = client.get(address, **asked)
        assert answer.status_code == status
        assert body(answer) == (BYTES[:2] if status == 206 else BYTES)


def test_head_has_the_headers_and_no_body(client_of: Client, address: str) -> None:
    answer = client_of("").head(address)
    assert answer.status_code == 200
    assert answer["Content-Length"] == str(len(BYTES))
    assert body(answer) == b""


def test_a_closed_original_is_not_there_for_readers(
    client_of: Client, make_record: Make, people: dict[str, Any]
) -> None:
    from records.models import Rendition
    from records.persons import person_for
    from records.services.opening import set_audience

    archivist = person_for(people["archivist"])
    record = make_record("Acta con nombres", "Nombre: Zqxsecreto", access="public", by=archivist)
    original = Rendition.objects.get(version__record=record, kind="original")
    set_audience(rendition=original, audience="editors", by=archivist)
    address = f"/api/v1/records/{record.pk}/versions/1/"
    unknown = client_of("").get(f"/api/v1/records/{record.pk}/versions/9/file")
    for query in ("", "?rendition=original", "?rendition=redacted"):
        answer = client_of("").get(f"{address}file{query}")
        assert (answer.status_code, answer.content) == (404, unknown.content)
    seen = client_of("").get(address)
    assert seen.json()["file"] is None
    assert "documento.txt" not in seen.content.decode()
    assert body(client_of("archivist").get(f"{address}file")) == b"Nombre: Zqxsecreto"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ('acta".txt', 'acta".txt'),
        ("acta\r\nSet-Cookie: a=b.txt", "actaSet-Cookie: a=b.txt"),
        ("\u202efdp.exe", "fdp.exe"),
        ("../../etc/passwd", "passwd"),
        ("C:\\actas\\uno.pdf", "uno.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("Acta N° 3 – sesión.pdf", "Acta N° 3 – sesión.pdf"),
        ("", "file"),
        ("...", "file"),
        ("\n\n", "file"),
    ],
)
def test_no_file_name_breaks_the_header(name: str, kept: str) -> None:
    assert safe_name(name) == kept
    header = attachment_header(name)
    assert header.isascii()
    assert header.isprintable()
    plain = header.removeprefix('attachment; filename="').partition("\"; filename*=UTF-8''")[0]
    assert plain
    assert not set(plain) & set('"\\/;\r\n')


def test_a_very_long_name_keeps_its_ending() -> None:
    assert len(safe_name("a" * 300 + ".pdf")) <= 201
    assert safe_name("a" * 300 + ".pdf").endswith(".pdf")


def test_bytes_that_are_gone_are_named_and_no_500(client_of: Client, address: str) -> None:
    from records.models import Blob
    from records.stores import documents

    documents().delete(Blob.objects.get().key)
    answer = client_of("").get(address)
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["code"] == "bytes_missing"
