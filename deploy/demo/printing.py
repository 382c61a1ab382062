"""The sample papers as files: PDF, Word and HTML, the same bytes each time they are made."""

from __future__ import annotations

import datetime as dt
import html
import io
import zipfile
from collections.abc import Callable, Sequence

from deploy.demo.markup import Block, bold_runs

# Word files carry their time of making twice, in their properties and in the ZIP: a fixed one keeps bytes equal.
MADE = dt.datetime(2021, 1, 4, 9, 0, 0, tzinfo=dt.UTC)
AUTHOR = "Secretaría Técnica"

Printer = Callable[[Sequence[Block], str, str], bytes]


def as_pdf(blocks: Sequence[Block], title: str, language: str) -> bytes:
    """Return the paper as a PDF of A4 pages, with its letterhead and page numbers on each."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    letterhead = next((block.text for block in blocks if block.kind == "letterhead"), "")
    page_word = "Page" if language == "en" else "Página"

    def furnish(canvas: object, document: object) -> None:
        width, height = A4
        canvas.saveState()  # type: ignore[attr-defined]
        canvas.setFont("Helvetica", 8)  # type: ignore[attr-defined]
        canvas.drawCentredString(width / 2, height - 14 * mm, letterhead)  # type: ignore[attr-defined]
        number = f"{page_word} {document.page}"  # type: ignore[attr-defined]
        canvas.drawCentredString(width / 2, 12 * mm, number)  # type: ignore[attr-defined]
        canvas.restoreState()  # type: ignore[attr-defined]

    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=26 * mm,
        rightMargin=24 * mm,
        topMargin=24 * mm,
        bottomMargin=22 * mm,
        title=title,
        author=AUTHOR,
        lang=language,
        invariant=1,
    )
    document.build(_flowables(blocks, document.width), onFirstPage=furnish, onLaterPages=furnish)
    return out.getvalue()


def _flowables(blocks: Sequence[Block], width: float) -> list[object]:
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import PageBreak, Paragraph

    text = ParagraphStyle("text", fontName="Helvetica", fontSize=10, leading=14, alignment=TA_JUSTIFY, spaceAfter=7)
    styles = {
        "text": text,
        "item": ParagraphStyle("item", parent=text, leftIndent=16, bulletIndent=4, spaceAfter=4),
        "heading": ParagraphStyle("heading", parent=text, fontName="Helvetica-Bold", spaceBefore=8, keepWithNext=1),
        "centred": ParagraphStyle("centred", parent=text, alignment=TA_CENTER),
        "title": ParagraphStyle(
            "title", parent=text, fontName="Helvetica-Bold", fontSize=12, leading=16, alignment=TA_CENTER, spaceAfter=10
        ),
    }
    flow: list[object] = []
    for block in blocks:
        if block.kind == "page":
            flow.append(PageBreak())
        elif block.kind == "table":
            flow.append(_table(block, width))
        elif block.kind in styles:
            bullet = "•" if block.kind == "item" else None
            flow.append(Paragraph(_marked(block.text, "b"), styles[block.kind], bulletText=bullet))
    return flow


def _table(block: Block, width: float) -> object:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table, TableStyle

    cell = ParagraphStyle("cell", fontName="Helvetica", fontSize=8.5, leading=11)
    head = ParagraphStyle("head", parent=cell, fontName="Helvetica-Bold")
    rows = [[Paragraph(_marked(text, "b"), cell if at else head) for text in row] for at, row in enumerate(block.rows)]
    table = Table(rows, colWidths=[width / len(block.rows[0])] * len(block.rows[0]), repeatRows=1, spaceAfter=8)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def as_word(blocks: Sequence[Block], title: str, language: str) -> bytes:
    """Return the paper as a Word document with its letterhead, headings and tables."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.language = title[:255], AUTHOR, language
    properties.created = properties.modified = MADE.replace(tzinfo=None)
    properties.last_modified_by, properties.revision, properties.comments = AUTHOR, 1, ""
    styles = {"item": "List Bullet", "heading": "Heading 2", "title": "Heading 1"}
    for block in blocks:
        if block.kind == "letterhead":
            document.sections[0].header.paragraphs[0].text = block.text
        elif block.kind == "page":
            document.add_page_break()  # type: ignore[no-untyped-call]
        elif block.kind == "table":
            _word_table(document, block)
        else:
            paragraph = document.add_paragraph(style=styles.get(block.kind))
            if block.kind in ("title", "centred"):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for piece, bold in block.runs():
                paragraph.add_run(piece).bold = bold or None
    out = io.BytesIO()
    document.save(out)
    return _with_fixed_times(out)


def _word_table(document: object, block: Block) -> None:
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")  # type: ignore[attr-defined]
    for at, row in enumerate(block.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            for piece, bold in bold_runs(text):
                cell.paragraphs[0].add_run(piece).bold = bold or at == 0 or None


def _with_fixed_times(made: io.BytesIO) -> bytes:
    """Return the package with every entry of one date: python-docx stamps them with the time of saving."""
    out = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, MADE.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(entry))
    return out.getvalue()


def as_html(blocks: Sequence[Block], title: str, language: str) -> bytes:
    """Return the paper as one HTML page without style or script."""
    tags = {"title": "h1", "heading": "h2", "centred": "p", "text": "p", "letterhead": "p"}
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{language}">',
        f'<head><meta charset="utf-8"><title>{html.escape(title)}</title></head>',
        "<body>",
    ]
    before = ""
    for block in blocks:
        if (block.kind == "item") != (before == "item"):
            lines.append("<ul>" if block.kind == "item" else "</ul>")
        before = block.kind
        if block.kind == "table":
            lines.append(_html_table(block))
        elif block.kind != "page":
            tag = "li" if block.kind == "item" else tags[block.kind]
            lines.append(f"<{tag}>{_marked(block.text, 'strong')}</{tag}>")
    if before == "item":
        lines.append("</ul>")
    return "\n".join([*lines, "</body>", "</html>", ""]).encode()


def _html_table(block: Block) -> str:
    rows = []
    for at, row in enumerate(block.rows):
        tag = "td" if at else "th"
        rows.append("<tr>" + "".join(f"<{tag}>{_marked(text, 'strong')}</{tag}>" for text in row) + "</tr>")
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def _marked(text: str, tag: str) -> str:
    return "".join(
        f"<{tag}>{html.escape(piece)}</{tag}>" if bold else html.escape(piece) for piece, bold in bold_runs(text)
    )
