"""Text that is on a PDF page but not in its drawing: what was filled into form fields, and notes typed on the page."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from typing import Any

from pypdfium2 import PdfDocument, PdfPage, raw

from ingest.formats.pdf_words import shown_on
from ingest.formats.runs import Box
from records.words import WordBox

_MOST_NOTES = 2_000
_LONGEST = 20_000
_FILLED_IN = frozenset({raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX})
_WORD = re.compile(r"\S+")


def notes_on(document: PdfDocument, page: PdfPage) -> Iterator[tuple[str, Box]]:
    """What was typed into the fields of a page and as free text on it, each with its box as shown."""
    count = min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST_NOTES)
    if count <= 0:
        return
    show = shown_on(page)
    for index in range(count):
        note = raw.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        try:
            text = _text_of(document, note)
            rectangle = raw.FS_RECTF()
            if text and raw.FPDFAnnot_GetRect(note, rectangle):
                yield text, show((rectangle.left, rectangle.bottom, rectangle.right, rectangle.top))
        finally:
            raw.FPDFPage_CloseAnnot(note)


def words_in(text: str, start: int, box: Box) -> Iterator[WordBox]:
    """The words of a note that begins at `start`: each line a strip of the box, each word its share of the strip."""
    lines = text.split("\n")
    height = (box[3] - box[1]) / len(lines)
    for row, line in enumerate(lines):
        # A field is wider than what is written in it: letters are about half as wide as a line is high.
        width = min((box[2] - box[0]) / max(len(line), 1), height / 2)
        for found in _WORD.finditer(line):
            left, right = found.span()
            yield WordBox(
                start + left,
                start + right,
                box[0] + left * width,
                box[1] + row * height,
                box[0] + right * width,
                box[1] + (row + 1) * height,
            )
        start += len(line) + 1


def _text_of(document: PdfDocument, note: Any) -> str:
    kind = raw.FPDFAnnot_GetSubtype(note)
    if kind == raw.FPDF_ANNOT_FREETEXT:
        return _plain(_string(raw.FPDFAnnot_GetStringValue, note, b"Contents"))
    if kind != raw.FPDF_ANNOT_WIDGET or document.formenv is None:
        return ""
    form = document.formenv.raw
    if raw.FPDFAnnot_GetFormFieldType(form, note) not in _FILLED_IN:
        return ""
    return _plain(_string(raw.FPDFAnnot_GetFormFieldValue, form, note))


def _string(ask: Callable[..., int], *about: Any) -> str:
    """A string of pdfium: asked once for its length in bytes, once for itself."""
    size = min(ask(*about, None, 0), _LONGEST * 2 + 2)
    if size <= 2:
        return ""
    units = (ctypes.c_ushort * (size // 2 + 1))()
    ask(*about, units, size)
    return bytes(units)[: size - 2].decode("utf-16-le", "replace")


def _plain(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.replace("\r", "\n").replace("\x00", "").split("\n"))
    return "\n".join(line for line in lines if line)
