"""The text of one PDF page with the box of every word, from pdfium's characters.

Offsets are into the text given here, after its repairs. A word broken over two lines, or parted by a false
space, is one word of the text with two boxes that adjoin.
"""

from __future__ import annotations

import ctypes
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

from pypdfium2 import PdfPage, raw

from ingest.formats.pdf_columns import Gutter, put_in_order
from ingest.formats.pdf_turned import lines_in_order, turn_of
from ingest.formats.runs import HYPHEN, Box, Run
from records.words import WordBox

_MOST_ASKED = 120
_SIDES = struct.Struct("=8f")
"""Two FS_RECTF of pdfium: left, top, right, bottom of each."""
_RUN = re.compile(r"[^\s\ufffe\x02]+")
_BREAK = re.compile("[\ufffe\x02]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\ufeff]")
_LIGATURE = ("fi", "fl", "ff")
_NARROWEST, _WIDEST = -0.05, 0.2
"""A false space after a ligature is this wide, in word heights (guide on extraction, B: 232 pairs, 225 right)."""
_WIDEST_HYPHEN = 0.3
"""A hyphen that ends a justified line may stand so far from its word that pdfium sees a space."""


@dataclass(frozen=True, slots=True)
class PageWords:
    """The text of a page, the box of each word, and between which gutters its columns were put in order."""

    text: str
    boxes: list[WordBox]
    gutters: list[Gutter] = field(default_factory=list)


def page_words(page: PdfPage, known: Sequence[Gutter] = ()) -> PageWords:
    """Text and word boxes of a page; the boxes in points from the top left of the page as it is shown.

    Lines end with `\\n`. `known` are gutters of pages before. Raises PdfiumError.
    """
    text_page = page.get_textpage()
    try:
        text = _characters(text_page.raw)
        runs = _runs(text, _box_finder(text_page.raw, page))
        turn = turn_of(text_page.raw, [found.start() for found in islice(_RUN.finditer(text), _MOST_ASKED)])
    finally:
        text_page.close()
    if turn != 0:
        lines_in_order(runs, turn)
    return composed(runs, page.get_height(), known)


def composed(runs: list[Run], height: float, known: Sequence[Gutter] = ()) -> PageWords:
    """The text and word boxes of a page from its runs: put in order, broken words made whole."""
    gutters = put_in_order(runs, height, known)
    _join(runs)
    parts: list[str] = []
    boxes: list[WordBox] = []
    start = 0
    new = tuple.__new__
    for run in runs:
        end = start + len(run.text)
        if run.box is not None:
            # What WordBox(start, end, *run.box) gives, in a third of the time.
            boxes.append(new(WordBox, (start, end, *run.box, None)))
        start = end + len(run.after)
        parts += (run.text, run.after)
    return PageWords("".join(parts), boxes, gutters)


def _characters(text_page: Any) -> str:
    """The characters of a page, as many as pdfium counts, so that their boxes can be asked for by index."""
    count = raw.FPDFText_CountChars(text_page)
    if count <= 0:
        return ""
    units = (ctypes.c_ushort * (count * 2 + 2))()
    written = raw.FPDFText_GetText(text_page, 0, count, units) - 1
    text = bytes(units)[: max(written, 0) * 2].decode("utf-16-le", "replace")
    if len(text) == written == count:
        return text
    # pdfium leaves out characters without Unicode and writes those beyond the BMP as two units: ask one by one.
    return "".join(_character(raw.FPDFText_GetUnicode(text_page, index)) for index in range(count))


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"


