"""Workbooks and presentations: sheets and slides as pages, values as people see them, far cells at no cost."""

from __future__ import annotations

from collections.abc import Callable

from ingest.formats.base import Extracted
from ingest.formats.sheet_values import date_of, is_date, number_text
from tests.ingest.formats.office_samples import RELATIONS, office

Read = Callable[[str, bytes], Extracted]
R = f'xmlns:r="{RELATIONS}"'


def workbook(rows: str) -> bytes:
    sheets = '<sheet name="Padrón" r:id="a"/><sheet name="Vacía" r:id="b"/>'
    formats = '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 164, 9))
    remark = '<comment ref="B2"><text><r><t>Ver</t></r></text></comment>'
    rich = "<si><r><t>Minis</t></r><r><t>terio</t></r><rPh><t>x</t></rPh></si>"
    parts = {
        "xl/workbook.xml": f"<workbook {R}><sheets>{sheets}</sheets></workbook>",
        "xl/s1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        "xl/s2.xml": "<worksheet><sheetData/></worksheet>",
        "xl/sst.xml": f"<sst><si><t>Entidad</t></si>{rich}</sst>",
        "xl/styles.xml": f"<styleSheet>{formats}<cellXfs>{styles}</cellXfs></styleSheet>",
        "xl/c1.xml": f"<comments><commentList>{remark}</commentList></comments>",
    }
    book = {"a": "worksheet:s1.xml", "b": "worksheet:s2.xml", "c": "sharedStrings:sst.xml", "d": "styles:styles.xml"}
    leads = {"xl/workbook.xml": book, "xl/s1.xml": {"e": "comments:c1.xml", "f": "hyperlink:http://example.org/"}}
    return office("xl", "workbook.xml", parts, leads)


def test_cells_as_people_see_them(read: Read) -> None:
    rows = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row/>'
        '<row><c r="A2" s="1"><v>45351</v></c><c r="D2" s="3"><v>0.125</v></c>'
        '<c r="E2"><v>0.1000000000000000055</v></c><c r="F2" t="b"><v>1</v></c>'
        '<c r="G2" t="inlineStr"><is><t>  en  línea</t></is></c>'
        '<c r="H2" t="str"><f>A1</f><v>suma</v></c><c r="I2" s="2"><v>45351.5</v></c></row>'
        '<row><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>'
    )
    found = read("padron.xlsx", workbook(rows))
    assert found.error is None
    assert [(page.part, page.text.split("\n")) for page in found.pages] == [
        (
            "Padrón",
            [
                "Entidad | Ministerio",
                "2024-02-29 |  |  | 12.5% | 0.1 | TRUE | en línea | suma | 2024-02-29 12:00",
                "1 | " + " | " * 30 + "2",
            ],
        ),
        ("Vacía", [""]),
    ]
    assert [part.pages[0].text for part in found.parts] == ["B2: Ver"]


def test_numbers_and_days() -> None:
    assert is_date("#14")
    assert is_date('[$-280A]d "de" mmmm')
    assert not is_date("#2")
    assert not is_date("General")
    assert not is_date('0.00 "días"')
    assert date_of("0.75", from_1904=False) == "18:00"
    assert date_of("0", from_1904=True) == "00:00"
    assert date_of("1e99", from_1904=False) == "1e99"
    assert number_text("1E+20") == "100000000000000000000"
    assert number_text("texto") == "texto"


def slide(*shapes: str) -> str:
    return f"<p:sld xmlns:p='p' xmlns:a='a'><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:sld>"


def shape(kind: str, *lines: str) -> str:
    text = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    mark = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    return f"<p:sp>{mark}<p:txBody>{text}</p:txBody></p:sp>"


def presentation() -> bytes:
    cells = "<a:tc><a:p><a:r><a:t>a</a:t></a:r></a:p></a:tc><a:tc><a:p/></a:tc>"
    table = f"<p:graphicFrame><a:tbl><a:tr>{cells}</a:tr></a:tbl></p:graphicFrame>"
    shown = "<p:sldId id='9' r:id='b'/><p:sldId id='8' r:id='a'/>"
    parts = {
        "ppt/presentation.xml": f"<p:presentation xmlns:p='p' {R}><p:sldIdLst>{shown}</p:sldIdLst></p:presentation>",
        "ppt/slides/slide1.xml": slide(
            shape("title", "Plan 2024"), shape("", "uno", "dos"), table, shape("sldNum", "1")
        ),
        "ppt/slides/slide2.xml": slide(shape("ctrTitle", "Portada")),
        "ppt/notes/n1.xml": slide(shape("body", "Decirlo")),
    }
    leads = {
        "ppt/presentation.xml": {"a": "slide:slides/slide1.xml", "b": "slide:slides/slide2.xml"},
        "ppt/slides/slide1.xml": {"n": "notesSlide:../notes/n1.xml"},
    }
    return office("ppt", "presentation.xml", parts, leads)


def test_slides_in_the_order_shown(read: Read) -> None:
    found = read("plan.pptx", presentation())
    assert [page.text.split("\n") for page in found.pages] == [
        ["Portada"],
        ["Plan 2024", "uno", "dos", "a |", "Decirlo"],
    ]
    assert [(one.page, one.text) for one in found.headings] == [(1, "Portada"), (2, "Plan 2024")]
