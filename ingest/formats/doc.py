"""Word documents from before 2007 (MS-DOC): text by the piece table, rows and headings by paragraph properties."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from ingest.formats.base import Extracted, Unreadable
from ingest.formats.compound import CompoundFile
from ingest.formats.doc_properties import Formatting, read_formatting
from ingest.formats.flow import Flow, beside
from ingest.formats.summary import summary_of
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of

_WORD_97 = 0xC1
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_COUNTS = 0x4C
_HEAD_PLACES, _CLX = 11, 33
_COMPRESSED = 0x40000000
_MARK = re.compile("[\r\x07\x0c]")
_FIELD_MARKS = re.compile("([\x13\x14\x15])")
_MEANT = str.maketrans(
    {"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": None, "\xad": None}
    | dict.fromkeys(map(chr, [*range(9), *range(15, 19), *range(22, 30)]))
)

Piece = tuple[str, int, int]
"""Text, the place of its first character in the main stream, and the bytes a character takes there."""


class DocReader:
    """Reads documents of Word 97 to 2003, and the bare text of older ones."""

    formats = frozenset({"doc"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, encrypted, too_large."""
        file = CompoundFile.opened(path)
        main = file.read("WordDocument")
        try:
            return _read(file, main)
        except (struct.error, IndexError) as error:
            raise Unreadable("damaged", "The document is damaged: its tables lead outside it.") from error


def _read(file: CompoundFile, main: bytes) -> Extracted:
    version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 10)[0]
    if flags & _ENCRYPTED:
        raise Unreadable("encrypted", "The document asks for a password; upload a copy without one.")
    if version < _WORD_97:
        return _extracted(file, [_oldest(main)], (), Formatting(), b"")
    table = file.read("1Table" if flags & _SECOND_TABLE else "0Table")
    text, notes, heads, _, comments, ends, boxes = struct.unpack_from("<7i", main, _COUNTS)
    stories = _stories(_pieces(main, table), [text, notes, heads, comments, ends, boxes])
    formatting = read_formatting(main, table)
    return _extracted(file, stories, _head_places(main, table), formatting, main)


def _extracted(
    file: CompoundFile, stories: list[list[Piece]], head_places: tuple[int, ...], formatting: Formatting, main: bytes
) -> Extracted:
    text, notes, running, comments, ends, boxes = [*stories, [], [], [], [], [], []][:6]
    flow = Flow()
    for story in (text, notes, ends, boxes):
        _write(flow, story, formatting)
    heads, feet = _heads_and_feet("".join(piece[0] for piece in running), head_places)
    remarks = Flow()
    _write(remarks, comments, formatting)
    page, headings = flow.page(heads=heads, feet=feet)
    warnings = (
        [f"tracked_changes: {formatting.deletions} deleted passages were left out"] if formatting.deletions else []
    )
    return Extracted(
        format="doc",
        media_type=MEDIA_TYPES["doc"],
        language=language_of([page.text]),
        pages=[page],
        headings=headings,
        metadata=summary_of(file),
        warnings=warnings,
        parts=beside("comments", remarks.lines),
    )


def _pieces(main: bytes, table: bytes) -> Iterator[Piece]:
    start, length = struct.unpack_from("<II", main, 0x9A + 8 * _CLX)
    clx = table[start : start + length]
    place = 0
    while place < len(clx) and clx[place] == 1:
        place += 3 + struct.unpack_from("<H", clx, place + 1)[0]
    if place >= len(clx) or clx[place] != 2:
        raise Unreadable("damaged", "The document is damaged: it has no table of its pieces.")
    plc = clx[place + 5 :]
    count = min(struct.unpack_from("<I", clx, place + 1)[0], len(plc)) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    left = 2 * len(main)
    for at in range(count):
        where = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * at + 2)[0]
        width = 1 if where & _COMPRESSED else 2
        where = (where & ~_COMPRESSED) // 2 if width == 1 else where
        characters = min(max(ends[at + 1] - ends[at], 0), left)
        left -= characters
        data = main[where : where + characters * width]
        yield data.decode("cp1252" if width == 1 else "utf-16-le", "replace"), where, width


def _oldest(main: bytes) -> list[Piece]:
    """Word 6 and 95: the text lies in one run of bytes, if the document was saved whole."""
    start, end = struct.unpack_from("<II", main, 0x18)
    characters = struct.unpack_from("<I", main, 0x34)[0]
    return [(main[start : min(end, start + characters)].decode("cp1252", "replace"), start, 1)]


def _stories(pieces: Iterator[Piece], lengths: list[int]) -> list[list[Piece]]:
    """The pieces cut into the text, its notes, running heads, comments, end notes and boxes, which follow in a row."""
    stories: list[list[Piece]] = []
    held: list[Piece] = list(pieces)[::-1]
    for length in lengths:
        left, story = max(length, 0), []
        while left > 0 and held:
            text, where, width = held.pop()
            story.append((text[:left], where, width))
            if len(text) > left:
                held.append((text[left:], where + left * width, width))
            left -= len(text)
        stories.append(story)
    return stories


def _write(flow: Flow, story: list[Piece], formatting: Formatting) -> None:
    """The paragraphs of a story. A cell ends with a mark; the mark of a row has a property that says so."""
    fields = _Fields()
    cells: list[str] = []
    cell: list[str] = []
    open_text: list[str] = []
    for text, where, width in story:
        place = 0
        for mark in _MARK.finditer(text):
            open_text.append(formatting.kept(text[place : mark.start()], where + place * width, width))
            place = mark.end()
            properties = formatting.of(where + mark.start() * width)
            words = fields.shown("".join(open_text)).translate(_MEANT)
            open_text.clear()
            if properties.row_end:
                flow.row(cells)
                cells, cell = [], []
            elif mark.group() == "\x07":
                cells.append(" ".join([*cell, words]))
                cell = []
            elif properties.in_table:
                cell.append(words)
            else:
                flow.paragraph(words, properties.level)
        open_text.append(formatting.kept(text[place:], where + place * width, width))
    rest = fields.shown("".join(open_text)).translate(_MEANT)
    if cells or cell:
        flow.row([*cells, *cell])
    if rest.strip():
        flow.paragraph(rest)


class _Fields:
    """Of a field (`PAGE`, a link) only the result is text; it may reach over paragraphs and hold others."""

    def __init__(self) -> None:
        self._hidden: list[bool] = []

    def shown(self, text: str) -> str:
        if not self._hidden and "\x13" not in text:
            return text
        parts: list[str] = []
        for piece in _FIELD_MARKS.split(text):
            if piece == "\x13":
                self._hidden.append(True)
            elif piece == "\x14" and self._hidden:
                self._hidden[-1] = False
            elif piece == "\x15" and self._hidden:
                self._hidden.pop()
            elif not any(self._hidden[-20:]):
                parts.append(piece)
        return "".join(parts)


def _head_places(main: bytes, table: bytes) -> tuple[int, ...]:
    start, length = struct.unpack_from("<II", main, 0x9A + 8 * _HEAD_PLACES)
    data = table[start : start + min(length, 4 * 6000)]
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _heads_and_feet(text: str, places: tuple[int, ...]) -> tuple[list[str], list[str]]:
    """Six separators of notes come first; then, for each section, heads and feet of even, odd and first pages."""
    heads: list[str] = []
    feet: list[str] = []
    for at in range(6, len(places) - 1):
        words = _Fields().shown(text[places[at] : places[at + 1]])
        (heads if at % 6 in (0, 1, 4) else feet).append(_MARK.sub("\n", words).translate(_MEANT))
    return heads, feet
