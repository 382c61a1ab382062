"""RTF: letters of every spelling, rows, styles, notes, running heads; groups without end are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.formats.base import Extracted
from ingest.reading.task import read_file

Read = Callable[[str], Extracted]
_WORDS = (
    r"{ } \par_ \cell_ \row_ \trowd_ \intbl_ \pard_ \u-10179? \'f1 \* \footnote_ \header_ \stylesheet_ \info_ \title_ "
    r"\bin99_ \uc9_ x \ \f1_ \deleted_ \fonttbl_ \fcharset128_ \outlinelevel3_ \annotation_ \atnauthor_ \nestcell_ ñ"
)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def document(body: str) -> Extracted:
        path = tmp_path / "acta.rtf"
        path.write_text(r"{\rtf1\ansi\ansicpg1252 " + body + "}", "latin-1")
        return read_file(path, path.name, {})

    return document


def test_letters_however_written(read: Read) -> None:
    assert read(r"A\'f1o \u241?o \u8220\'93bien\u8221\'94 \uc2\u8211ab\emdash x\~y\_z\{\}").pages[0].text == (
        "Año ño “bien” –—x\xa0y-z{}"
    )
    assert read(r"\u-10179?\u-8704?").pages[0].text == "😀"


def test_fonts_of_other_alphabets(read: Read) -> None:
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset128 MS;}}"
    assert read(fonts + r"\f0 \'e1 \f1 \'e1 \f2 \'82\'a0").pages[0].text == "á б あ"


def test_paragraphs_rows_headings_and_lists(read: Read) -> None:
    styles = r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2\outlinelevel1 Propio;}}"
    found = read(
        styles
        + r"{\info{\title Acta N.\'ba 3}{\author Ana}}"
        + r"{\header\pard Comisi\'f3n\par}{\footer\pard {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}"
        + r"\pard\s1 De la sesi\'f3n\par\pard\s2 Del acta\par"
        + r"\pard{\listtext 1.\tab}Primero{\footnote\pard\plain  Nota al pie\par}\par"
        + r"\trowd\pard\intbl Entidad\cell Ana\par Luis\cell\row\pard\intbl Voto\cell\cell\row"
        + r"\pard Fin{\*\annotation\pard Revisar}{\*\desconocido nada}{\pict 00ff}\line de acta\par"
    )
    page = found.pages[0]
    assert page.text.split("\n") == [
        "Comisión",
        "De la sesión",
        "Del acta",
        "1.\tPrimero",
        "Entidad | Ana Luis",
        "Voto |",
        "Fin",
        "de acta",
        "Nota al pie",
        "1",
    ]
    assert [(one.level, page.text[one.start : one.end]) for one in found.headings] == [
        (1, "De la sesión"),
        (2, "Del acta"),
    ]
    assert [page.text[start:end] for start, end, _ in page.furniture] == ["Comisión", "1"]
    assert (found.metadata["title"], found.metadata["author"]) == ("Acta N.º 3", "Ana")
    assert [(part.name, part.pages[0].text) for part in found.parts] == [("comments", "Revisar")]


def test_what_was_deleted_is_left_out_and_said(read: Read) -> None:
    found = read(r"son {\deleted tres }{\revised cuatro} votos")
    assert found.pages[0].text == "son cuatro votos"
    assert found.warnings == ["tracked_changes: 1 deleted passages were left out"]


def test_binary_data_is_stepped_over(read: Read) -> None:
    assert read(r"a{\pict\bin6 }}}}}}}b").pages[0].text == "ab"


def test_groups_without_end_are_refused(read: Read) -> None:
    found = read("{" * 100_000)
    assert found.error is not None
    assert found.error.code == "too_deep"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([word.replace("_", " ") for word in _WORDS.split()]), max_size=60))
def test_any_row_of_words_is_read(read: Read, words: list[str]) -> None:
    found = read("".join(words))
    assert found.error is None
    page = found.pages[0]
    assert all(page.text[one.start : one.end].split() == one.text.split() for one in found.headings)
