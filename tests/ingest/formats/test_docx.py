"""Word documents: lines, headings, tables; bombs, entities and damage refused by name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from ingest.formats.base import Extracted
from ingest.reading.task import read_file
from tests.ingest.formats.office_samples import office

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def read_parts(path: Path, document: str | bytes, **parts: str) -> Extracted:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", document)
        for name, content in parts.items():
            package.writestr(f"word/{name}.xml", content)
    return read_file(path, path.name, {})


@pytest.fixture
def body(tmp_path: Path) -> Callable[[str], str]:
    """The text of a document whose body is this XML."""

    def read(xml: str) -> str:
        read = read_parts(tmp_path / "a.docx", f"<w:document {W} {MC}><w:body>{xml}</w:body></w:document>")
        assert read.error is None
        return read.pages[0].text

    return read


def test_a_document_of_a_word_processor(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Directiva N° 001"
    document.core_properties.author = "Secretaría Técnica"
    document.add_heading("Directiva que regula las sesiones", 0)
    document.add_heading("Artículo 1. Objeto", 1)
    document.add_paragraph("La presente directiva regula las sesiones de la comisión.")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Entidad", "Miembro", "PCM", "Ana"], strict=True):
        cell.text = text
    document.add_heading("Anexo", 2)
    document.save(str(tmp_path / "d.docx"))
    read = read_file(tmp_path / "d.docx", "d.docx", {})
    page = read.pages[0]
    assert page.text.split("\n") == [
        "Directiva que regula las sesiones",
        "Artículo 1. Objeto",
        "La presente directiva regula las sesiones de la comisión.",
        "Entidad | Miembro",
        "PCM | Ana",
        "Anexo",
    ]
    assert [(one.level, one.text) for one in read.headings] == [
        (1, "Directiva que regula las sesiones"),
        (1, "Artículo 1. Objeto"),
        (2, "Anexo"),
    ]
    assert all(page.text[one.start : one.end] == one.text for one in read.headings)
    assert (read.language, read.metadata["title"], read.metadata["author"]) == (
        "es",
        "Directiva N° 001",
        "Secretaría Técnica",
    )


def test_tabs_breaks_and_hyphens(body: Callable[[str], str]) -> None:
    xml = "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>"
    assert body(xml) == "a\tb\nc-d"


def test_tab_stops_are_no_tabs(body: Callable[[str], str]) -> None:
    assert body('<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>') == "a"


def test_tracked_changes_are_accepted(body: Callable[[str], str]) -> None:
    xml = (
        "<w:p><w:r><w:t>son </w:t></w:r><w:del><w:r><w:delText>tres</w:delText><w:t>tres</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>cuatro</w:t></w:r></w:ins></w:p>"
    )
    assert body(xml) == "son cuatro"


def test_a_fallback_does_not_repeat_its_choice(body: Callable[[str], str]) -> None:
    box = "<w:p><w:r><w:t>cuadro</w:t></w:r></w:p>"
    xml = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" + box + "</w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent>" + box + "</w:txbxContent></mc:Fallback></mc:AlternateContent>"
        "<w:t>texto</w:t></w:r></w:p>"
    )
    assert body(xml) == "cuadro\ntexto"


def test_a_table_inside_a_cell_stays_in_its_row(body: Callable[[str], str]) -> None:
    def cell(text: str) -> str:
        return f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    inner = f"<w:tbl><w:tr>{cell('b')}{cell('c')}</w:tr></w:tbl>"
    assert body(f"<w:tbl><w:tr>{cell('a')}<w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>") == "a | b | c"


def test_headings_by_inherited_style_and_by_outline(tmp_path: Path) -> None:
    styles = (
        f'<w:styles {W}><w:style w:styleId="T1"><w:name w:val="título 1"/></w:style>'
        '<w:style w:styleId="Own"><w:name w:val="Mi estilo"/><w:basedOn w:val="T1"/></w:style>'
        '<w:style w:styleId="L"><w:name w:val="L"/><w:basedOn w:val="L"/></w:style></w:styles>'
    )
    lines = "".join(
        f"<w:p><w:pPr>{mark}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        for text, mark in [
            ("A", '<w:pStyle w:val="Own"/>'),
            ("B", '<w:pStyle w:val="L"/>'),
            ("C", '<w:outlineLvl w:val="2"/>'),
        ]
    )
    read = read_parts(tmp_path / "a.docx", f"<w:document {W}><w:body>{lines}</w:body></w:document>", styles=styles)
    assert [(one.text, one.level) for one in read.headings] == [("A", 1), ("C", 3)]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}>&x;</w:document>', "unsafe_xml"),
        ('<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>', "unsafe_xml"),
        ("<w:document", "damaged"),
        ("", "damaged"),
        (b"<a>" + b" " * 60_000_000 + b"</a>", "unsafe_archive"),
    ],
)
def test_hostile_and_damaged_ones_are_named(tmp_path: Path, document: str | bytes, code: str) -> None:
    read = read_parts(tmp_path / "a.docx", document)
    assert read.error is not None
    assert read.error.code == code
    assert read.pages == []


def test_too_many_members(tmp_path: Path) -> None:
    read = read_parts(tmp_path / "a.docx", "<a/>", **{f"part{n}": "" for n in range(2100)})
    assert read.error is not None
    assert read.error.code == "unsafe_archive"


def test_a_truncated_package_is_named(tmp_path: Path) -> None:
    read_parts(tmp_path / "a.docx", f"<w:document {W}/>")
    data = (tmp_path / "a.docx").read_bytes()
    (tmp_path / "a.docx").write_bytes(data[: len(data) // 2])
    read = read_file(tmp_path / "a.docx", "a.docx", {})
    assert read.error is not None
    assert read.error.code in {"damaged", "no_reader"}


def _lines(*texts: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)


def _item(number: int, depth: int, text: str) -> str:
    mark = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{mark}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def _whole_document() -> bytes:
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown}"/></w:lvl>'
        for at, (kind, shown) in enumerate([("upperRoman", "Artículo %1.-"), ("decimal", "%1.%2"), ("bullet", "•")])
    )
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    body = _item(1, 0, "Objeto") + _item(1, 1, "uno") + _item(1, 1, "dos") + _item(1, 2, "punto") + _item(1, 0, "Fin")
    notes = f'<w:footnotes {W}><w:footnote w:type="separator">{_lines("---")}</w:footnote>'
    parts = {
        "word/document.xml": f"<w:document {W}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/numbering.xml": numbering,
        "word/h1.xml": f"<w:hdr {W}>{_lines('Ministerio', 'de Cultura')}</w:hdr>",
        "word/h2.xml": f"<w:hdr {W}>{_lines('Ministerio')}</w:hdr>",
        "word/f1.xml": f"<w:ftr {W}>{_lines('Folio 1')}</w:ftr>",
        "word/notes.xml": f"{notes}<w:footnote>{_lines('Véase el anexo.')}</w:footnote></w:footnotes>",
        "word/remarks.xml": f'<w:comments {W}><w:comment w:author="Ana">{_lines("¿Sí?")}</w:comment></w:comments>',
    }
    leads = {
        "a": "numbering:numbering.xml",
        "b": "header:h1.xml",
        "c": "header:h2.xml",
        "d": "footer:f1.xml",
        "e": "footnotes:notes.xml",
        "f": "comments:remarks.xml",
    }
    return office("word", "document.xml", parts, {"word/document.xml": leads})


def test_heads_notes_comments_and_numbers_stand_where_they_belong(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(_whole_document())
    read = read_file(path, path.name, {})
    page = read.pages[0]
    assert page.text.split("\n") == [
        "Ministerio",
        "de Cultura",
        "Artículo I.- Objeto",
        "I.1 uno",
        "I.2 dos",
        "punto",
        "Artículo II.- Fin",
        "Véase el anexo.",
        "Folio 1",
    ]
    assert [page.text[start:end] for start, end, _ in page.furniture] == ["Ministerio\nde Cultura", "Folio 1"]
    assert [(part.name, part.pages[0].text) for part in read.parts] == [("comments", "Ana: ¿Sí?")]


def test_tracked_changes_are_said(tmp_path: Path) -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    changed = f"<w:del>{run.format('tres')}</w:del><w:ins>{run.format('cuatro')}</w:ins>"
    read = read_parts(tmp_path / "a.docx", f"<w:document {W}><w:body><w:p>{changed}</w:p></w:body></w:document>")
    assert read.pages[0].text == "cuatro"
    assert read.warnings == ["tracked_changes: 1 inserted passages were kept and 1 deleted ones left out"]