def _box_finder(text_page: Any, page: PdfPage) -> Callable[[int, int], Box | None]:
    """A function from the indexes of a run to its box, by its first and last character."""
    both = (raw.FS_RECTF * 2)()
    loose, sides = raw.FPDFText_GetLooseCharBox, _SIDES.unpack_from
    into_one, into_other = ctypes.pointer(both[0]), ctypes.pointer(both[1])
    left, _, _, top = page.get_bbox()
    upright = page.get_rotation() == 0
    show = shown_on(page)

    def find(start: int, end: int) -> Box | None:
        if not loose(text_page, start, into_one) or (end - start > 1 and not loose(text_page, end - 1, into_other)):
            return None
        x0, y1, x1, y0, left_too, top_too, right_too, bottom_too = sides(both)
        if end - start > 1:
            # Most of a page's time is spent here, so nothing is called that a comparison can do.
            x0, y0 = (left_too if left_too < x0 else x0), (bottom_too if bottom_too < y0 else y0)
            x1, y1 = (right_too if right_too > x1 else x1), (top_too if top_too > y1 else y1)
        if upright:
            return x0 - left, top - y1, x1 - left, top - y0
        return show((x0, y0, x1, y1))

    return find


def shown_on(page: PdfPage) -> Callable[[Box], Box]:
    """From page space (left, bottom, right, top, before rotation) to the page as it is shown."""
    left, bottom, right, top = page.get_bbox()
    turn = page.get_rotation()

    def show(box: Box) -> Box:
        x0, y0, x1, y1 = box
        if turn == 90:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if turn == 180:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        if turn == 270:
            return top - y1, right - x1, top - y0, right - x0
        return x0 - left, top - y1, x1 - left, top - y0

    return show


def _runs(text: str, box_of: Callable[[int, int], Box | None]) -> list[Run]:
    runs: list[Run] = []
    append = runs.append
    place = 0
    run = Run("", None)
    for found in _RUN.finditer(text):
        start, end = found.span()
        between = text[place:start]
        if between != " ":
            run.after = HYPHEN if _BREAK.search(between) else "\n" if "\n" in between else " "
        run = Run(text[start:end], box_of(start, end), " ")
        append(run)
        place = end
    run.after = HYPHEN if _BREAK.search(text, place) else ""
    if _UNPRINTABLE.search(text) is not None:
        for run in runs:
            run.text = _CONTROLS.sub("\ufffd", run.text.replace("\xad", ""))
    return runs


def _join(runs: list[Run]) -> None:
    """Make broken words and numbers whole; the line then ends after them."""
    _take_up_hyphens(runs)
    for run, follower in pairwise(runs):
        after = run.after
        if after == " ":
            if run.text.endswith(_LIGATURE) and follower.text[:1].islower():
                run.after = "" if _NARROWEST < _gap(run, follower) < _WIDEST else " "
        elif after == HYPHEN or (after == "\n" and run.text.endswith("-")):
            _mend(run, follower)
    if runs and runs[-1].after == HYPHEN:
        runs[-1].text += "-"
        runs[-1].after = ""


def _take_up_hyphens(runs: list[Run]) -> None:
    """A hyphen that stands off its word at the end of a line becomes the mark after that word."""
    for before, run, follower in zip(runs, runs[1:], runs[2:], strict=False):
        alone = run.text == "-" and run.after == "\n" and before.after == " "
        if alone and follower.text[:1].islower() and _gap(before, run) < _WIDEST_HYPHEN:
            before.after, run.text = HYPHEN, ""
    runs[:] = [run for run in runs if run.text]


def _mend(run: Run, follower: Run) -> None:
    word = run.text.removesuffix("-")
    if word[-1:].isalpha() and follower.text[:1].islower():
        run.text = word
    elif word[-1:].islower() and follower.text[:1].isupper():
        # The word goes on elsewhere: on the next page, or after a picture. What follows here is something else.
        run.text, run.after = f"{word}-", "\n"
        return
    elif run.after == HYPHEN or (word[-1:].isdigit() and follower.text[:1].isdigit()):
        # "067-" and "2011-PCM" are one number, and its hyphen is part of it.
        run.text = f"{word}-"
    else:
        return
    run.after = ""
    if follower.after == " ":
        follower.after = "\n"


def _gap(run: Run, follower: Run) -> float:
    """The space between two runs in heights of the first; infinite where a box is missing."""
    if run.box is None or follower.box is None or run.box[3] <= run.box[1]:
        return float("inf")
    return (follower.box[0] - run.box[2]) / (run.box[3] - run.box[1])
