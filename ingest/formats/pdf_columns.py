"""Columns drawn row by row are read one after the other: the words of a page put in order, on evidence alone.

Most programs write one column and then the next, and pdfium keeps their order; that order is never touched. Some draw
each row across all columns. There the text jumps over the gutter in nearly every row, and both sides are filled
lines of prose, which the cells of a table are not (guide on extraction, F 3).
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.formats.runs import HYPHEN, Box, Run

_FEWEST_WORDS = 40
_JUMP = 0.7
"""A gap this wide, in word heights, is more than a space; one between columns is at least so wide."""
_FEWEST_JUMPS = 6
_FEWEST_JUMPS_AGAIN = 1
_ALIGNED = 0.5
"""Of the jumps, so many end where the column begins, give or take `_SLACK` points."""
_SLACK = 4.0
_MOST_ROWS_CROSSED = 0.5
_ROW_DRAWN = 0.6
"""Rows with text on both sides in which the text jumps from one to the other, of all such rows."""
_NARROWEST = 0.15
"""No column is narrower than this share of the text's width."""
_FILLED = 0.7
_FILLED_LINES = 0.4
_WORDS_A_LINE = 3.0
_EDGE = 0.08
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Gutter:
    """The strip between two columns, in points from the left of the page."""

    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def put_in_order(runs: list[Run], height: float, known: Sequence[Gutter] = ()) -> list[Gutter]:
    """Put the runs of a page in reading order, where there is evidence that they are not. Return the gutters found.

    `height` is that of the page; `known` are gutters of the pages before, for which less evidence will do.
    """
    gutters: list[Gutter] = []
    if len(runs) > _FEWEST_WORDS or known:
        _order(runs, 0, len(runs), height, known, gutters, _DEEPEST)
    return gutters


def _order(
    runs: list[Run], start: int, end: int, height: float, known: Sequence[Gutter], found: list[Gutter], depth: int
) -> None:
    """Order `runs[start:end]` in place, then each side of the gutter in turn."""
    part = runs[start:end]
    gutter = _gutter_of(part, known) if depth else None
    if gutter is None:
        return
    if gutter not in found:
        found.append(gutter)
    at = start
    for left, right in _bands(part, gutter, height):
        for side in (left, right):
            _end_lines(side)
            runs[at : at + len(side)] = side
            at += len(side)
            if len(side) > _FEWEST_WORDS // 2:
                _order(runs, at - len(side), at, height, known, found, depth - 1)


def _gutter_of(runs: Sequence[Run], known: Sequence[Gutter]) -> Gutter | None:
    """The strip over which the text jumps in nearly every row that has text on both sides; None if there is none."""
    jumps = list(_jumps(runs))
    if len(jumps) < (_FEWEST_JUMPS_AGAIN if known else _FEWEST_JUMPS):
        return None
    boxes = [run.box for run in runs if run.box is not None]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    strip, count = _strip_of(jumps)
    again = next((one for one in known if one.left < strip.right and one.right > strip.left), None)
    if again is None and (count < _FEWEST_JUMPS or not _aligned(jumps, strip)):
        return None
    if min(strip.middle - left, right - strip.middle) < _NARROWEST * (right - left) and again is None:
        return None
    sides = _sides(runs, strip.middle)
    both = sum(1 for line in sides if line.left and line.right)
    crossed = sum(1 for line in sides if line.crosses)
    if crossed > _MOST_ROWS_CROSSED * len(sides) or count < _ROW_DRAWN * both:
        return None
    return strip if again is not None or _is_prose(sides) else None


def _jumps(runs: Sequence[Run]) -> Iterator[tuple[float, float]]:
    """The gaps wider than a space between runs that follow each other in one row."""
    before: Box | None = None
    for run in runs:
        box = run.box
        if before is not None and box is not None and box[0] - before[2] > _JUMP * (box[3] - box[1]):
            middle = (box[1] + box[3]) / 2
            if before[1] < middle < before[3]:
                yield before[2], box[0]
        before = box


def _strip_of(jumps: Sequence[tuple[float, float]]) -> tuple[Gutter, int]:
    """The strip that most jumps have in common, and how many have."""
    edges = sorted([(a, 1) for a, _ in jumps] + [(b, -1) for _, b in jumps])
    most, depth, best = 0, 0, (0.0, 0.0)
    for at, (place, step) in enumerate(edges):
        depth += step
        if depth > most:
            most, best = depth, (place, edges[at + 1][0])
    return Gutter(*best), most


def _aligned(jumps: Sequence[tuple[float, float]], strip: Gutter) -> bool:
    """Whether most jumps over the strip end at one edge, as the lines of a column begin at one."""
    ends = sorted(end for start, end in jumps if start < strip.middle < end)
    most = max(bisect(ends, end + _SLACK) - at for at, end in enumerate(ends))
    return most >= _ALIGNED * len(ends)


