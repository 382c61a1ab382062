"""Citations: what is cited, where the words stand, and the part pointed at."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.citations import find_citations, pointed_citations
from records.numbering.designation import _before, _stands_bare
from records.numbering.spelling import folded
from records.numbering.written import SEQUENCE, sequences

TEXT = (
    "De conformidad con el artículo 15 de la Ley Nº 27444, los Decretos Supremos Nºs 001-2020-PCM, 002-2020-PCM y "
    "003-2020-PCM y el literal a) del artículo 102-H del D.S. N° 007-2017-IN; la Tercera Disposición Complementaria "
    "Final de la Ley 30057 y la Resolución de Superintendencia N° 000281-2022/SUNAT."
)


def test_each_mention_has_its_key_and_pinpoint() -> None:
    assert [(cited.key, cited.pinpoint) for cited in find_citations(TEXT)] == [
        ("LEY:27444", "art_15"),
        ("DS:1-2020-PCM", ""),
        ("DS:2-2020-PCM", ""),
        ("DS:3-2020-PCM", ""),
        ("DS:7-2017-IN", "art_102-H"),
        ("LEY:30057", "dcf_3"),
        ("RES:281-2022-SUNAT", ""),
    ]


def test_offsets_are_those_of_the_words() -> None:
    assert all(TEXT[cited.start : cited.end] == cited.text for cited in find_citations(TEXT))


@pytest.mark.parametrize(
    "text",
    ["La Ley 5 veces citada", "hay 20 decretos y 15 leyes", "a las 10.30 horas del 26 de julio", "or 12-2020 da 5"],
)
def test_figures_are_no_citations(text: str) -> None:
    assert find_citations(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("los artículos 3, 4-A y 5 de la Ley 28094", [("LEY:28094", ("art_3", "art_4-A", "art_5"))]),
        ("la Ley 28094, artículo 5", [("LEY:28094", ("art_5",))]),
        ("la Ley 28094, artículo 5 de la Ley 30414", [("LEY:28094", ()), ("LEY:30414", ("art_5",))]),
        ("Según la Ley 28094. Artículo 5. Objeto", [("LEY:28094", ())]),
        ("Leyes N.os 27341, 27342 y 27343", [("LEY:27341", ()), ("LEY:27342", ()), ("LEY:27343", ())]),
        ("el artículo 2 de la Constitución Política del Perú", [("CON:1993", ("art_2",))]),
        ("la Constitución de 1979", [("CON:1979", ())]),
        ("la constitución de la empresa; Constitución de una sociedad", []),
    ],
)
def test_a_pasted_text_gives_all_the_parts_it_points_at(text: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(one.cited.key, one.anchors) for one in pointed_citations(text)] == found


@given(st.text(max_size=400))
def test_no_text_makes_it_raise_and_citations_do_not_overlap(text: str) -> None:
    found = find_citations(text)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(alphabet="Constitucion artículos 0123456789,.y-eLey del\n", max_size=200))
def test_pointed_citations_are_in_order_and_apart(text: str) -> None:
    found = [one.cited for one in pointed_citations(text)]
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(text[cited.start : cited.end] == cited.text for cited in found)


PIECES = ["ley", "n°", "N.º ", "d.s.", "27", "1350", "de", "2024", "no", *"old-/. é(\n"]
NUMBERED = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(NUMBERED)
def test_numbers_found_by_their_first_digit_are_those_of_the_whole_text(text: str) -> None:
    plain = folded(text)
    assert [match.span() for match in sequences(plain)] == [match.span() for match in SEQUENCE.finditer(plain)]


@given(NUMBERED)
def test_a_number_that_stands_bare_has_no_designation(text: str) -> None:
    plain = folded(text)
    for match in SEQUENCE.finditer(plain):
        if _stands_bare(plain, match.start()):
            before = _before(plain, match.start())
            assert (before.kind, before.marker, before.lead) == (None, False, ())
