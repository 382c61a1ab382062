"""Running heads, feet and printed page numbers are told from the text they stand around."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.formats.base import PageText
from ingest.formats.furniture import tag_furniture
from records.furniture import without_furniture
from records.words import WordBox, pack_words


def page(number: int, *lines: tuple[float, str], label: str = "") -> PageText:
    """A page of 800 points whose lines stand at these heights."""
    text, boxes = "", []
    for top, line in lines:
        for word in line.split(" "):
            boxes.append(WordBox(len(text), len(text) + len(word), 50, top, 90, top + 10))
            text += word + " "
        text = text[:-1] + "\n"
    return PageText(number, text[:-1], "layer", 1.0, 600, 800, pack_words(boxes), label=label)


def furniture_of(read: PageText) -> list[tuple[str, str]]:
    return [(place, read.text[start:end]) for start, end, place in read.furniture]


def test_what_comes_again_at_the_edge_is_furniture() -> None:
    pages = [
        page(
            n,
            (30, f"MESA DE TRABAJO · Acta {n} de 2024"),
            (100, "La secretaria informa"),
            (760, f"Página {n + 6} de 9"),
        )
        for n in (1, 2, 3)
    ]
    tagged = tag_furniture(pages)
    for number, read in enumerate(tagged, 1):
        assert furniture_of(read) == [
            ("head", f"MESA DE TRABAJO · Acta {number} de 2024"),
            ("foot", f"Página {number + 6} de 9"),
        ]
        assert read.label == str(number + 6)


def test_two_pages_need_the_same_words_and_figures() -> None:
    same = [page(n, (30, "Boletín Oficial"), (100, f"punto {n}")) for n in (1, 2)]
    assert [furniture_of(read) for read in tag_furniture(same)] == [[("head", "Boletín Oficial")]] * 2
    other = [page(n, (30, f"Acuerdo {n} del pleno"), (100, f"punto {n}")) for n in (1, 2)]
    assert [read.furniture for read in tag_furniture(other)] == [(), ()]


def test_lines_of_the_text_that_repeat_at_the_edge_are_not_furniture() -> None:
    pages = [
        page(n, (40 + 9 * n, "Se aprueba por unanimidad."), (765, f"Artículo {n}.- Publicación")) for n in (1, 2, 3, 4)
    ]
    assert [read.furniture for read in tag_furniture(pages)] == [()] * 4


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("417", ""),
        ("- 3 -", ""),
        ("pág. 12", ""),
        ("El Peruano / Jueves 11 de enero de 2018 NORMAS LEGALES 19", "19"),
        ("20 NORMAS LEGALES Jueves 11 de enero de 2018 / El Peruano", "20"),
    ],
)
def test_some_are_known_on_a_page_of_their_own(line: str, label: str) -> None:
    read = tag_furniture([page(1, (64, line), (100, "Decreto Supremo que crea la Mesa"))])[0]
    assert furniture_of(read) == [("head", line)]
    assert read.label == label


def test_the_label_of_the_file_is_kept() -> None:
    read = tag_furniture([page(n, (760, f"{n + 6}"), label="iv") for n in (1, 2, 3)])
    assert [one.label for one in read] == ["iv"] * 3


def test_furniture_is_blanked_in_place() -> None:
    text = "Cabeza\nCuerpo del acta\n417"
    furniture = [(0, 6, "head"), (23, 26, "foot")]
    assert without_furniture(text, furniture) == "      \nCuerpo del acta\n   "
    assert without_furniture(text[20:], furniture, offset=20) == "ta\n   "
    assert without_furniture(text, ()) is text


def recognised(*pages: PageText) -> list[PageText]:
    return [replace(one, source="ocr") for one in pages]


def test_a_head_that_recognition_reads_otherwise_on_each_page_is_furniture() -> None:
    heads = ["Boletín Oficial de la Mesa", "Boletin 0ficial de la Mesa", "Boletín Oficia1 de 1a Mesa"]
    pages = [page(n, (30 + n, head), (100, f"punto {n}")) for n, head in enumerate(heads, 1)]
    tagged = tag_furniture(recognised(*pages))
    assert [furniture_of(read) for read in tagged] == [[("head", head)] for head in heads]
    # What was not recognised has no slips: lines that are only alike are text.
    assert [read.furniture for read in tag_furniture(pages)] == [()] * 3


def test_recognised_lines_that_say_other_things_or_stand_elsewhere_are_text() -> None:
    said = [
        "Se aprueba el informe del comité",
        "La secretaria da lectura al acta",
        "Se fija la fecha del pleno",
    ]
    pages = recognised(*(page(n, (30, line), (100, f"punto {n}")) for n, line in enumerate(said, 1)))
    assert [read.furniture for read in tag_furniture(pages)] == [()] * 3
    apart = ["Boletín Oficial de la Mesa", "Boletin 0ficial de la Mesa", "Boletín Oficia1 de 1a Mesa"]
    pages = recognised(*(page(n, (24 * n - 20, line), (100, f"punto {n}")) for n, line in enumerate(apart, 1)))
    assert [read.furniture for read in tag_furniture(pages)] == [()] * 3