@dataclass(slots=True)
class _Line:
    """One row of the page as a gutter parts it."""

    top: float
    bottom: float
    left: list[Box]
    right: list[Box]
    crosses: bool = False


def _sides(runs: Sequence[Run], gutter: float) -> list[_Line]:
    """The rows of the page, top down: what stands left and right of the gutter, and whether a run crosses it."""
    lines: list[_Line] = []
    for box in sorted((run.box for run in runs if run.box is not None), key=lambda box: box[1] + box[3]):
        middle = (box[1] + box[3]) / 2
        if not lines or middle > lines[-1].bottom:
            lines.append(_Line(box[1], box[3], [], []))
        line = lines[-1]
        (line.left if (box[0] + box[2]) / 2 < gutter else line.right).append(box)
    for line in lines:
        line.crosses = _crosses(line, gutter)
    return lines


def _crosses(line: _Line, gutter: float) -> bool:
    last = max((box[2] for box in line.left), default=float("-inf"))
    first = min((box[0] for box in line.right), default=float("inf"))
    if last > gutter + 1 or first < gutter - 1:
        return True
    # A line across the page may have a space just there, which is narrower than any gutter.
    return first - last < _JUMP * (line.bottom - line.top)


def _is_prose(lines: Sequence[_Line]) -> bool:
    """Whether both sides are lines of running text: many words in a line, and most lines full."""
    for side in (
        [line.left for line in lines if line.left and not line.crosses],
        [line.right for line in lines if line.right and not line.crosses],
    ):
        if len(side) < _FEWEST_JUMPS:
            return False
        widths = sorted(max(box[2] for box in row) - min(box[0] for box in row) for row in side)
        usual = widths[int(len(widths) * 0.9)]
        full = sum(1 for width in widths if width > _FILLED * usual)
        if full < _FILLED_LINES * len(side) or median(map(len, side)) < _WORDS_A_LINE:
            return False
    return True


def _bands(runs: Sequence[Run], gutter: Gutter, height: float) -> Iterator[tuple[list[Run], list[Run]]]:
    """The runs in stretches from one row across the page to the next: left of the gutter, then right of it.

    Within a side they keep the order they had. A row across the page, or one at the edge of the page that stands
    apart, is a band of its own.
    """
    lone = _alone(_sides(runs, gutter.middle), height)
    tops = [line.top for line in lone]
    bands: dict[float, tuple[list[Run], list[Run]]] = {}
    band, right = 0.0, False
    for run in runs:
        if run.box is not None:
            middle = (run.box[1] + run.box[3]) / 2
            at = bisect(tops, middle)
            inside = at > 0 and middle <= lone[at - 1].bottom
            band = at - 0.5 if inside else float(at)
            right = (run.box[0] + run.box[2]) / 2 > gutter.middle and not inside
        bands.setdefault(band, ([], []))[right].append(run)
    for key in sorted(bands):
        yield bands[key]


def _alone(lines: Sequence[_Line], height: float) -> list[_Line]:
    """The rows that are bands of their own; those that follow each other are one band."""
    found: list[_Line] = []
    follows = False
    for at, line in enumerate(lines):
        alone = line.crosses or _at_edge(lines, at, height)
        if alone and follows:
            found[-1].bottom = line.bottom
        elif alone:
            found.append(_Line(line.top, line.bottom, [], []))
        follows = alone
    return found


def _at_edge(lines: Sequence[_Line], at: int, height: float) -> bool:
    """Whether a row at the head or foot of the page stands apart from the rest."""
    line = lines[at]
    size = line.bottom - line.top
    if line.bottom < _EDGE * height:
        return at + 1 < len(lines) and lines[at + 1].top - line.bottom > size
    if line.top > (1 - _EDGE) * height:
        return at > 0 and line.top - lines[at - 1].bottom > size
    return False


def _end_lines(runs: Sequence[Run]) -> None:
    """Set what follows each run: a line end where the next stands in another row, as pdfium would have set it."""
    for at, run in enumerate(runs):
        follower = runs[at + 1] if at + 1 < len(runs) else None
        same = follower is not None and _in_one_row(run, follower)
        if run.after == HYPHEN:
            run.after = HYPHEN if not same else " "
        elif not same and len(run.text) > 1 and run.text[-1] == "-" and run.text[-2].isalpha():
            run.text, run.after = run.text[:-1], HYPHEN
        else:
            run.after = " " if same else "\n"


def _in_one_row(run: Run, follower: Run) -> bool:
    if run.box is None or follower.box is None:
        return run.after != "\n"
    middle = (follower.box[1] + follower.box[3]) / 2
    return run.box[1] < middle < run.box[3] and follower.box[0] > run.box[0]
