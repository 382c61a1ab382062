"""The rows of a manifest, whatever it is: CSV, a workbook (XLSX, ODS), JSON lines, or documents that say one row each.

Such a document is a JSON object or the front matter of a Markdown file; a folder of them is a table. Every table
gives (row, values by the names of the heading), the row counted from 1 below the heading as a
spreadsheet's reader counts, or a fault where a row cannot be read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.formats import ods_cells, xlsx
from ingest.formats.base import Unreadable
from ingest.formats.front_matter import split_front_matter
from ingest.reading.document import storable
from records.errors import InvalidValue

FILE_COLUMN = "file"
SEPARATORS = ",;\t|"
_WORKBOOKS = {".xlsx": xlsx.cells_of, ".xlsm": xlsx.cells_of, ".ods": ods_cells.cells_of}
_TOLD_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""The line that spreadsheets of other countries need above the heading."""
_JSON = (".jsonl", ".ndjson", ".json")
_FRONT_MATTER = (".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell: the row counts from 1 below the heading, as a spreadsheet's reader counts."""

    row: int
    column: str
    detail: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.detail}"


Lines = Iterator[tuple[int, dict[str, str] | Fault]]


def lines_of(path: Path) -> Lines:
    """Yield the rows of a table. Raises InvalidValue where the file cannot be read at all.

    CSV may have commas, semicolons, tabs or bars between and be UTF-8 (with or without mark), UTF-16 with its mark, or
    Windows-1252. Of a workbook the first sheet with a heading counts.
    """
    kind = path.suffix.lower()
    if path.is_dir():
        yield from _folder_lines(path)
    elif kind in _WORKBOOKS:
        yield from _workbook_lines(path, kind)
    elif kind in _FRONT_MATTER:
        yield 1, _front_matter(_text_of(path), 1)
    else:
        text = _text_of(path)
        yield from _json_lines(text) if kind in _JSON else _csv_lines(text)


def _text_of(path: Path) -> str:
    try:
        return _decoded(path.read_bytes())
    except OSError as failure:
        raise InvalidValue(f"The manifest {path} cannot be read: {failure.strerror}.", attr="manifest") from failure


def _folder_lines(folder: Path) -> Lines:
    """Yield a row for each document of a folder, in the order of their names."""
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in (*_JSON, *_FRONT_MATTER))
    number = 0
    for path in found:
        for _, line in lines_of(path):
            number += 1
            told = Fault(number, line.column, f"{path.name}: {line.detail}") if isinstance(line, Fault) else line
            yield number, told


def _front_matter(text: str, number: int) -> dict[str, str] | Fault:
    values, _, wrong = split_front_matter(text)
    if wrong or not values:
        return Fault(number, "", wrong[0] if wrong else "has no front matter")
    return {storable(str(name)): _as_text(value) for name, value in values.items()}


def _workbook_lines(path: Path, kind: str) -> Lines:
    try:
        for _, rows in _WORKBOOKS[kind](path):
            heading = next(rows, None)
            if heading is not None:
                yield from _below(*heading, rows)
                return
    except OSError as failure:
        raise InvalidValue(f"The manifest {path} cannot be read: {failure.strerror}.", attr="manifest") from failure
    except Unreadable as failure:
        told = f"The manifest {path} cannot be read: {failure.failure.detail}"
        raise InvalidValue(told, attr="manifest") from failure
    yield 0, Fault(0, FILE_COLUMN, "the manifest is empty")


def _below(first: int, heading: dict[int, str], rows: Iterator[tuple[int, dict[int, str]]]) -> Lines:
    if wrong := _wrong_heading(list(heading.values())):
        yield 0, wrong
        return
    for place, cells in rows:
        number = place - first
        if beside := [column for column in cells if column not in heading]:
            detail = f"a cell in column {_letters(min(beside))} has no heading"
            yield number, Fault(number, heading[max(heading)], detail)
        else:
            yield number, {name: storable(cells.get(column, "")) for column, name in heading.items()}


def _letters(column: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, at = divmod(column - 1, 26)
        letters = chr(65 + at) + letters
    return letters


def _decoded(content: bytes) -> str:
    """Return a text in whichever of the usual encodings it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _csv_lines(text: str) -> Lines:
    if told := _TOLD_SEPARATOR.match(text):
        text = text[told.end() :]
    heading = text.partition("\n")[0]
    separator = told[1] if told else max(SEPARATORS, key=heading.count)
    reader = csv.reader(io.StringIO(text.replace("\x00", "\ufffd"), newline=""), delimiter=separator)
    number = 0
    try:
        names = [name.strip() for name in next(reader, [])]
        if wrong := _wrong_heading(names):
            yield 0, wrong
            return
        for number, cells in enumerate(reader, start=1):
            if len(cells) > len(names) and any(cell.strip() for cell in cells):
                yield number, Fault(number, names[-1], f"{len(cells)} cells under {len(names)} columns")
            elif any(cell.strip() for cell in cells):
                yield number, dict(zip(names, cells, strict=False))
    except csv.Error as failure:
        yield number + 1, Fault(number + 1, FILE_COLUMN, f"is not CSV ({failure})")


def _wrong_heading(names: list[str]) -> Fault | None:
    """Return what is wrong with the names of the columns, if anything is."""
    if not any(names):
        return Fault(0, FILE_COLUMN, "the manifest is empty")
    twice = [name for name in names if name and names.count(name) > 1]
    return Fault(0, twice[0], "this column stands twice in the heading") if twice else None


def _json_lines(text: str) -> Lines:
    for number, value in _json_values(text):
        if isinstance(value, Fault):
            yield number, value
            continue
        if not isinstance(value, dict):
            yield number, Fault(number, "", "is not a JSON object")
            continue
        yield number, {storable(str(name)): _as_text(cell) for name, cell in value.items()}


def _json_values(text: str) -> Iterator[tuple[int, Any]]:
    """Yield what stands on each line, or the one document (an object, or a list of them) that the text is."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except (ValueError, RecursionError) as failure:
                    yield number, Fault(number, "", f"is not JSON ({failure})")
    else:
        yield from enumerate(whole if isinstance(whole, list) else [whole], start=1)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return storable(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, list):
        return ";".join(_as_text(part) for part in value)
    return storable(str(value))
