"""Damaged PDF files are repaired or read by a second engine, which also says why letters are not what they seem."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.formats import pdf_damaged
from ingest.formats.pdf_damaged import read_by_pdfminer, repaired
from ingest.reading.task import read_file
from records.words import unpack_words

LINES = [f"Artículo {number}.- La Mesa sesiona en Lima y remite su informe a la Presidencia" for number in range(1, 40)]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "acta.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    for page in range(3):
        for at, line in enumerate(LINES):
            canvas.drawString(72, 780 - 14 * at, f"{line}, página {page + 1}")
        canvas.showPage()
    canvas.save()
    return path


def test_a_file_cut_short_is_repaired_and_says_so(whole: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pdf"
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) * 6 // 10])
    read = read_file(cut, cut.name, {})
    assert read.error is None
    assert read.warnings == [
        "repaired: the file is damaged; it was read from a copy repaired by qpdf, and 2 of its 3 pages have no text"
    ]
    assert LINES[0] in read.pages[0].text


def test_what_cannot_be_repaired_has_a_name(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "scrap.pdf"
    path.write_bytes(whole.read_bytes()[:400])
    assert repaired(path) is None
    assert read_by_pdfminer(path) == []
    error = read_file(path, path.name, {}).error
    assert error is not None
    assert error.code == "damaged"


def test_the_second_engine_reads_the_same_words(whole: Path) -> None:
    first, second = read_file(whole, whole.name, {}).pages, read_by_pdfminer(whole)
    assert [page.text for page in second] == [page.text for page in first]
    assert second[0].signals["engine"] == "pdfminer.six"
    for one, other in zip(unpack_words(first[0].words), unpack_words(second[0].words), strict=True):
        assert (one.start, one.end) == (other.start, other.end)
        assert one[2:6] == pytest.approx(other[2:6], abs=4)


def test_the_second_engine_stops_in_time(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_damaged, "SECONDS", -1.0)
    assert len(read_by_pdfminer(whole)) == 1


def test_a_font_without_letters_is_diagnosed(tmp_path: Path) -> None:
    path = tmp_path / "sin-letras.pdf"
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    inner = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=pikepdf.Name.Desconocida,
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=pikepdf.Name.Desconocida,
            Flags=4,
            FontBBox=[0, 0, 1000, 1000],
            Ascent=800,
            Descent=-200,
            ItalicAngle=0,
            CapHeight=700,
            StemV=80,
        ),
    )
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=pikepdf.Name.Desconocida,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=[pdf.make_indirect(inner)],
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    signs = "".join(f"{3 + at % 25:04x}" for at in range(300))
    page.Contents = pdf.make_stream(f"BT /F1 10 Tf 50 700 Td <{signs}> Tj ET".encode())
    pdf.save(path)
    read = read_file(path, path.name, {}).pages[0]
    assert read.decision == "garbled"
    assert read.signals["unmapped"] == 1.0
