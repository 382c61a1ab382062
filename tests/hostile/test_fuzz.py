"""Our own parsers of XML and mail, given any arrangement of the words they know: none ends without a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.reading.document import read_document
from tests.hostile.samples import word
from tests.ingest.formats.office_samples import RELATIONS, office, opendocument

VALUES = st.sampled_from(["", "0", "1", "9", "-1", "99999999999", "x", "true", "Heading1", "L1", "%1.%2", "A1", "²"])
WORD = (
    "w:p w:r w:t w:tab w:br w:pPr w:pStyle w:numPr w:numId w:ilvl w:outlineLvl w:tbl w:tr w:tc w:ins w:del w:sdt "
    "w:txbxContent w:footnoteReference w:sectPr w:fldSimple w:instrText w:noBreakHyphen"
)
ODF = (
    "text:p text:h text:s text:tab text:list text:list-item text:note text:note-body text:span office:annotation "
    "table:table table:table-row table:table-cell table:covered-table-cell draw:frame draw:text-box draw:page "
    "text:tracked-changes text:deletion text:list-style text:list-level-style-number presentation:notes"
)
SHEET = "row c v is t r f si rPh mergeCell"
SLIDE = "p:sp p:txBody a:p a:r a:t a:br a:tbl a:tr a:tc p:ph p:graphicFrame p:pic"
NAMES = {
    "w:": ["w:val", "w:type", "w:author", "w:ilvl"],
    "text:": ["text:c", "text:outline-level", "text:style-name", "text:level", "table:number-columns-repeated"],
    "table:": ["table:name", "table:number-columns-repeated"],
    "": ["r", "s", "t"],
    "p:": ["type"],
}


def trees(words: str) -> st.SearchStrategy[str]:
    """Elements of these names in any order and depth, with texts and attributes."""

    def element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(_element, st.sampled_from(words.split()), VALUES, VALUES, st.lists(inside, max_size=5))

    return st.recursive(st.sampled_from(["", "acta", " 1 ", "&#8212;"]), element, max_leaves=30)


def _element(name: str, first: str, second: str, inside: list[str]) -> str:
    prefix = name[: name.index(":") + 1] if ":" in name else ""
    known = NAMES.get(prefix, NAMES["text:"] if prefix in ("draw:", "office:", "presentation:") else [])
    attributes = "".join(f' {key}="{value}"' for key, value in zip(known, (first, second), strict=False) if value)
    return f"<{name}{attributes}>{''.join(inside)}</{name}>"


def sheet(rows: str) -> bytes:
    book = f'<workbook xmlns:r="{RELATIONS}"><sheets><sheet name="a" r:id="a"/></sheets></workbook>'
    parts = {"xl/workbook.xml": book, "xl/s.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>"}
    parts["xl/t.xml"] = f"<sst>{rows}</sst>"
    return office(
        "xl", "workbook.xml", parts, {"xl/workbook.xml": {"a": "worksheet:s.xml", "b": "sharedStrings:t.xml"}}
    )


def slide(shapes: str) -> bytes:
    main = f"<p:presentation xmlns:p='p' xmlns:r='{RELATIONS}'><p:sldId r:id='a'/></p:presentation>"
    parts = {"ppt/presentation.xml": main, "ppt/s.xml": f"<p:sld xmlns:p='p' xmlns:a='a'>{shapes}</p:sld>"}
    return office("ppt", "presentation.xml", parts, {"ppt/presentation.xml": {"a": "slide:s.xml"}})


@pytest.fixture
def state(tmp_path: Path) -> Callable[[str, bytes], str]:
    def read(name: str, data: bytes) -> str:
        path = tmp_path / "file"
        path.write_bytes(data)
        return read_document(str(path), name, {}).code

    return read


FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STATES = {"", "empty_text", "damaged"}
State = Callable[[str, bytes], str]


@FEW
@given(trees(WORD))
def test_word(state: State, body: str) -> None:
    assert state("a.docx", word(body)) in STATES


@FEW
@example('<text:h text:outline-level="\u00b2"></text:h>', "text")
@example(f'<text:h text:outline-level="{"9" * 5000}"></text:h>', "text")
@given(trees(ODF), st.sampled_from(["text", "spreadsheet", "presentation"]))
def test_opendocument(state: State, body: str, kind: str) -> None:
    assert state("a.odt", opendocument(kind, body)) in STATES


@FEW
@given(trees(SHEET))
def test_workbooks(state: State, body: str) -> None:
    assert state("a.xlsx", sheet(body)) in STATES


@FEW
@given(trees(SLIDE))
def test_presentations(state: State, body: str) -> None:
    assert state("a.pptx", slide(body)) in STATES


LINES = st.sampled_from(
    [
        "Subject: =?utf-8?q?Sesi=C3=B3n?=",
        "Subject: =?nada?x?=",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: multipart/alternative; boundary=c",
        "Content-Type: message/rfc822",
        "Content-Type: text/html; charset=nada",
        "Content-Type: text/plain; charset*=x''%ff",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: uuencode",
        "Content-Disposition: attachment; filename*=utf-8''%f1.txt",
        'Content-Disposition: attachment; filename="../\\"x"',
        "Date: Mon, 99 Xyz 99999 99:99:99 +9999",
        "",
        "--b",
        "--b--",
        "--c",
        "acta <b>de",
        "YWN0YQ==",
        "begin 644 x",
    ]
)


@FEW
@given(st.lists(LINES, max_size=40))
def test_mails(state: State, lines: list[str]) -> None:
    head = ["Message-ID: <1@x>", "MIME-Version: 1.0", "Received: x"]
    assert state("a.eml", "\n".join([*head, *lines]).encode("latin-1")) in STATES
