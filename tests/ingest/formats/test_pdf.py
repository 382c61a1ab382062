"""PDF text: words whole, each with the box in which it is drawn, failures with a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.base import Extracted
from ingest.formats.pdf_words import _join
from ingest.formats.runs import Run
from ingest.reading.task import read_file
from records.words import WordBox, unpack_words

Draw = Callable[[Canvas], None]
A4 = (595.0, 842.0)


@pytest.fixture
def pdf(tmp_path: Path) -> Callable[..., Extracted]:
    def make(*pages: Draw, **options: object) -> Extracted:
        path = tmp_path / "acta.pdf"
        canvas = Canvas(str(path), pagesize=A4, **options)
        canvas.setTitle("Acta de instalación")
        canvas.setAuthor("Secretaría")
        for draw in pages:
            canvas.setFont("Helvetica", 12)
            draw(canvas)
            canvas.showPage()
        canvas.save()
        return read_file(path, "acta.pdf", {})

    return make


def words_of(extracted: Extracted, page: int = 1) -> dict[str, WordBox]:
    text = extracted.pages[page - 1].text
    return {text[box.start : box.end]: box for box in unpack_words(extracted.pages[page - 1].words)}


def test_text_boxes_and_information(pdf: Callable[..., Extracted]) -> None:
    read = pdf(lambda c: (c.drawString(72, 742, "Acta de instalación"), c.drawString(72, 722, "Sesión N° 001")))
    page = read.pages[0]
    assert page.text == "Acta de instalación\nSesión N° 001"
    assert (page.number, page.source, page.quality, page.width, page.height) == (1, "layer", 1.0, *A4)
    assert (read.metadata["title"], read.metadata["author"]) == ("Acta de instalación", "Secretaría")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", str(read.metadata["created"]))
    box = words_of(read)["Acta"]
    assert box.x0 == pytest.approx(72, abs=1)
    assert box.y0 < 842 - 742 < box.y1
    assert 8 < box.y1 - box.y0 < 20
    assert words_of(read)["Sesión"].y0 > box.y0 + 15


def test_a_page_without_text_says_so(pdf: Callable[..., Extracted]) -> None:
    read = pdf(lambda c: c.rect(100, 100, 300, 300, fill=1), lambda c: c.drawString(72, 742, "texto"))
    assert [(p.source, p.quality, p.text) for p in read.pages] == [("none", None, ""), ("layer", 1.0, "texto")]
    assert read.error is None


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_lie_on_the_page_as_it_is_shown(pdf: Callable[..., Extracted], tmp_path: Path, turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.drawString(100, 400, "acuerdo")

    read = pdf(draw)
    box = words_of(read)["acuerdo"]
    document = pypdfium2.PdfDocument(tmp_path / "acta.pdf")
    image = document[0].render(scale=4, grayscale=True).to_pil()
    document.close()
    assert image.size == (4 * read.pages[0].width, 4 * read.pages[0].height)
    drawn = image.point(lambda value: 255 * (value < 160)).getbbox()
    assert drawn is not None
    ink = [side / 4 for side in drawn]
    assert box.x0 - 3 <= ink[0] < ink[2] <= box.x1 + 3
    assert box.y0 - 3 <= ink[1] < ink[3] <= box.y1 + 3


def test_a_word_broken_at_the_line_end_is_whole_and_has_two_boxes(pdf: Callable[..., Extracted]) -> None:
    read = pdf(
        lambda c: (
            c.drawString(72, 742, "la Secretaría Téc-"),
            c.drawString(72, 728, "nica informa"),
            c.drawString(72, 714, "hoy"),
        )
    )
    page = read.pages[0]
    assert page.text == "la Secretaría Técnica\ninforma\nhoy"
    boxes = words_of(read)
    assert boxes["Téc"].end == boxes["nica"].start
    assert boxes["nica"].y0 > boxes["Téc"].y0


def test_a_number_broken_at_its_hyphen_keeps_it(pdf: Callable[..., Extracted]) -> None:
    read = pdf(lambda c: (c.drawString(72, 742, "Decreto Supremo 067-"), c.drawString(72, 728, "2011-PCM dispone")))
    assert "067-2011-PCM" in read.pages[0].text.replace("\n", "")


@pytest.mark.parametrize(("gap", "joined"), [(1.0, True), (-0.2, True), (4.0, False)])
def test_a_false_space_after_a_ligature_is_taken_out(gap: float, joined: bool) -> None:
    runs = [Run("ofi", (10, 0, 20, 10), " "), Run("cial", (20 + gap, 0, 40, 10))]
    _join(runs)
    assert "".join(run.text + run.after for run in runs) == ("oficial" if joined else "ofi cial")


@pytest.mark.parametrize(
    ("gap", "after", "text"),
    [(1.0, "rito", "mérito"), (5.0, "rito", "mé -\nrito"), (1.0, "Rito", "mé -\nRito")],
)
def test_a_line_hyphen_that_stands_off_its_word(gap: float, after: str, text: str) -> None:
    runs = [
        Run("mé", (10, 0, 20, 10), " "),
        Run("-", (20 + gap, 0, 24, 10), "\n"),
        Run(after, (10, -12, 30, -2)),
    ]
    _join(runs)
    assert "".join(run.text + run.after for run in runs) == text


def test_a_number_broken_after_its_hyphen_is_one() -> None:
    runs = [Run("640-", None, "\n"), Run("2019-MINEDU", None, " "), Run("dispone", None)]
    _join(runs)
    assert "".join(run.text + run.after for run in runs) == "640-2019-MINEDU\ndispone"


def test_a_password_is_named_and_an_owner_password_is_none(pdf: Callable[..., Extracted]) -> None:
    read = pdf(lambda c: c.drawString(72, 742, "texto"), encrypt=StandardEncryption("secret", ownerPassword="o"))
    assert read.error is not None
    assert read.error.code == "encrypted"
    read = pdf(lambda c: c.drawString(72, 742, "texto"), encrypt=StandardEncryption("", ownerPassword="o"))
    assert read.error is None
    assert read.pages[0].text == "texto"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n" + b"x" * 5000, b"%PDF-1.4\ntrailer<</Root 1 0 R>>"])
def test_a_damaged_file_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(data)
    error = read_file(path, path.name, {}).error
    assert error is not None
    assert error.code == "damaged"


def test_every_box_names_a_word_and_they_follow_the_text(pdf: Callable[..., Extracted]) -> None:
    lines = ["Artículo 1.- Objeto  de la  norma", "😀 fuera del plano", "fin"]
    read = pdf(lambda c: [c.drawString(72, 742 - 14 * n, line) for n, line in enumerate(lines)])
    text, place = read.pages[0].text, 0
    for box in unpack_words(read.pages[0].words):
        assert place <= box.start < box.end <= len(text)
        assert not re.search(r"\s", text[box.start : box.end])
        place = box.end


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_text_drawn_sideways_is_read_from_its_first_line(pdf: Callable[..., Extracted], degrees: int) -> None:
    lines = ["Anexo: relación de entidades", "que integran la Mesa de Traba-", "jo y de sus representantes"]

    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 420)
        canvas.rotate(degrees)
        for at, line in enumerate(lines):
            canvas.drawString(-150, 40 - 14 * at, line)

    assert (
        pdf(draw).pages[0].text
        == "Anexo: relación de entidades\nque integran la Mesa de Trabajo\ny de sus representantes"
    )
