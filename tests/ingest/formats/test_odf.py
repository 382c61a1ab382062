"""OpenDocument: texts with notes and lists, sheets, slides; what was deleted is left out; entities are refused."""

from __future__ import annotations

from collections.abc import Callable

from ingest.formats.base import Extracted
from tests.ingest.formats.office_samples import ODF, opendocument, package

Read = Callable[[str, bytes], Extracted]
LISTS = (
    '<office:automatic-styles><text:list-style style:name="L1"><text:list-level-style-number text:level="1" '
    'style:num-format="a" style:num-suffix=")"/><text:list-level-style-number text:level="2" style:num-format="1" '
    'style:num-suffix="." text:display-levels="2"/></text:list-style></office:automatic-styles>'
)
STYLES = (
    f"<office:document-styles {ODF}><office:master-styles><style:master-page>"
    "<style:header><text:p>Comisión</text:p></style:header><style:footer><text:p>Folio</text:p></style:footer>"
    "</style:master-page></office:master-styles></office:document-styles>"
)
META = f"<office:document-meta {ODF}><office:meta><dc:title>Acta</dc:title></office:meta></office:document-meta>"
BODY = (
    "<text:tracked-changes><text:changed-region><text:deletion><text:p>tres</text:p></text:deletion>"
    "</text:changed-region></text:tracked-changes>"
    '<text:h text:outline-level="2">De  la <text:span>sesión</text:span></text:h>'
    '<text:p>Son<text:s text:c="3"/>cuatro<text:tab/>votos<text:line-break/>en total<text:note>'
    "<text:note-citation>1</text:note-citation><text:note-body><text:p>Nota</text:p></text:note-body></text:note>"
    "<office:annotation><dc:creator>Ana</dc:creator><text:p>Revisar</text:p></office:annotation>.</text:p>"
    "<text:p><draw:frame><draw:text-box><text:p>Cuadro</text:p></draw:text-box></draw:frame>Sigue</text:p>"
    '<text:list text:style-name="L1"><text:list-item><text:p>uno</text:p><text:list><text:list-item>'
    "<text:p>dentro</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>dos</text:p>"
    "</text:list-item></text:list>"
    "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell>"
    "<text:p>b</text:p><text:p>c</text:p></table:table-cell></table:table-row></table:table>"
)


def test_a_text_with_all_that_stands_in_and_around_it(read: Read) -> None:
    found = read("acta.odt", opendocument("text", BODY, automatic=LISTS, styles=STYLES, meta=META))
    page = found.pages[0]
    assert found.error is None
    assert page.text.split("\n") == [
        "Comisión",
        "De  la sesión",
        "Son   cuatro\tvotos",
        "en total.",
        "Cuadro",
        "Sigue",
        "a) uno",
        "a.1. dentro",
        "b) dos",
        "a | b c",
        "Nota",
        "Folio",
    ]
    assert [(one.level, page.text[one.start : one.end]) for one in found.headings] == [(2, "De  la sesión")]
    assert [page.text[start:end] for start, end, _ in page.furniture] == ["Comisión", "Folio"]
    assert [part.pages[0].text for part in found.parts] == ["Ana: Revisar"]
    assert found.warnings == ["tracked_changes: 1 deleted passages were left out"]
    assert found.metadata == {"title": "Acta"}


def test_each_sheet_is_a_page(read: Read) -> None:
    def table(name: str, cells: str) -> str:
        return f'<table:table table:name="{name}"><table:table-row>{cells}</table:table-row></table:table>'

    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    empty = '<table:table-cell table:number-columns-repeated="16000"/>'
    january = cell.format("", "12,50") + "<table:table-cell/>" + cell.format("", "x") + empty
    february = cell.format(' table:number-columns-repeated="3"', "1") + empty
    found = read("votos.ods", opendocument("spreadsheet", table("Enero", january) + table("Febrero", february)))
    assert [(page.number, page.part, page.text) for page in found.pages] == [
        (1, "Enero", "12,50 |  | x"),
        (2, "Febrero", "1 | 1 | 1"),
    ]


def test_each_slide_is_a_page_with_its_notes(read: Read) -> None:
    box = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    notes = f"<presentation:notes>{box.format('Decirlo')}</presentation:notes>"
    slides = f"<draw:page>{box.format('Plan')}{notes}</draw:page><draw:page>{box.format('Fin')}</draw:page>"
    found = read("plan.odp", opendocument("presentation", slides))
    assert [page.text for page in found.pages] == ["Plan\nDecirlo", "Fin"]


def test_entities_and_missing_parts_are_refused(read: Read) -> None:
    dtd = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    kind = "application/vnd.oasis.opendocument.text"
    for content, code in ((dtd, "unsafe_xml"), ("<x>", "damaged"), ("", "damaged")):
        found = read("a.odt", package({"mimetype": kind, "content.xml": content}))
        assert found.error is not None
        assert found.error.code == code
