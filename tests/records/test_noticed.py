"""What readers of files warn of and why files have no text: each has its sentence, in the language of the page."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from records.web.noticed import SENTENCES, warning_words
from records.web.wording import REASONS, reason
from tests.house.tree import PROJECT

WARNING = re.compile(r"""f?"([a-z]+(?:_[a-z]+)*): """)
TOLD = {
    "repaired: the file is damaged; it was read from a copy repaired by qpdf, and 17 of its 40 pages have no text": (
        "El archivo está dañado. Se leyó una copia reparada; 17 de sus 40 páginas no tienen texto."
    ),
    "low_confidence: page 3 was hard to recognise (36 of 100)": (
        "La página 3 fue difícil de reconocer (confianza 36 de 100). Compárela con el archivo."
    ),
    "tracked_changes: 1 inserted passages were kept and 2 deleted ones left out": (
        "Tiene cambios controlados: pasajes insertados que se conservaron: 1; eliminados que se omitieron: 2."
    ),
    "tracked_changes: informe.docx: 4 deleted passages were left out": (
        "En «informe.docx»: Tiene cambios controlados: pasajes eliminados que se omitieron: 4."
    ),
    "part_unread: año/clave 2.pdf: The PDF asks for a password; upload a copy without one. (encrypted)": (
        "«año/clave 2.pdf», que va dentro, no tiene texto. Pide una contraseña. Suba una copia sin ella como versión "
        "nueva."
    ),
    "date: the text says 2021-03, the file name 1998": (
        "El texto lleva la fecha 2021-03; el nombre del archivo dice 1998."
    ),
    "date: the list says 1995, the text 2005-10-15": "La lista dice 1995; el texto lleva la fecha 2005-10-15.",
    "number: the list says LEY:28612, the heading LEY:28611": (
        "La lista da el número LEY:28612; el encabezado, LEY:28611."
    ),
    "mislabelled: the name says pdf, the bytes are docx": "Su nombre termina en .pdf, pero es docx.",
}


@pytest.mark.parametrize("warning", TOLD)
def test_a_warning_is_said_in_the_language_of_the_page(warning: str) -> None:
    with override("es"):
        assert warning_words({"text": warning}) == TOLD[warning]
    with override("en"):
        assert warning_words({"text": warning}) not in (warning, TOLD[warning])


def test_what_nobody_foresaw_is_shown_as_it_was_written() -> None:
    assert warning_words({"text": "novelty: 100 % unheard of"}) == "novelty: 100 % unheard of"


def test_every_warning_of_a_reader_has_its_sentence() -> None:
    written = {code for path in (PROJECT / "ingest").rglob("*.py") for code in WARNING.findall(path.read_text("utf-8"))}
    assert {"repaired", "part_unread", "ocr_failed"} <= written
    assert written - set(SENTENCES) == set()


def test_every_documented_reason_has_its_words() -> None:
    table = (PROJECT / "docs" / "extraction.md").read_text("utf-8").split("| code | meaning |")[1]
    codes = {code for row in re.findall(r"^\| (`.+?) \|", table, re.M) for code in re.findall(r"`(\w+)`", row)}
    assert {"encrypted", "time_limit", "reader_crashed"} <= codes
    assert codes - set(REASONS) == set()
    with override("es"):
        assert reason("time_limit") == "Leerlo tomaba demasiado tiempo y se detuvo."
