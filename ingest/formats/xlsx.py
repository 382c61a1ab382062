"""Workbooks (ECMA-376 SpreadsheetML): a page for each sheet, a line for each row that holds something.

Read as it streams by, cell after cell: a sheet with two cells far apart costs two cells. Formulas are not worked
out; their last result is in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.formats.base import Extracted, PageText
from ingest.formats.flow import CELL_GAP, beside
from ingest.formats.numerals import whole_number
from ingest.formats.packages import (
    Package,
    attribute,
    core_properties,
    local_name,
    opened_package,
    part_events,
    related,
    relations,
)
from ingest.formats.sheet_values import date_of, is_date, number_text
from ingest.formats.text import text_page
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of

MOST_GAP = 30
"""So many empty cells between two are kept, so that columns stay apart; a wider gap is shown as one."""
_COLUMN = re.compile(r"([A-Z]{1,3})\d")


class XlsxReader:
    """Reads the sheets of a workbook in their order, hidden ones too."""

    formats = frozenset({"xlsx"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, encrypted, unsafe_archive, unsafe_xml."""
        with opened_package(path) as package:
            book, sheets = _book(package)
            pages = [_page(number, title, _rows(package, part, book)) for number, (title, part) in enumerate(sheets, 1)]
            remarks = [text for _, part in sheets for text in _comments(package, part)]
            metadata = core_properties(package)
        return Extracted(
            format="xlsx",
            media_type=MEDIA_TYPES["xlsx"],
            language=language_of(page.text for page in pages),
            pages=pages,
            metadata=metadata,
            parts=beside("comments", remarks),
        )


@dataclass(slots=True)
class _Book:
    """What cells point to: texts that are shared, formats by number, where days are counted from."""

    texts: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    from_1904: bool = False


def _page(number: int, title: str, rows: Iterator[str]) -> PageText:
    return replace(text_page(number, "\n".join(rows)), part=title)


def _book(package: Package) -> tuple[_Book, list[tuple[str, str]]]:
    mains = related(package, "", "officeDocument") or ["xl/workbook.xml"]
    known = relations(package, mains[0])
    book, sheets = _Book(), []
    for event, element in part_events(package, mains[0]):
        tag = local_name(element)
        if event == "end" and tag == "sheet":
            target = known.get(_relation_id(element))
            if target is not None and target.kind == "worksheet":
                sheets.append((attribute(element, "name"), target.part))
        elif event == "end" and tag == "workbookPr":
            book.from_1904 = attribute(element, "date1904") in ("1", "true")
    for part in related(package, mains[0], "sharedStrings"):
        book.texts = list(_shared(package, part))
    for part in related(package, mains[0], "styles"):
        book.formats = _formats(package, part)
    return book, sheets


def _relation_id(element: Any) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}id")), "")


def _shared(package: Package, part: str) -> Iterator[str]:
    for event, element in part_events(package, part):
        if event == "end" and local_name(element) == "si":
            yield _rich(element)
            element.clear(keep_tail=False)


def _rich(element: Any) -> str:
    """The text of runs, without the reading aids of East Asian words."""
    parts = []
    for one in element.iter():
        above = one.getparent()
        if local_name(one) == "t" and local_name(above) != "rPh":
            parts.append(one.text or "")
    return "".join(parts)


def _formats(package: Package, part: str) -> list[str]:
    """For each cell format what its numbers look like; built-in ones by their number."""
    own: dict[str, str] = {}
    found: list[str] = []
    inside = False
    for event, element in part_events(package, part):
        tag = local_name(element)
        if tag == "cellXfs":
            inside = event == "start"
        elif event == "end" and tag == "numFmt":
            own[attribute(element, "numFmtId")] = attribute(element, "formatCode")
        elif event == "end" and tag == "xf" and inside:
            number = attribute(element, "numFmtId")
            found.append(own.get(number, f"#{number}"))
    return found


def cells_of(path: Path) -> Iterator[tuple[str, Iterator[tuple[int, dict[int, str]]]]]:
    """Yield the name of each sheet and its rows that hold something: their numbers from 1, and texts by column from 0.

    Raises Unreadable as `XlsxReader.read`.
    """
    with opened_package(path) as package:
        book, sheets = _book(package)
        for title, part in sheets:
            yield title, _cells(package, part, book)


def _rows(package: Package, part: str, book: _Book) -> Iterator[str]:
    for _, found in _cells(package, part, book):
        cells: list[str] = []
        for place, text in found.items():
            cells += [""] * min(max(place - len(cells), 0), MOST_GAP)
            cells.append(text)
        yield CELL_GAP.join(cells)


def _cells(package: Package, part: str, book: _Book) -> Iterator[tuple[int, dict[int, str]]]:
    cells: dict[int, str] = {}
    following = number = 0
    for event, element in part_events(package, part):
        if event == "start":
            continue
        tag = local_name(element)
        if tag == "c":
            place = _column(attribute(element, "r"), following)
            following = place + 1
            if text := " ".join(_value(element, book).split()):
                cells[place] = text
        elif tag == "row":
            number = whole_number(attribute(element, "r"), number + 1)
            if cells:
                yield number, cells
            cells, following = {}, 0
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]


def _column(reference: str, following: int) -> int:
    match = _COLUMN.match(reference)
    if match is None:
        return following
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: Any, book: _Book) -> str:
    kind = attribute(cell, "t")
    if kind == "inlineStr":
        return _rich(cell)
    value = next((one.text or "" for one in cell if local_name(one) == "v"), "")
    if kind == "s":
        at = whole_number(value, -1)
        return book.texts[at] if 0 <= at < len(book.texts) else ""
    if kind in ("str", "e", "d") or not value:
        return value
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    style = whole_number(attribute(cell, "s"), -1)
    number_format = book.formats[style] if 0 <= style < len(book.formats) else ""
    if is_date(number_format):
        return date_of(value, from_1904=book.from_1904)
    return number_text(value, number_format)


def _comments(package: Package, sheet: str) -> Iterator[str]:
    for part in related(package, sheet, "comments"):
        for event, element in part_events(package, part):
            if event == "end" and local_name(element) == "comment":
                yield f"{attribute(element, 'ref')}: {_rich(element)}"
