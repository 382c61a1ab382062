"""Manifests are read from whatever an archivist's list is: CSV of any country, a workbook, JSON lines."""

from __future__ import annotations

import string
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.manifest_tables import Fault, lines_of
from records.errors import InvalidValue
from tests.ingest.formats.office_samples import RELATIONS, office, opendocument

HEADING = ["file", "título", "fecha", "número"]
ROW = {"file": "a.txt", "título": "Año nuevo", "fecha": "2024-02-29", "número": "67"}


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def workbook(rows: str) -> bytes:
    """A workbook whose first sheet is empty and whose second holds these rows."""
    sheets = '<sheet name="Vacía" r:id="a"/><sheet name="Lista" r:id="b"/>'
    parts = {
        "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        "xl/s1.xml": "<worksheet><sheetData/></worksheet>",
        "xl/s2.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    leads = {"a": "worksheet:s1.xml", "b": "worksheet:s2.xml", "c": "styles:styles.xml"}
    return office("xl", "workbook.xml", parts, {"xl/workbook.xml": leads})


def cells(texts: Sequence[str]) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_of_any_separator_and_encoding(tmp_path: Path, separator: str, encoding: str) -> None:
    text = "\r\n".join(separator.join(row) for row in (HEADING, ROW.values(), [""] * 4))
    assert list(lines_of(written(tmp_path, "lista.csv", text.encode(encoding)))) == [(1, ROW)]


def test_a_first_line_that_tells_the_separator_is_none_of_the_rows(tmp_path: Path) -> None:
    text = 'sep=;\r\nfile;title\r\na.txt;"Tasas, cánones; y otros"\r\n'
    assert list(lines_of(written(tmp_path, "lista.csv", text.encode()))) == [
        (1, {"file": "a.txt", "title": "Tasas, cánones; y otros"})
    ]


def test_a_workbook_gives_days_and_numbers_and_the_rows_that_its_reader_counts(tmp_path: Path) -> None:
    rows = f'<row r="3">{cells(HEADING)}</row>'
    rows += f'<row r="4">{cells(["a.txt", "Año nuevo"])}<c s="1"><v>45351</v></c><c><v>67</v></c></row>'
    rows += f'<row r="9">{cells(["b.txt"])}</row><row r="10"><c r="F10"><v>1</v></c></row>'
    found = list(lines_of(written(tmp_path, "lista.xlsx", workbook(rows))))
    assert found[:2] == [(1, ROW), (6, {"file": "b.txt", "título": "", "fecha": "", "número": ""})]
    assert found[2] == (7, Fault(7, "número", "a cell in column F has no heading"))


def test_an_opendocument_sheet_gives_values_and_not_how_they_are_shown(tmp_path: Path) -> None:
    def cell(inside: str, more: str = "") -> str:
        return f"<table:table-cell {more}>{inside}</table:table-cell>"

    heading = "".join(cell(f"<text:p>{name}</text:p>") for name in HEADING)
    day = cell("<text:p>29/02/24</text:p>", 'office:value-type="date" office:date-value="2024-02-29"')
    number = cell("<text:p>67,00</text:p>", 'office:value-type="float" office:value="67"')
    row = cell("<text:p>a.txt</text:p>") + cell("<text:p>Año</text:p><text:p>nuevo</text:p>") + day + number
    wide = cell("", 'table:number-columns-repeated="16384"')
    empty = f"<table:table-row table:number-rows-repeated='4'>{wide}</table:table-row>"
    again = f"<table:table-row table:number-rows-repeated='2'>{row}</table:table-row>"
    listed = f"<table:table-row>{heading}</table:table-row>{empty}{again}"
    sheet = f"<table:table>{empty}</table:table><table:table>{listed}</table:table><table:table/>"
    path = written(tmp_path, "lista.ods", opendocument("spreadsheet", sheet))
    assert list(lines_of(path)) == [(5, ROW), (6, ROW)]


@pytest.mark.parametrize("name", ["lista.xlsx", "lista.ods"])
def test_what_is_no_workbook_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidValue, match=r"lista\.\w+ cannot be read: The file is a damaged package"):
        list(lines_of(written(tmp_path, name, b"file,title\n")))
    with pytest.raises(InvalidValue, match="cannot be read: No such file"):
        list(lines_of(tmp_path / f"no-{name}"))


def test_headings_that_are_wrong_are_told(tmp_path: Path) -> None:
    assert list(lines_of(written(tmp_path, "a.xlsx", workbook("")))) == [(0, Fault(0, "file", "the manifest is empty"))]
    twice = workbook(f"<row>{cells(['file', 'file'])}</row>")
    assert list(lines_of(written(tmp_path, "b.xlsx", twice))) == [
        (0, Fault(0, "file", "this column stands twice in the heading"))
    ]


@given(content=st.binary(max_size=300) | st.text(string.printable, max_size=300).map(str.encode))
@pytest.mark.parametrize("name", ["lista.csv", "lista.jsonl", "lista.xlsx", "lista.ods"])
def test_whatever_the_file_holds_it_ends_in_rows_or_a_named_refusal(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("any"), name, content)
    with suppress(InvalidValue):
        for number, line in lines_of(path):
            assert number >= 0
            assert isinstance(line, Fault | dict)
