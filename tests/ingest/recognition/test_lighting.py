"""A page photographed under a shadow is read as one on a scanner's glass; a page without a shadow is left as it is."""

from __future__ import annotations

import pytest
from PIL import ImageDraw

from ingest.recognition.lighting import evenly_lit, is_unevenly_lit
from tests.ingest.recognition.conftest import Recognise
from tests.ingest.recognition.paper import LINES, grained, shaded, slanted, stamped, typed, wrong_share


def test_shadows_are_found_and_print_stamps_and_dirt_are_none() -> None:
    assert is_unevenly_lit(shaded(typed()))
    for page in (typed(), grained(typed()), typed().point([0] * 128 + [255] * 128), typed(LINES * 4, points=9)):
        assert not is_unevenly_lit(page)
    assert not is_unevenly_lit(stamped(typed(), (95, 95, 95)).convert("L"))


def test_in_even_light_the_paper_is_white_everywhere_and_print_stays_dark() -> None:
    lit = evenly_lit(shaded(typed()))
    assert min(lit.getpixel((x, 2300)) for x in range(0, lit.width, 40)) > 230
    assert lit.getextrema()[0] < 80


@pytest.mark.slow
def test_a_photograph_in_the_shadow_of_the_hand_is_read(recognised: Recognise) -> None:
    page = recognised(grained(slanted(shaded(typed())), 0.04))
    assert "uneven_light" in page.notes
    assert wrong_share(page.text) < 0.02


@pytest.mark.slow
def test_white_letters_on_a_dark_head_are_not_lost_to_the_light(recognised: Recognise) -> None:
    page = typed(LINES[3:])
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, page.width, 600), fill=40)
    head = typed(LINES[:1], points=24).point([240 - level for level in range(256)])
    page.paste(head.crop((150, 180, page.width, 330)), (150, 220))
    read = recognised(page)
    assert "COMISIÓN DE PRUEBA" in read.text
