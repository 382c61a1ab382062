"""How a picture of a page lies: its skew, whether its lines run upright, how high its letters are.

All is measured on a few columns of the picture's darkness, row by row, which costs a fiftieth of reading it
(rotating a copy again and again, as the guide does, costs a twelfth).
"""

from __future__ import annotations

import math
from itertools import pairwise

from PIL import Image as Picture
from PIL.Image import Image

STRIPS = 24
ROWS = 1000
WIDEST_DEGREES = 5.0
LEAST_DEGREES = 0.2
"""A smaller skew costs nothing to leave."""
_SIDEWAYS = 1.5
_EDGE = 0.35


def skew_of(image: Image) -> tuple[float, float]:
    """Degrees by which to turn a grey picture counter-clockwise so that its lines are level, and how clear it is."""
    rows = min(ROWS, image.height)
    strips = _strips(image, rows)
    # How many rows a line climbs from one strip to the next, at an angle of which the tangent is 1.
    step = (image.width / STRIPS) * (rows / image.height)
    clear: dict[float, float] = {}

    def clearness(degrees: float) -> float:
        if degrees not in clear:
            clear[degrees] = _contrast(strips, step * math.tan(math.radians(degrees)))
        return clear[degrees]

    coarse = [degrees / 2 for degrees in range(int(-2 * WIDEST_DEGREES), int(2 * WIDEST_DEGREES) + 1)]
    best = max(coarse, key=clearness)
    for finer in (0.25, 0.125):
        best = max((best, best - finer, best + finer), key=clearness)
    return best, clear[best]


def levelled(image: Image, degrees: float, *, sharp: bool = False) -> Image:
    """The picture turned counter-clockwise about its middle, its corners filled with the paper's own grey.

    `sharp` takes twice the time; print from which a stamp was taken is read worse without.
    """
    if abs(degrees) < LEAST_DEGREES:
        return image
    how = Picture.Resampling.BICUBIC if sharp else Picture.Resampling.BILINEAR
    return image.rotate(degrees, resample=how, fillcolor=paper_of(image))


def runs_sideways(image: Image, clear: float) -> bool:
    """Whether the lines of a picture run up or down the page, where they were `clear` across it."""
    return skew_of(image.transpose(Picture.Transpose.ROTATE_90))[1] > _SIDEWAYS * clear


def paper_of(image: Image) -> int:
    """The grey of the paper: the most frequent of the lighter half."""
    counts = image.histogram()
    return max(range(128, 256), key=counts.__getitem__)


def letter_height(image: Image) -> float:
    """The usual height in pixels of a line's dark middle (that of an x) in a level picture; 0 where no line shows."""
    runs: list[int] = []
    for strip in _strips(image, image.height, columns=STRIPS // 2):
        dark = sorted(strip)[: len(strip) // 20]
        paper = sorted(strip)[len(strip) * 9 // 10]
        # The rows at foot and head of an x are darker than those between: the edge lies nearer to the paper.
        edge = paper - _EDGE * (paper - sum(dark) / max(len(dark), 1))
        if paper - edge > 6:
            runs += _runs_below(strip, edge)
    return float(sorted(runs)[len(runs) // 2]) if len(runs) >= STRIPS else 0.0


def _runs_below(strip: bytes, edge: float) -> list[int]:
    runs, length = [], 0
    for value in strip:
        if value < edge:
            length += 1
        elif length:
            runs.append(length)
            length = 0
    return [run for run in runs if run > 2]


def _strips(image: Image, rows: int, *, columns: int = STRIPS) -> list[bytes]:
    """The mean grey of each row of the picture, column by column."""
    small = image.resize((columns, rows), Picture.Resampling.BOX)
    data = small.tobytes()
    return [data[at::columns] for at in range(columns)]


def _contrast(strips: list[bytes], climb: float) -> float:
    """How much the rows differ from their neighbours when each strip is shifted by `climb` more than the one before."""
    middle = (len(strips) - 1) / 2
    shifts = [round((at - middle) * climb) for at in range(len(strips))]
    most = max(map(abs, shifts))
    length = len(strips[0]) - 2 * most
    if length < 2:
        return 0.0
    shifted = [strip[most + shift : most + shift + length] for strip, shift in zip(strips, shifts, strict=True)]
    total = list(map(sum, zip(*shifted, strict=True)))
    return sum((one - next_) ** 2 for one, next_ in pairwise(total)) / length
