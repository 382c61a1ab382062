"""Bytes decide what a file is; a name that disagrees is told, a file that cannot be read says why."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.formats.base import Extracted, PageText, Unreadable
from ingest.formats.registry import readable_formats, reader_for, register
from ingest.reading.sniff import sniff
from ingest.reading.task import read_file

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in members.items():
            package.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[bytes], Path]:
    def store(data: bytes) -> Path:
        path = tmp_path / "stored"
        path.write_bytes(data)
        return path

    return store


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"", "a.pdf", "empty"),
        (b"basura\n%PDF-1.4 ...", "a.pdf", "pdf"),
        (zipped(**{"[Content_Types].xml": "", "word__document.xml": ""}), "a.docx", "docx"),
        (zipped(**{"[Content_Types].xml": "", "xl__workbook.xml": ""}), "a.xlsx", "xlsx"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "a.odt", "odt"),
        (zipped(a="b"), "a.zip", "zip"),
        (OLE + b"x" * 600 + "WordDocument".encode("utf-16-le"), "a.doc", "doc"),
        (OLE + b"x" * 600 + "EncryptedPackage".encode("utf-16-le"), "a.docx", "encrypted_office"),
        (b"{\\rtf1\\ansi", "a.rtf", "rtf"),
        (b"\x89PNG\r\n\x1a\n....", "a.png", "png"),
        (b"\xff\xd8\xff\xe0", "a.jpg", "jpeg"),
        (b"II*\x00", "a.tif", "tiff"),
        (b"\xef\xbb\xbf <!DOCTYPE HTML><p>", "a", "html"),
        (b"<p>fragmento", "a.htm", "html"),
        (b"Received: by x\nFrom: a\nSubject: s\n\nhola", "a.eml", "eml"),
        (b"From: Ana\nTo: Luis\nDate: today\nSubject: memo\n\nDear", "memo.txt", "text"),
        (b"From: Ana\nTo: Luis\nDate: today\nSubject: memo\n\nDear", "memo", "text"),
        (b"---\ntitle: x\n---\nhola", "sin-extension", "markdown"),
        (b"# T", "a.md", "markdown"),
        ("acta".encode("utf-16"), "a.txt", "text"),
        (b"\x00\x01\x02\x03" * 50, "a.txt", ""),
        (b"texto largo " * 500 + b"\x00", "a.md", "markdown"),
        (b"texto largo " * 500 + b"\x00", "a", ""),
    ],
)
def test_formats(stored: Callable[[bytes], Path], data: bytes, name: str, found: str) -> None:
    sniffed = sniff(stored(data), name)
    assert sniffed.format == found
    assert sniffed.mislabelled == ""


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"<html><p>no", "acta.PDF", "mislabelled: the name says pdf, the bytes are html"),
        (b"%PDF-1.4", "acta.docx", "mislabelled: the name says docx, the bytes are pdf"),
        (b"texto", "acta.pdf", "mislabelled: the name says pdf, the bytes are text"),
        (b"<html>", "acta.txt", ""),
        (b"%PDF-1.4", "acta.doc.pdf", ""),
        (b"%PDF-1.4", "acta", ""),
        (b"%PDF-1.4", "D.S. 067-2011", ""),
    ],
)
def test_a_name_that_disagrees(stored: Callable[[bytes], Path], data: bytes, name: str, told: str) -> None:
    path = stored(data)
    assert sniff(path, name).mislabelled == told
    assert (told in read_file(path, name, {}).warnings) is bool(told)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty"),
        (b"\x00\x01\x02\x03" * 50, "a.bin", "unknown_format"),
        (b"Rar!\x1a\x07\x01\x00", "a.rar", "no_reader"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "encrypted"),
        (b"%PDF-1.4 nada", "a.pdf", "damaged"),
    ],
)
def test_every_failure_has_a_name_and_a_sentence(
    stored: Callable[[bytes], Path], data: bytes, name: str, code: str
) -> None:
    read = read_file(stored(data), name, {})
    assert read.error is not None
    assert read.error.code == code
    assert read.error.detail.endswith(".")
    assert read.pages == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", OLE, b"---\n", b"<html>", b"\xff\xfe", b"BM"]),
    rest=st.binary(max_size=300),
    name=st.sampled_from(["a.pdf", "a.docx", "a.md", "a.txt", "a.html", "a"]),
)
def test_any_bytes_end_in_a_named_state(stored: Callable[[bytes], Path], start: bytes, rest: bytes, name: str) -> None:
    read = read_file(stored(start + rest), name, {})
    assert read.pages or read.error
    assert read.error is None or read.error.code != "reader_crashed"


class Shout:
    """A reader that a package might add."""

    formats = frozenset({"rar"})

    def read(self, path: Path, *, name: str) -> Extracted:
        if name == "crash.rar":
            raise KeyError("unexpected")
        if name == "locked.rar":
            raise Unreadable("encrypted", "It asks for a password.")
        return Extracted("rar", "application/vnd.rar", pages=[PageText(1, "HOLA", "layer", 1.0)])


def test_a_reader_can_be_added(stored: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"pdf", "docx", "html", "text", "markdown"} <= readable_formats()
    monkeypatch.setattr("ingest.formats.registry._FACTORIES", {})
    monkeypatch.setattr("ingest.formats.registry._READERS", {})
    assert reader_for("rar") is None
    register("rar", Shout)
    path = stored(b"Rar!\x1a\x07\x01\x00")
    assert read_file(path, "a.rar", {}).pages[0].text == "HOLA"
    codes = [read_file(path, name, {}).error for name in ("crash.rar", "locked.rar")]
    assert [error.code for error in codes if error] == ["reader_crashed", "encrypted"]
