"""Parts: articles in figures, words and Roman numerals, dispositions, annexes; anchors that stay."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.describing.sections import parts_of
from tests.ingest.describing.reading import read

NORM = """TÍTULO PRELIMINAR
Artículo I.- Principio
Texto.
Artículo 1.- Objeto de la Ley
La presente Ley modifica
artículo 5 de otra ley.
“Artículo 186-A.- Texto de otra norma
Artículo 102-H.- Sanciones
Texto.
Artículo 2°.-
Otro.
ARTÍCULO TERCERO.- Vigencia
Rige.
DISPOSICIONES COMPLEMENTARIAS FINALES
PRIMERA.- Normas
Una.
Décima Segunda. Más normas
DISPOSICIÓN COMPLEMENTARIA DEROGATORIA
ÚNICA.- Derogación
Se deroga.
ANEXO N° 2
Tabla.
Artículo 1.- Objeto del reglamento
"""


def test_anchors_of_every_form() -> None:
    parts = parts_of(read(NORM).pages)
    assert [part.anchor for part in parts] == [
        "art_I",
        "art_1",
        "art_102-H",
        "art_2",
        "art_3",
        "dcf_1",
        "dcf_12",
        "dcd_1",
        "anx_2",
        "art_1~2",
    ]
    assert (parts[1].label, parts[1].heading) == ("Artículo 1", "Objeto de la Ley")


def test_parts_cover_the_text_from_the_first_on_without_overlap() -> None:
    parts = parts_of(read(NORM).pages)
    assert all(one.end == other.start for one, other in pairwise(parts))
    assert parts[-1].end == len(NORM)
    assert NORM[parts[1].start :].startswith("Artículo 1.-")


def test_a_part_ends_with_the_page_it_begins_on() -> None:
    parts = parts_of(read("Artículo 1.- Uno\nTexto.", "sigue.\nArtículo 2.- Dos\n").pages)
    assert [(part.anchor, part.page, part.start, part.end) for part in parts] == [
        ("art_1", 1, 0, 23),
        ("art_2", 2, 7, 24),
    ]


@given(st.lists(st.text(alphabet="Artículo1 .-\nANEXO", max_size=200), max_size=3))
def test_any_text_gives_spans_within_its_pages(pages: list[str]) -> None:
    lengths = {number: len(text) for number, text in enumerate(pages, 1)}
    parts = parts_of(read(*pages).pages)
    assert all(0 <= part.start <= part.end <= lengths[part.page] for part in parts)
    assert len({part.anchor for part in parts}) == len(parts)
