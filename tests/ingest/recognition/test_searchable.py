"""A scan as a PDF that can be searched: the words stand where they are seen, however the page lies."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image as Picture

from ingest.formats.base import PageText
from ingest.formats.pdf_words import page_words
from ingest.reading.task import read_file
from ingest.recognition.merging import merged
from ingest.recognition.searchable import searchable_pdf
from ingest.recognition.task import recognise_pages
from records.words import WordBox, pack_words, unpack_words
from tests.ingest.recognition.paper import LINES, pdf_of, typed

WIDTH, HEIGHT = 595, 842
WORD = WordBox(0, 10, 100, 200, 180, 214, 95)


def layer_of(pdf: bytes, number: int = 1) -> tuple[str, list[WordBox]]:
    """Text and word boxes as a reader of PDF files finds them."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    found = page_words(document[number - 1])
    return found.text, found.boxes


def page_with(box: WordBox, *, turned: int = 0) -> PageText:
    signals: dict[str, int | float | str] = {"turned": turned} if turned else {}
    return PageText(1, "resolución", "ocr", words=pack_words([box]), signals=signals)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_word_is_found_where_it_is_seen_on_pages_shown_turned(tmp_path: Path, rotation: int) -> None:
    path = tmp_path / "scan.pdf"
    document = pypdfium2.PdfDocument(pdf_of(typed(LINES[:2], dpi=60), dpi=60))
    document[0].set_rotation(rotation)
    document.save(path)
    document.close()
    text, [box] = layer_of(searchable_pdf(path, "pdf", [page_with(WORD)]))
    assert text == "resolución"
    assert (box.x0, box.x1) == pytest.approx((100, 180), abs=3)
    assert box.y0 < 207 < box.y1


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_words_of_a_page_scanned_on_its_side_run_as_they_are_seen(tmp_path: Path, turned: int) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf_of(typed(LINES[:2], dpi=60), dpi=60))
    seen = WordBox(0, 10, 200, 300, 214, 380, 95) if turned != 180 else WORD
    _, [box] = layer_of(searchable_pdf(path, "pdf", [page_with(seen, turned=turned)]))
    assert box.x0 < (seen.x0 + seen.x1) / 2 < box.x1
    assert box.y0 < (seen.y0 + seen.y1) / 2 < box.y1
    long_side = max(box.x1 - box.x0, box.y1 - box.y0)
    assert long_side == pytest.approx(80, abs=3)


def test_what_was_not_recognised_or_is_no_pdf_at_all_has_no_such_form(tmp_path: Path) -> None:
    broken = tmp_path / "roto.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing more")
    assert searchable_pdf(broken, "pdf", [page_with(WORD)]) == b""
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf_of(typed(LINES[:2], dpi=60), dpi=60))
    assert searchable_pdf(path, "pdf", [PageText(1, "texto", "layer")]) == b""


@pytest.mark.slow
def test_a_tiff_of_two_pages_becomes_a_pdf_whose_words_are_found(tmp_path: Path, data: str) -> None:
    first, second = (typed(LINES[:count]).point([0] * 128 + [255] * 128).convert("1") for count in (3, 2))
    path = tmp_path / "acta.tif"
    first.save(path, save_all=True, append_images=[second], compression="group4", dpi=(200, 200))
    read = read_file(path, "acta.tif", {})
    seen = {
        page.number: page
        for page in recognise_pages(str(path), "acta.tif", {"recognise": {1: "", 2: ""}, "data": data})
    }
    found = merged(read, seen)
    made = searchable_pdf(path, "tiff", found.pages)
    assert len(made) < 60_000
    for number in (1, 2):
        text, boxes = layer_of(made, number)
        assert " ".join(text.split()) == " ".join(found.pages[number - 1].text.split())
        kept = unpack_words(found.pages[number - 1].words)
        assert [round(box.x0) for box in boxes] == pytest.approx([round(box.x0) for box in kept], abs=3)
    drawn = pypdfium2.PdfDocument(made)[0].render(scale=1, grayscale=True).to_pil()
    assert drawn.size == pytest.approx((WIDTH, HEIGHT), abs=2)
    assert Picture.Image.getextrema(drawn)[0] < 100
