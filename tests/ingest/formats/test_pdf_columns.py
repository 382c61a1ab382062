"""Pages whose columns were drawn row by row are read column by column; all others keep the order they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import wrap

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.base import Extracted
from ingest.reading.task import read_file

FIRST = (
    "La Mesa de Trabajo se reúne en sesión ordinaria una vez al mes y en sesión extraordinaria cuando la convoca "
    "quien la preside o lo pide un tercio de sus miembros. La convocatoria señala el lugar, la fecha y la agenda, "
    "y se envía con no menos de cinco días de anticipación. Cada entidad acredita a un representante titular y a "
    "uno alterno. "
) * 3
SECOND = (
    "Los acuerdos se adoptan por mayoría simple de los asistentes y constan en actas numeradas que firman todos "
    "ellos. Quien discrepa puede pedir que conste su voto singular con sus fundamentos. La secretaría técnica "
    "lleva el registro de los acuerdos, cuida de su cumplimiento y da cuenta de él al comienzo de cada sesión. "
) * 3
THIRD = (
    "Los grupos de trabajo se forman por acuerdo de la Mesa, que fija su encargo, su plazo y quien los coordina. "
    "Presentan un informe por escrito al terminar, y pueden invitar a personas de la academia o de organismos "
    "internacionales sin que su participación irrogue gasto al tesoro público. "
) * 4


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Extracted]:
    def make(*pages: Callable[[Canvas], None]) -> Extracted:
        canvas = Canvas(str(tmp_path / "gaceta.pdf"), pagesize=(595, 842))
        for draw in pages:
            canvas.setFont("Helvetica", 9)
            draw(canvas)
            canvas.showPage()
        canvas.save()
        return read_file(tmp_path / "gaceta.pdf", "gaceta.pdf", {})

    return make


def rows(canvas: Canvas, columns: Sequence[Sequence[str]], edges: Sequence[float], top: float = 780) -> None:
    """Draw the columns as a careless program does: the first line of each, then the second of each."""
    for row in range(max(map(len, columns))):
        for lines, left in zip(columns, edges, strict=True):
            if row < len(lines):
                canvas.drawString(left, top - 11 * row, lines[row])


def plain(text: str) -> str:
    return " ".join(text.split())


def test_two_columns_drawn_row_by_row(read: Callable[..., Extracted]) -> None:
    page = read(lambda c: rows(c, [wrap(FIRST, 52), wrap(SECOND, 52)], [40, 305])).pages[0]
    assert plain(page.text) == plain(FIRST + SECOND)
    assert page.signals["columns"] == 2


def test_three_columns_drawn_row_by_row(read: Callable[..., Extracted]) -> None:
    page = read(lambda c: rows(c, [wrap(text, 34) for text in (FIRST, SECOND, THIRD)], [40, 220, 400])).pages[0]
    assert plain(page.text) == plain(FIRST + SECOND + THIRD)
    assert page.signals["columns"] == 3


def test_words_broken_in_a_column_are_whole_again(read: Callable[..., Extracted]) -> None:
    left, right = wrap(FIRST, 52), wrap(SECOND, 52)
    left[3:5] = ["y la Secretaría Téc-", "nica informa de ello"]
    right[3:5] = ["del Decreto Supremo N° 067-", "2011-PCM"]
    text = read(lambda c: rows(c, [left, right], [40, 305])).pages[0].text
    assert "la Secretaría Técnica\ninforma" in text
    assert "067-2011-PCM" in text.replace("\n", "")


def test_what_crosses_the_page_stands_where_it_is_drawn(read: Callable[..., Extracted]) -> None:
    heading = "NORMAS LEGALES DE LA COMISIÓN PARA LA GESTIÓN MIGRATORIA Y SUS GRUPOS DE TRABAJO, EDICIÓN DE PRUEBA"

    def draw(canvas: Canvas) -> None:
        canvas.drawString(40, 815, heading)
        rows(canvas, [wrap(FIRST, 52)[:14], wrap(SECOND, 52)[:14]], [40, 305])
        canvas.drawString(40, 600, heading.lower())
        rows(canvas, [wrap(SECOND, 52)[:14], wrap(THIRD, 52)[:14]], [40, 305], top=570)
        canvas.drawString(40, 30, "417")

    text = plain(read(draw).pages[0].text)
    order = [heading, wrap(FIRST, 52)[13], wrap(SECOND, 52)[13], heading.lower(), wrap(THIRD, 52)[13], "417"]
    places = [text.find(plain(words)) for words in order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_short_last_page_follows_the_pages_before(read: Callable[..., Extracted]) -> None:
    def last(canvas: Canvas) -> None:
        rows(canvas, [["Regístrese, comuníquese y archívese.", "ROSA QUISPE"], ["Anótese.", "LUIS PAREDES"]], [40, 305])

    read_pages = read(lambda c: rows(c, [wrap(FIRST, 52), wrap(SECOND, 52)], [40, 305]), last).pages
    assert plain(read_pages[1].text) == "Regístrese, comuníquese y archívese. ROSA QUISPE Anótese. LUIS PAREDES"


def test_columns_drawn_one_after_the_other_are_left_alone(read: Callable[..., Extracted]) -> None:
    def draw(canvas: Canvas) -> None:
        for text, left in ((FIRST, 40), (SECOND, 305)):
            rows(canvas, [wrap(text, 52)], [left])

    page = read(draw).pages[0]
    assert plain(page.text) == plain(FIRST + SECOND)
    assert "columns" not in page.signals


@pytest.mark.parametrize("edges", [[40, 90, 300, 430], [40, 200, 330, 460]])
def test_the_rows_of_a_table_stay_rows(read: Callable[..., Extracted], edges: Sequence[float]) -> None:
    cells = [
        [str(number), f"Rosa Quispe {number}", "representante titular", "12,500.00"]
        if number % 3
        else [str(number), "", "", ""]
        for number in range(30)
    ]
    page = read(lambda c: rows(c, list(zip(*cells, strict=True)), edges)).pages[0]
    assert "columns" not in page.signals
    assert "4 Rosa Quispe 4 representante titular 12,500.00" in page.text


def test_a_list_with_figures_at_the_right_stays_rows(read: Callable[..., Extracted]) -> None:
    lines = [line.rstrip() for line in wrap(FIRST, 70)]
    page = read(lambda c: rows(c, [lines, [f"{at * 7}.00" for at in range(len(lines))]], [40, 500])).pages[0]
    assert plain(page.text).startswith(plain(f"{lines[0]} 0.00 {lines[1]} 7.00"))
