"""Workbooks from before 2007 (MS-XLS, BIFF8): a page for each sheet, a line for each row that holds something."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.formats.base import Extracted, Unreadable
from ingest.formats.compound import CompoundFile
from ingest.formats.flow import CELL_GAP
from ingest.formats.sheet_values import date_of, is_date, number_text
from ingest.formats.summary import summary_of
from ingest.formats.text import text_page
from ingest.formats.xls_texts import shared_texts, unicode_text
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of

_BEGIN, _END, _CONTINUE, _PASSWORD = 0x0809, 0x000A, 0x003C, 0x002F
_SHEET, _TEXTS, _XF, _FORMAT, _FROM_1904, _CODE_PAGE = 0x0085, 0x00FC, 0x00E0, 0x041E, 0x0022, 0x0042
_LABEL_OF_TEXTS, _LABEL, _NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS = 0x00FD, 0x0204, 0x0203, 0x027E, 0x00BD
_FORMULA, _FORMULA_TEXT, _BOOLEAN = 0x0006, 0x0207, 0x0205
_BIFF8 = 0x0600
_MOST_SHEETS = 1_000
_MOST_CELLS = 5_000_000
_MOST_GAP = 30
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Record = tuple[int, bytes]


class XlsReader:
    """Reads workbooks of Excel 97 to 2003."""

    formats = frozenset({"xls"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, encrypted, too_large, no_reader."""
        file = CompoundFile.opened(path)
        stream = next((one for one in ("Workbook", "Book") if one in file.streams), "Workbook")
        try:
            book = _book(file.read(stream))
            pages = [
                replace(text_page(number, "\n".join(_lines(book, place))), part=title)
                for number, (title, place) in enumerate(book.sheets, 1)
            ]
        except (struct.error, IndexError) as error:
            raise Unreadable("damaged", "The workbook is damaged: its records are cut short.") from error
        return Extracted(
            format="xls",
            media_type=MEDIA_TYPES["xls"],
            language=language_of(page.text for page in pages),
            pages=pages,
            metadata=summary_of(file),
        )


