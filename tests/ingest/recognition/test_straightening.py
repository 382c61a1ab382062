"""How a page lies, told from a few columns of its darkness."""

from __future__ import annotations

import pytest
from PIL import Image as Picture

from ingest.recognition.straightening import letter_height, levelled, runs_sideways, skew_of
from tests.ingest.recognition.paper import PAPER, grained, typed


@pytest.mark.parametrize("degrees", [-4.0, -1.3, 0.0, 0.6, 3.1])
def test_skew_is_found_to_a_seventh_of_a_degree(degrees: float) -> None:
    page = grained(typed().rotate(degrees, Picture.Resampling.BICUBIC, fillcolor=PAPER))
    found, _ = skew_of(page)
    assert found == pytest.approx(-degrees, abs=0.15)
    again, _ = skew_of(levelled(page, found))
    assert abs(again) <= 0.15


def test_lines_that_run_up_the_page_are_noticed() -> None:
    page = typed()
    assert not runs_sideways(page, skew_of(page)[1])
    lying = page.transpose(Picture.Transpose.ROTATE_90)
    assert runs_sideways(lying, skew_of(lying)[1])


def test_letters_are_measured() -> None:
    large, small = letter_height(typed(points=12)), letter_height(typed(points=4))
    assert small < 7 < large
    assert letter_height(typed(())) == 0
