"""`extract` and `describe`: the same shape for every file, whatever becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.deploy.commands.site import Site
from tests.ingest.recognition.paper import pdf_of, typed

pytestmark = pytest.mark.slow
EXTRACTED = {"path", "format", "language", "pages", "metadata", "warnings", "error", "parts"}
PAGE = {"number", "text", "source", "quality", "width", "height"}
PAGE |= {"decision", "signals", "label", "language", "rotation", "furniture", "part"}
DESCRIBED = {
    "path",
    "kind",
    "number",
    "number_key",
    "issuer",
    "title",
    "date",
    "publication_date",
    "sections",
    "citations",
    "changes",
    "minutes",
    "warnings",
}
NORM = (
    "---\ntitle: Aprueban norma\nrank: decreto_supremo\nidentifier: DS-7-2020-PCM\npublication_date: 2020-05-04\n"
    "2020-05-04: un día por clave\n---\nDECRETO SUPREMO N° 007-2020-PCM\n\nArtículo 1.- Objeto\nLa Ley N° 29158.\n"
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A good one, an empty one, one of no known kind, a folder, one that is not there, and a good one again."""
    (tmp_path / "norma.md").write_text(NORM)
    (tmp_path / "vacía.pdf").touch()
    (tmp_path / "datos.bin").write_bytes(bytes(range(256)))
    (tmp_path / "carpeta.pdf").mkdir()
    (tmp_path / "nota.txt").write_text("Nota con \x0c dos páginas")
    names = ("norma.md", "vacía.pdf", "datos.bin", "carpeta.pdf", "no está.pdf", "nota.txt")
    return [tmp_path / name for name in names]


def test_extract_tells_one_line_a_file_in_order(site: Site, files: list[Path]) -> None:
    ended = site.json("extract", *files)
    assert ended.status == 1
    lines = ended.lines
    assert [line["path"] for line in lines] == [str(file) for file in files]
    assert all(set(line) == EXTRACTED for line in lines)
    assert [(line["error"] or {}).get("code") for line in lines] == [
        None,
        "empty",
        "unknown_format",
        "not_a_file",
        "file_missing",
        None,
    ]
    assert all(set(line["error"]) == {"code", "detail"} for line in lines if line["error"])
    norm = lines[0]
    assert norm["format"] == "markdown"
    assert set(norm["pages"][0]) == PAGE
    assert "DECRETO SUPREMO N° 007-2020-PCM" in norm["pages"][0]["text"]
    assert site.json("extract", files[0], files[5]).status == 0


def test_describe_tells_one_line_a_file_in_order(site: Site, files: list[Path]) -> None:
    ended = site.json("describe", *files)
    assert ended.status == 1
    lines = ended.lines
    assert [line["path"] for line in lines] == [str(file) for file in files]
    assert all(set(line) >= DESCRIBED | {"error"} for line in lines)
    assert [bool(line["error"]) for line in lines] == [False, True, True, True, True, False]
    norm = lines[0]
    assert (norm["kind"], norm["number"], norm["number_key"]) == (
        "decreto_supremo",
        "DECRETO SUPREMO N° 007-2020-PCM",
        "DS:7-2020-PCM",
    )
    assert (norm["title"], norm["date"], norm["publication_date"]) == ("Aprueban norma", "2020-05-04", "2020-05-04")
    [section] = norm["sections"]
    assert set(section) == {"anchor", "label", "heading", "page", "start", "end"}
    assert section["anchor"] == "art_1"
    [cited] = norm["citations"]
    assert set(cited) == {"text", "page", "start", "end", "key", "pinpoint"}
    assert cited["key"] == "LEY:29158"
    assert (norm["changes"], norm["minutes"]) == ([], None)


def test_for_people_they_print_what_was_read(site: Site, files: list[Path]) -> None:
    shown = site.run("describe", files[0], files[1])
    assert shown.status == 1
    assert "  number_key: DS:7-2020-PCM\n" in shown.stdout
    assert f"{files[1]}: empty: The file holds no bytes." in shown.stdout
    assert "Nota con" in site.run("extract", files[5]).stdout


def test_a_scan_is_recognised_unless_told_otherwise(site: Site, tmp_path: Path) -> None:
    scan = tmp_path / "oficio.pdf"
    scan.write_bytes(pdf_of(typed(), typed(())))
    [line] = site.json("extract", scan).lines
    assert [page["source"] for page in line["pages"]] == ["ocr", "ocr"]
    page = line["pages"][0]
    assert "RESOLUCIÓN Nº 014-2021-CPGP" in page["text"]
    assert page["decision"] == "no_layer"
    assert page["signals"]["confidence"] == pytest.approx(100 * page["quality"], abs=0.1)
    assert line["language"] == "es"
    assert site.json("describe", scan).only["number_key"].endswith("14-2021-CPGP")
    [line] = site.json("extract", scan, "--ocr", "never").lines
    assert [(page["source"], page["text"]) for page in line["pages"]] == [("none", "")] * 2


def test_always_recognises_what_has_good_text_too(site: Site, tmp_path: Path) -> None:
    born = tmp_path / "norma.pdf"
    canvas = Canvas(str(born))
    canvas.drawString(72, 720, "La secretaría aprueba el reglamento de la comisión y lo publica en su portal.")
    canvas.save()
    assert site.json("extract", born).only["pages"][0]["source"] == "layer"
    [page] = site.json("extract", born, "--ocr", "always").only["pages"]
    assert (page["source"], page["text"]) == (
        "ocr",
        "La secretaría aprueba el reglamento de la comisión y lo publica en su portal.",
    )


@pytest.mark.fault("F33")
def test_without_an_engine_scans_stay_without_text_and_it_is_said(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEGAJO_OCR", "no")
    scan = tmp_path / "oficio.pdf"
    scan.write_bytes(pdf_of(typed()))
    ended = site.json("extract", scan)
    assert (ended.status, ended.only["pages"][0]["source"]) == (0, "none")
    assert "OCR" in ended.stderr