@dataclass(slots=True)
class _Book:
    data: bytes
    sheets: list[tuple[str, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    looks: list[int] = field(default_factory=list)
    from_1904: bool = False
    cells: int = _MOST_CELLS

    def shown(self, number: float, look: int) -> str:
        which = self.looks[look] if look < len(self.looks) else 0
        number_format = self.formats.get(which, f"#{which}")
        if is_date(number_format):
            return date_of(repr(number), from_1904=self.from_1904)
        return number_text(repr(number), number_format)


def _records(data: bytes, place: int) -> Iterator[Record]:
    while place + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, place)
        yield kind, data[place + 4 : place + 4 + length]
        place += 4 + length


def _book(data: bytes) -> _Book:
    book = _Book(data)
    texts: list[bytes] = []
    last = 0
    for at, (kind, body) in enumerate(_records(data, 0)):
        if at == 0 and (kind != _BEGIN or struct.unpack_from("<H", body)[0] != _BIFF8):
            raise Unreadable("no_reader", "Workbooks of Excel 95 and older are stored, but their text is not read.")
        if kind == _PASSWORD:
            raise Unreadable("encrypted", "The workbook asks for a password; upload a copy without one.")
        if kind == _END:
            break
        if kind == _TEXTS or (kind == _CONTINUE and last == _TEXTS):
            texts.append(body)
        else:
            _learn(book, kind, body)
        last = _TEXTS if kind == _CONTINUE and last == _TEXTS else kind
    book.texts = shared_texts(texts)
    return book


def _learn(book: _Book, kind: int, body: bytes) -> None:
    if kind == _SHEET and len(book.sheets) < _MOST_SHEETS:
        place, _, sort, letters = struct.unpack_from("<IBBB", body)
        if sort == 0:
            book.sheets.append((unicode_text(body[6:], letters, wide_at=1), place))
    elif kind == _XF:
        book.looks.append(struct.unpack_from("<H", body, 2)[0])
    elif kind == _FORMAT:
        number, letters = struct.unpack_from("<HH", body)
        book.formats[number] = unicode_text(body[4:], letters, wide_at=0)
    elif kind == _FROM_1904:
        book.from_1904 = body[:1] == b"\x01"


def _sheet_records(data: bytes, place: int) -> Iterator[Record]:
    """The records of a sheet's cells; charts within it have records of their own, which are passed over."""
    depth = 0
    for kind, body in _records(data, place):
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        if depth == 1 and kind in _CELLS:
            yield kind, body


def _lines(book: _Book, place: int) -> Iterator[str]:
    row, cells, waiting = -1, list[str](), 0
    for kind, body in _sheet_records(book.data, place):
        if kind == _FORMULA_TEXT:
            _put(cells, waiting, unicode_text(body[2:], struct.unpack_from("<H", body)[0], wide_at=0))
            continue
        at, waiting = struct.unpack_from("<HH", body)
        if at != row:
            if any(cells):
                yield CELL_GAP.join(cells)
            row, cells = at, []
        for offset, text in enumerate(_values(book, kind, body)):
            _put(cells, waiting + offset, text)
            book.cells -= 1
        if book.cells < 0:
            raise Unreadable("too_large", f"The workbook has more than {_MOST_CELLS} cells.")
    if any(cells):
        yield CELL_GAP.join(cells)


_CELLS = frozenset({_LABEL_OF_TEXTS, _LABEL, _NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS, _FORMULA, _FORMULA_TEXT, _BOOLEAN})


def _put(cells: list[str], column: int, text: str) -> None:
    text = " ".join(text.split())
    if text:
        cells += [""] * min(max(column - len(cells), 0), _MOST_GAP)
        cells.append(text)


def _values(book: _Book, kind: int, body: bytes) -> list[str]:
    """The texts of the cells of one record, from left to right."""
    look = struct.unpack_from("<H", body, 4)[0]
    if kind == _LABEL_OF_TEXTS:
        number = struct.unpack_from("<I", body, 6)[0]
        return [book.texts[number] if number < len(book.texts) else ""]
    if kind == _LABEL:
        return [unicode_text(body[8:], struct.unpack_from("<H", body, 6)[0], wide_at=0)]
    if kind == _NUMBER:
        return [book.shown(struct.unpack_from("<d", body, 6)[0], look)]
    if kind == _SHORT_NUMBER:
        return [book.shown(_short(struct.unpack_from("<I", body, 6)[0]), look)]
    if kind == _SHORT_NUMBERS:
        pairs = [struct.unpack_from("<HI", body, 4 + 6 * at) for at in range((len(body) - 6) // 6)]
        return [book.shown(_short(number), which) for which, number in pairs]
    if kind == _BOOLEAN:
        return [_ERRORS.get(body[6], "#?") if body[7] else ("TRUE" if body[6] else "FALSE")]
    return [_result(book, body, look)]


def _result(book: _Book, body: bytes, look: int) -> str:
    """The last result of a formula: a number, or one of the kinds that two marks of 255 announce.

    A text stands in a record of its own behind it.
    """
    if body[12:14] != b"\xff\xff":
        return book.shown(struct.unpack_from("<d", body, 6)[0], look)
    if body[6] == 1:
        return "TRUE" if body[8] else "FALSE"
    return _ERRORS.get(body[8], "#?") if body[6] == 2 else ""


def _short(number: int) -> float:
    """A number of 30 bits: whole or the upper half of a fraction, perhaps of a hundred times the value."""
    if number & 2:
        whole = number >> 2
        value = float(whole - (1 << 30) if whole & (1 << 29) else whole)
    else:
        value = float(struct.unpack("<d", struct.pack("<Q", (number & 0xFFFFFFFC) << 32))[0])
    return value / 100 if number & 1 else value
