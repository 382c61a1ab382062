"""Where each word of a page stands, packed to a few bytes a word for the `words` column of a page.

A box is (start, end, x0, y0, x1, y1, conf): code points `start` up to and without `end` of the page's text; a
rectangle in points (1/72 inch) from the top left corner of the page as it is shown; confidence 0 to 100, or
None where nothing was recognised by guessing. A word broken over two lines has two boxes whose code points
adjoin.

Layout: one version byte, then zlib of little-endian columns, each of as many entries as there are boxes:
uint32 gap from the previous end, uint32 length, four columns of uint16 quarter points, uint8 confidence (255:
none). Quarter points reach 16,383 points, more than the 14,400 that PDF allows a side (ISO 32000-1, annex C);
what lies outside is clamped to the edge.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Sequence
from typing import NamedTuple

_VERSION = 1
_NO_CONFIDENCE = 255
_LARGEST = 0xFFFF
_STEPS = 4.0
_BYTES_A_BOX = 4 + 4 + 4 * 2 + 1


class WordBox(NamedTuple):
    """One word, or the part of one that stands on one line."""

    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float
    conf: float | None = None


def pack_words(boxes: Sequence[WordBox]) -> bytes:
    """Pack boxes that are in text order and do not overlap in it; `b""` for none.

    Raises ValueError for boxes out of order. Coordinates are rounded to a quarter point.
    """
    if not boxes:
        return b""
    starts, ends, *sides, confidences = zip(*boxes, strict=True)
    gaps = [start - end for start, end in zip(starts, (0, *ends), strict=False)]
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    if min(gaps) < 0 or min(lengths) < 0:
        raise ValueError("word boxes must follow the text and may not overlap in it")
    columns = [array("I", gaps), array("I", lengths), *map(_steps, sides)]
    columns.append(array("B", map(_confidence, confidences)))
    return bytes((_VERSION,)) + zlib.compress(b"".join(map(_little, columns)), 1)


def unpack_words(packed: bytes) -> list[WordBox]:
    """The boxes that `pack_words` was given, in the same order. Raises ValueError for bytes it did not make."""
    if not packed:
        return []
    if packed[0] != _VERSION:
        raise ValueError(f"word boxes of layout {packed[0]} are not known")
    try:
        data = zlib.decompress(packed[1:])
    except zlib.error as error:
        raise ValueError("damaged word boxes") from error
    count, rest = divmod(len(data), _BYTES_A_BOX)
    if rest:
        raise ValueError("damaged word boxes")
    columns, offset = [], 0
    for code in "IIHHHHB":
        column = array(code)
        width = column.itemsize * count
        column.frombytes(data[offset : offset + width])
        columns.append(column if sys.byteorder == "little" else _swapped(column))
        offset += width
    boxes, place = [], 0
    for gap, length, x0, y0, x1, y1, conf in zip(*columns, strict=True):
        start = place + gap
        place = start + length
        sides = (x0 / _STEPS, y0 / _STEPS, x1 / _STEPS, y1 / _STEPS)
        boxes.append(WordBox(start, place, *sides, None if conf == _NO_CONFIDENCE else float(conf)))
    return boxes


def _steps(values: Sequence[float]) -> array[int]:
    try:
        return array("H", map(round, map(_STEPS.__mul__, values)))
    except (OverflowError, ValueError, TypeError):
        return array("H", map(_step, values))


def _step(value: float | None) -> int:
    # In this order NaN becomes 0 and infinity the edge; a hostile file may hold both.
    return round(min(max(0.0, (value or 0.0) * _STEPS), _LARGEST))


def _confidence(value: float | None) -> int:
    return _NO_CONFIDENCE if value is None else min(max(round(value), 0), 100)


def _little(column: array[int]) -> bytes:
    return (column if sys.byteorder == "little" else _swapped(column)).tobytes()


def _swapped(column: array[int]) -> array[int]:
    turned = array(column.typecode, column)
    turned.byteswap()
    return turned
