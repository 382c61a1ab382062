"""Scans as they come: askew, turned, stamped, small, speckled; each is read, and its words are where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Picture

from ingest.recognition.page import LOW_CONFIDENCE, Recognised
from ingest.recognition.task import recognise_pages
from records.words import unpack_words
from tests.ingest.recognition.conftest import Recognise
from tests.ingest.recognition.paper import ENGLISH, LINES, PAPER, grained, pdf_of, stamped, typed, wrong_share

pytestmark = pytest.mark.slow


def middle_of(page: Recognised, word: str) -> tuple[float, float]:
    [box] = [box for box in unpack_words(page.words) if page.text[box.start : box.end] == word]
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def test_a_scan_askew_is_levelled_read_and_its_number_sign_mended(recognised: Recognise) -> None:
    straight = recognised(typed())
    page = recognised(grained(typed().rotate(2.3, Picture.Resampling.BICUBIC, fillcolor=PAPER)))
    assert wrong_share(page.text) < 0.01
    assert "RESOLUCIÓN Nº 014-2021-CPGP" in page.text
    assert page.confidence > 90
    assert (page.language, page.turned, page.notes) == ("es", 0, ())
    # The word's box is where the word stands on the page as scanned, not as levelled.
    x, y = middle_of(straight, "Regístrese,")
    skewed_x, skewed_y = middle_of(page, "Regístrese,")
    assert abs(skewed_x - x) < 30
    assert 5 < skewed_y - y < 20


@pytest.mark.parametrize(("degrees", "turned"), [(90, 270), (180, 180), (270, 90)])
def test_a_page_scanned_on_its_side_or_head_is_turned(recognised: Recognise, degrees: int, turned: int) -> None:
    upright = typed()
    clockwise = {90: Picture.Transpose.ROTATE_270, 180: Picture.Transpose.ROTATE_180, 270: Picture.Transpose.ROTATE_90}
    page = recognised(upright.transpose(clockwise[degrees]))
    assert wrong_share(page.text) < 0.01
    assert page.turned == turned
    x, y = middle_of(recognised(upright), "Regístrese,")
    width, height = upright.width * 72 / 200, upright.height * 72 / 200
    where = {90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[degrees]
    assert middle_of(page, "Regístrese,") == pytest.approx(where, abs=2.0)


@pytest.mark.parametrize("colour", [(95, 95, 95), (70, 90, 200), (200, 60, 60)])
def test_what_stands_under_a_stamp_is_read(recognised: Recognise, colour: tuple[int, int, int]) -> None:
    page = recognised(grained(stamped(typed(), colour), 0.04))
    assert any(note.endswith("_stamp") for note in page.notes)
    assert wrong_share(page.text) < 0.03


def test_small_print_is_drawn_more_finely(recognised: Recognise) -> None:
    small = recognised(typed(dpi=300, points=4), dpi=300)
    assert "fine" in small.notes
    assert wrong_share(small.text) < 0.03
    assert "fine" not in recognised(typed(dpi=300, points=11), dpi=300).notes


def test_a_page_of_black_and_white_is_read(recognised: Recognise) -> None:
    page = recognised(typed().point([0] * 128 + [255] * 128).convert("1").convert("L"))
    assert wrong_share(page.text) < 0.01


def test_an_english_page_among_spanish_ones_is_read_in_english(data: str, tmp_path: Path) -> None:
    path = tmp_path / "two.pdf"
    path.write_bytes(pdf_of(typed(), typed(ENGLISH)))
    spanish, english = recognise_pages(str(path), path.name, {"recognise": {1: "", 2: ""}, "data": data})
    assert (spanish.language, english.language) == ("es", "en")
    assert wrong_share(english.text, ENGLISH) < 0.01


def test_what_is_no_writing_is_said_to_be_unsure(recognised: Recognise) -> None:
    blank = recognised(grained(typed(()), 0.05))
    assert blank.text == ""
    smudge = typed().resize((120, 170)).resize((1654, 2338))
    page = recognised(smudge)
    assert page.confidence < LOW_CONFIDENCE
    assert page.text == "" or "low_confidence" in page.notes


def test_words_broken_at_the_end_of_a_line_are_whole_again(recognised: Recognise) -> None:
    page = recognised(
        typed(("La comisión aprueba las direc-", "tivas internas del Decreto 067-", "2011-PCM y su anexo."))
    )
    assert page.text == "La comisión aprueba las directivas\ninternas del Decreto 067-2011-PCM\ny su anexo."
    pieces = [page.text[box.start : box.end] for box in unpack_words(page.words)]
    assert pieces[4:8] == ["direc", "tivas", "internas", "del"]
    assert "067-" in pieces


def test_a_page_that_is_not_there_costs_only_itself(data: str, tmp_path: Path) -> None:
    path = tmp_path / "one.pdf"
    path.write_bytes(pdf_of(typed(LINES[:3])))
    missing, there = recognise_pages(str(path), path.name, {"recognise": {7: "", 1: ""}, "data": data})
    assert (missing.code, missing.text) == ("damaged", "")
    assert "RESOLUCIÓN" in there.text
