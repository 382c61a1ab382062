"""Text that is drawn sideways or upside down on a page: which way it runs, and its lines in the order of reading."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pypdfium2 import raw

from ingest.formats.runs import Run

_ASKED = 12
_MOST_WRONG = 0.7
# Which side of a line's box goes on from line to line, and in which direction, by the turn of the text.
_ONWARD = {90: (0, -1), 180: (1, -1), 270: (0, 1)}


def turn_of(text_page: Any, places: Sequence[int]) -> int:
    """The quarter turn of most of a page's text, in degrees clockwise: 0, 90, 180 or 270; asked of a few characters."""
    asked = places[:: max(1, len(places) // _ASKED)][:_ASKED]
    turns = Counter(round(math.degrees(raw.FPDFText_GetCharAngle(text_page, place)) / 90) * 90 % 360 for place in asked)
    turn, count = turns.most_common(1)[0] if turns else (0, 0)
    return turn if count * 2 > len(asked) else 0


def lines_in_order(runs: list[Run], turn: int) -> None:
    """Put the lines of turned text in order: pdfium gives those of one direction last line first."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        lines[-1].append(run)
        if run.after not in (" ", ""):
            lines.append([])
    lines = [line for line in lines if line]
    side, sign = _ONWARD[turn]
    places = [line[0].box[side] * sign for line in lines if line[0].box is not None]
    backward = sum(1 for one, other in pairwise(places) if other < one)
    if len(places) < 2 or backward < _MOST_WRONG * (len(places) - 1):
        return
    runs[-1].after = runs[-1].after or "\n"
    runs[:] = [run for line in reversed(lines) for run in line]
    if runs[-1].after == "\n":
        runs[-1].after = ""
