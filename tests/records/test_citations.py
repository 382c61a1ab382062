"""Citations: what is cited, where the words stand, and the part pointed at."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.citations import find_citations

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


@given(st.text(max_size=400))
def test_no_text_makes_it_raise_and_citations_do_not_overlap(text: str) -> None:
    found = find_citations(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
