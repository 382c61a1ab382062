"""The text of one PDF page with the box of every word, from pdfium's characters.

Offsets are into the text given here, after its repairs. A word broken over two lines, or parted by a false
space, is one word of the text with two boxes that adjoin.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pypdfium2 import PdfPage, raw

from records.words import WordBox

_RUN = re.compile(r"\S+")
_HYPHEN = "\ufffe"
"""pdfium puts this mark in the place of a hyphen at the line's end and of the line end itself."""
_BREAK = re.compile("[\ufffe\x02]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff]")
_LIGATURE = ("fi", "fl", "ff")
_NARROWEST, _WIDEST = -0.05, 0.2
"""A false space after a ligature is this wide, in word heights (guide on extraction, B: 232 pairs, 225 right)."""
_WIDEST_HYPHEN = 0.3
"""A hyphen that ends a justified line may stand so far from its word that pdfium sees a space."""

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class _Piece:
    """A run of characters that stands together on the page: raw text, its box, what follows it."""

    text: str
    box: Box | None
    after: str = ""


@dataclass(slots=True)
class _Text:
    """The page's text as it grows, and the boxes found so far."""

    parts: list[str] = field(default_factory=list)
    boxes: list[WordBox] = field(default_factory=list)
    length: int = 0

    def add(self, piece: _Piece, show: Any) -> None:
        start = self.length
        self.length += len(piece.text)
        self.parts.append(piece.text)
        if piece.box is not None and piece.text:
            self.boxes.append(WordBox(start, self.length, *show(piece.box)))
        self.parts.append(piece.after)
        self.length += len(piece.after)


def page_words(page: PdfPage) -> tuple[str, list[WordBox]]:
    """Text and word boxes of a page; the boxes in points from the top left of the page as it is shown.

    Lines end with `\\n`. Raises PdfiumError.
    """
    text_page = page.get_textpage()
    try:
        pieces = _pieces(_characters(text_page.raw), _box_finder(text_page.raw))
    finally:
        text_page.close()
    show = _as_shown(page)
    text = _Text()
    _join(pieces)
    for piece in pieces:
        text.add(piece, show)
    return "".join(text.parts), text.boxes


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


def _box_finder(text_page: Any) -> Callable[[int, int], Box | None]:
    """A function from the indexes of a run to its box in page space: left, bottom, right, top."""
    first, last = raw.FS_RECTF(), raw.FS_RECTF()
    loose = raw.FPDFText_GetLooseCharBox

    def find(start: int, end: int) -> Box | None:
        if not loose(text_page, start, first) or not loose(text_page, end - 1, last):
            return None
        return (
            min(first.left, last.left),
            min(first.bottom, last.bottom),
            max(first.right, last.right),
            max(first.top, last.top),
        )

    return find


def _pieces(text: str, box_of: Callable[[int, int], Box | None]) -> list[_Piece]:
    pieces: list[_Piece] = []
    place = 0
    for run in _RUN.finditer(text):
        start, end = run.span()
        if pieces:
            pieces[-1].after = "\n" if "\n" in text[place:start] else " "
        place = end
        for mark in _BREAK.finditer(text, start, end):
            if mark.start() > start:
                pieces.append(_Piece(text[start : mark.start()], box_of(start, mark.start()), _HYPHEN))
            start = mark.end()
        if start < end:
            pieces.append(_Piece(text[start:end], box_of(start, end)))
    for piece in pieces:
        if not piece.text.isprintable():
            piece.text = _CONTROLS.sub("\ufffd", piece.text.replace("\xad", ""))
    return pieces


def _join(pieces: list[_Piece]) -> None:
    """Make broken words and numbers whole; the line then ends after them."""
    for before, piece, follower in zip(pieces, pieces[1:], pieces[2:], strict=False):
        alone = piece.text == "-" and piece.after == "\n" and before.after == " "
        if alone and follower.text[:1].islower() and _gap(before, piece) < _WIDEST_HYPHEN:
            before.after, piece.text = _HYPHEN, ""
    pieces[:] = [piece for piece in pieces if piece.text]
    for piece, follower in pairwise(pieces):
        if piece.after == _HYPHEN or (piece.after == "\n" and piece.text.endswith("-")):
            _mend(piece, follower)
        elif piece.after == " " and piece.text.endswith(_LIGATURE) and follower.text[:1].islower():
            piece.after = "" if _NARROWEST < _gap(piece, follower) < _WIDEST else " "
    if pieces and pieces[-1].after == _HYPHEN:
        pieces[-1].text += "-"
        pieces[-1].after = ""


def _mend(piece: _Piece, follower: _Piece) -> None:
    word = piece.text.removesuffix("-")
    if word[-1:].isalpha() and follower.text[:1].islower():
        piece.text = word
    elif piece.after == _HYPHEN or (word[-1:].isdigit() and follower.text[:1].isdigit()):
        # "067-" and "2011-PCM" are one number, and its hyphen is part of it.
        piece.text = f"{word}-"
    else:
        return
    piece.after = ""
    if follower.after == " ":
        follower.after = "\n"


def _gap(piece: _Piece, follower: _Piece) -> float:
    """The space between two pieces in heights of the first; infinite where a box is missing."""
    if piece.box is None or follower.box is None or piece.box[3] <= piece.box[1]:
        return float("inf")
    return (follower.box[0] - piece.box[2]) / (piece.box[3] - piece.box[1])


def _as_shown(page: PdfPage) -> Callable[[Box], Box]:
    """From page space (origin bottom left, before rotation) to the page as shown (origin top left)."""
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
