"""Shadows over a page, as a telephone's picture has them: found, and taken out of the picture.

The engine tells print from paper by one level for the whole page, so that what lies in a shadow is black and not read
at all. Here each point is taken as a share of the paper around it. Measured on eight pages drawn, shaded by a half to
two thirds and photographed at a slant of 4 %: wrong characters 39 % before (medians of each kind), .5 % after, which is
what the same pages have without a shadow. The engine's own local threshold (Sauvola) leaves .6 %, and up to 1.3 %.
A slant like that needs nothing: such pages are read as straight ones.
"""

from __future__ import annotations

from typing import Any

from PIL import Image as Picture
from PIL import ImageFilter, ImageMath
from PIL.Image import Image

_COARSER = 8
_AROUND = 9
"""Coarse points that are looked at for paper: 9 mm at 200 dots an inch, wider than any letter's stroke."""
_SOFT = 6
_WHITE = 245
_UNEVEN = 0.8
"""The paper's darker tenth is darker than this share of its lighter tenth. Of the development scans none is."""
_EDGE = 0.05
_ROWS = 512


def is_unevenly_lit(grey: Image) -> bool:
    """Tell whether the paper of a grey picture is much darker in one place than in another; pictures on it may be."""
    paper = _paper(grey)
    across, down = round(paper.width * _EDGE), round(paper.height * _EDGE)
    counts = paper.crop((across, down, paper.width - across, paper.height - down)).histogram()
    return _level(counts, 0.1) < _UNEVEN * _level(counts, 0.9)


def evenly_lit(grey: Image) -> Image:
    """Return the picture with each point as a share of the paper around it."""
    paper = _paper(grey).filter(ImageFilter.GaussianBlur(_SOFT)).resize(grey.size, Picture.Resampling.BILINEAR)
    lit = Picture.new("L", grey.size)
    # Whole numbers take four times the room of a grey point, and several of them are held at once.
    for top in range(0, grey.height, _ROWS):
        rows = (0, top, grey.width, min(top + _ROWS, grey.height))
        lit.paste(ImageMath.lambda_eval(_share_of_paper, grey=grey.crop(rows), paper=paper.crop(rows)), rows)
    return lit


def _share_of_paper(given: dict[str, Any]) -> Any:
    share = given["grey"] * _WHITE / given["max"](given["paper"], 1)
    return given["convert"](given["min"](share, 255), "L")


def _paper(grey: Image) -> Image:
    """The paper without its print, coarser."""
    return grey.reduce(_COARSER).filter(ImageFilter.MaxFilter(_AROUND))


def _level(counts: list[int], share: float) -> int:
    """The level below which this share of the points lies."""
    left = sum(counts) * share
    for level, count in enumerate(counts):
        left -= count
        if left <= 0:
            return level
    return len(counts) - 1
