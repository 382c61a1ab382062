"""How paragraphs and letters of an old Word document are formatted, as far as it changes what is read (MS-DOC 2.6)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

_STYLES, _LETTERS, _PARAGRAPHS = 1, 12, 13
_PAGE = 512
_MOST_PAGES = 20_000
_DELETED, _IN_TABLE, _ROW_END, _OUTLINE, _INNER_ROW_END = 0x0800, 0x2416, 0x2417, 0x2640, 0x244C
_OPERANDS = (1, 1, 2, 4, 2, 2, -1, 3)
_LONG_OPERANDS = (0xD608, 0xD606)
_TITLE = 62
_MOST_STYLES = 4096


@dataclass(frozen=True, slots=True)
class Properties:
    """Of a paragraph: the level of a heading, whether it lies in a table, whether its mark ends a row."""

    level: int = 0
    in_table: bool = False
    row_end: bool = False


_PLAIN = Properties()


@dataclass(slots=True)
class Formatting:
    """Properties of paragraphs by the place of their marks, and what was deleted but is still in the file."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    properties: list[Properties] = field(default_factory=list)
    deleted: list[tuple[int, int]] = field(default_factory=list)

    @property
    def deletions(self) -> int:
        """How many passages were deleted."""
        return len(self.deleted)

    def of(self, place: int) -> Properties:
        """The properties of the paragraph whose mark lies at `place`."""
        at = bisect_right(self.starts, place) - 1
        return self.properties[at] if at >= 0 and place < self.ends[at] else _PLAIN

    def kept(self, text: str, place: int, width: int) -> str:
        """A run of text that begins at `place`, without what was deleted from it."""
        if not self.deleted or not text:
            return text
        parts, done = [], 0
        at = max(bisect_right(self.deleted, (place, place)) - 1, 0)
        for start, end in self.deleted[at:]:
            if start >= place + len(text) * width:
                break
            first, last = (start - place) // width, (end - place) // width
            if last > done:
                parts.append(text[done : max(first, done)])
                done = max(done, min(last, len(text)))
        return "".join([*parts, text[done:]])


def read_formatting(main: bytes, table: bytes) -> Formatting:
    """The formatting of a document. Raises struct.error where its tables lead outside it."""
    levels = _style_levels(_slot(main, table, _STYLES))
    found = Formatting()
    runs = sorted(_runs(main, _slot(main, table, _PARAGRAPHS), 13))
    for start, end, data in runs:
        style = struct.unpack_from("<H", data)[0] if len(data) >= 2 else 0
        found.starts.append(start)
        found.ends.append(end)
        found.properties.append(_properties(levels.get(style, 0), data[2:]))
    for start, end, data in sorted(_runs(main, _slot(main, table, _LETTERS), 1)):
        if any(code == _DELETED and operand[:1] == b"\x01" for code, operand in _modifiers(data)):
            found.deleted.append((start, end))
    return found


def _properties(level: int, data: bytes) -> Properties:
    in_table = row_end = False
    for code, operand in _modifiers(data):
        value = operand[0] if operand else 0
        if code == _IN_TABLE:
            in_table = value == 1
        elif code in (_ROW_END, _INNER_ROW_END):
            row_end = value == 1
        elif code == _OUTLINE:
            level = value + 1 if value < 9 else 0
    return Properties(level, in_table, row_end) if level or in_table or row_end else _PLAIN


def _slot(main: bytes, table: bytes, number: int) -> bytes:
    start, length = struct.unpack_from("<II", main, 0x9A + 8 * number)
    return table[start : start + length]


def _runs(main: bytes, plc: bytes, width: int) -> Iterator[tuple[int, int, bytes]]:
    """Stretches of the main stream that are formatted alike, with their modifiers; `width` of an entry on a page."""
    count = max((len(plc) - 4) // 8, 0)
    for number in struct.unpack_from(f"<{min(count, _MOST_PAGES)}I", plc, 4 * (count + 1)) if count else ():
        page = main[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
        if len(page) < _PAGE:
            continue
        runs = page[_PAGE - 1]
        if 4 * (runs + 1) + runs * width > _PAGE:
            continue
        places = struct.unpack_from(f"<{runs + 1}I", page)
        for at in range(runs):
            where = page[4 * (runs + 1) + at * width] * 2
            yield places[at], places[at + 1], _grouped(page, where, width) if where else b""


def _grouped(page: bytes, where: int, width: int) -> bytes:
    if width == 1:
        return page[where + 1 : where + 1 + page[where]]
    if page[where]:
        return page[where + 1 : where + 2 * page[where]]
    length = page[where + 1] if where + 1 < len(page) else 0
    return page[where + 2 : where + 2 + 2 * length]


def _modifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 2 <= len(data):
        code = struct.unpack_from("<H", data, place)[0]
        place += 2
        size = _OPERANDS[code >> 13]
        if size < 0:
            if code in _LONG_OPERANDS and place + 2 <= len(data):
                size = struct.unpack_from("<H", data, place)[0] + 1
            else:
                size = data[place] + 1 if place < len(data) else 1
        yield code, data[place : place + size]
        place += size


def _style_levels(sheet: bytes) -> dict[int, int]:
    """Levels of heading styles by number: those Word brings (`Heading 1`, `Title`) and what rests on them."""
    if len(sheet) < 6:
        return {}
    place = 2 + struct.unpack_from("<H", sheet)[0]
    count = min(struct.unpack_from("<H", sheet, 2)[0], _MOST_STYLES)
    own: dict[int, int] = {}
    based: dict[int, int] = {}
    for number in range(count):
        if place + 2 > len(sheet):
            break
        length = struct.unpack_from("<H", sheet, place)[0]
        if length >= 6 and place + 6 <= len(sheet):
            kind, base = struct.unpack_from("<HH", sheet, place + 2)
            kind &= 0xFFF
            own[number] = kind if 1 <= kind <= 9 else int(kind == _TITLE)
            based[number] = base >> 4
        place += 2 + length + (length & 1)
    return {number: level for number in own if (level := _inherited(number, own, based))}


def _inherited(number: int, own: dict[int, int], based: dict[int, int]) -> int:
    for _ in range(12):
        if own.get(number):
            return own[number]
        if number not in based:
            break
        number = based[number]
    return 0
