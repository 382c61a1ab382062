"""A stamp is told from print by its ink, and from shadows and copier's grey by how little of the page it covers."""

from __future__ import annotations

from PIL import Image as Picture
from PIL import ImageChops

from ingest.recognition.stamps import stamp_on
from tests.ingest.recognition.paper import grained, stamped, typed


def test_stamps_are_found_in_grey_and_in_colour() -> None:
    grey = stamp_on(grained(stamped(typed(), (95, 95, 95)), 0.04))
    assert grey is not None
    assert (grey.coloured, 80 < grey.tone < 120) == (False, True)
    blue = stamp_on(stamped(typed(), (70, 90, 200)))
    assert blue is not None
    assert blue.coloured


def test_a_page_without_one_or_under_a_shadow_has_none() -> None:
    assert stamp_on(grained(typed())) is None
    page = typed().convert("RGB")
    shadow = Picture.linear_gradient("L").resize(page.size).point([90 + tone * 165 // 255 for tone in range(256)])
    assert stamp_on(ImageChops.multiply(page, shadow.convert("RGB"))) is None
