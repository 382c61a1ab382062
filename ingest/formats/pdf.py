"""Text, word boxes and document information of PDF files, by pypdfium2.

The text is what pdfium gives in its order, with repairs (guide on extraction, B and F): a space glyph after a
ligature does not part a word, a word broken by a hyphen at the line's end is whole again, and columns drawn row by
row are read one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from ingest.formats.base import Extracted, PageText, Unreadable
from ingest.formats.furniture import EdgeLine, edge_lines, tag_furniture
from ingest.formats.judging import judge
from ingest.formats.pdf_columns import Gutter
from ingest.formats.pdf_drawn import drawn_on
from ingest.formats.pdf_fields import notes_on, words_in
from ingest.formats.pdf_information import attached, information, label_of, outline
from ingest.formats.pdf_words import PageWords, page_words
from ingest.reading.language import language_of
from ingest.reading.progress import tell
from records.words import WordBox, pack_words

MOST_PAGES = 50_000
_TELLING = 1_500
"""So many characters tell the language of a page."""


class PdfReader:
    """Reads PDF files page by page; a page that cannot be loaded costs only itself."""

    formats = frozenset({"pdf"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: encrypted, damaged, too_large."""
        try:
            return _diagnosed(_read(_opened(path)), path)
        except Unreadable as error:
            if error.failure.code != "damaged":
                raise
            return _read_otherwise(path, error)


def _diagnosed(found: Extracted, path: Path) -> Extracted:
    """What was read, with what pdfminer.six says of the fonts of pages whose letters are not what they seem."""
    garbled = [page.number for page in found.pages if page.decision == "garbled"]
    if not garbled:
        return found
    from ingest.formats.pdf_damaged import unmapped

    shares = unmapped(path, garbled)
    pages = [
        replace(page, signals=page.signals | {"unmapped": shares[page.number]}) if page.number in shares else page
        for page in found.pages
    ]
    return replace(found, pages=pages)


def _read_otherwise(path: Path, refusal: Unreadable) -> Extracted:
    """What pdfium refuses: repaired by qpdf and read again, else read by a second engine. Raises the refusal."""
    from ingest.formats.pdf_damaged import read_by_pdfminer, repaired

    data = repaired(path)
    if data is not None:
        try:
            found = _read(_opened(data))
            empty = sum(1 for page in found.pages if not page.text)
            lost = f"{empty} of its {len(found.pages)} pages have no text" if empty else "parts may be missing"
            note = f"repaired: the file is damaged; it was read from a copy repaired by qpdf, and {lost}"
            return replace(found, warnings=[note, *found.warnings])
        except Unreadable:
            pass
    pages = tag_furniture(read_by_pdfminer(path))
    if not any(page.text for page in pages):
        raise refusal
    return Extracted(
        format="pdf",
        media_type="application/pdf",
        language=language_of(page.text for page in pages),
        pages=pages,
        warnings=["second_engine: the file is damaged; it was read by pdfminer.six, and parts may be missing"],
    )


def _read(document: pypdfium2.PdfDocument) -> Extracted:
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise Unreadable("too_large", f"The PDF has {count} pages; at most {MOST_PAGES} are read.")
        # Labels, where there are any, begin with the first page (ISO 32000-1, 12.4.2).
        reading = _Reading(document, labelled=bool(label_of(document, 1)))
        pages = []
        for number in range(1, count + 1):
            pages.append(reading.page(number))
            tell(number, count)
        if all(page.width is None for page in pages):
            raise Unreadable("damaged", "None of the pages of this PDF can be opened.")
        pages = tag_furniture(pages, reading.edges)
        return Extracted(
            format="pdf",
            media_type="application/pdf",
            language=language_of(page.text for page in pages),
            pages=pages,
            headings=list(outline(document, pages)),
            metadata=information(document),
            warnings=reading.warnings,
            parts=attached(document, reading.warnings),
        )
    finally:
        document.close()


def _opened(source: Path | bytes) -> pypdfium2.PdfDocument:
    # The library asks for a name that leads back to the file; a file inside another lies in memory and has none.
    if isinstance(source, Path) and not source.resolve().exists():
        source = source.read_bytes()
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise Unreadable("encrypted", "The PDF asks for a password; upload a copy without one.") from error
        raise Unreadable("damaged", "The PDF is damaged and cannot be opened.") from error
    if document.get_formtype() == raw.FORMTYPE_ACRO_FORM:
        document.init_forms()
    return document


@dataclass(slots=True)
class _Reading:
    """A document while its pages are read in order; what one page shows helps with the next."""

    document: pypdfium2.PdfDocument
    gutters: list[Gutter] = field(default_factory=list)
    edges: dict[int, list[EdgeLine]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    labelled: bool = False

    def page(self, number: int) -> PageText:
        """Read one page; a page that cannot be read is empty and warned of."""
        try:
            page = self.document[number - 1]
        except pypdfium2.PdfiumError:
            self.warnings.append(f"page_unreadable: page {number} cannot be opened")
            return PageText(number, "", "none")
        size = page.get_size()
        try:
            return self._read(page, number, size)
        except pypdfium2.PdfiumError:
            self.warnings.append(f"page_unreadable: the text of page {number} cannot be read")
            return PageText(number, "", "none", None, *size)
        finally:
            page.close()

    def _read(self, page: pypdfium2.PdfPage, number: int, size: tuple[float, float]) -> PageText:
        found = page_words(page, self.gutters)
        self.gutters = found.gutters or self.gutters
        text, boxes = self._with_notes(page, found)
        judged = judge(text, partial(drawn_on, page))
        if judged.decision == "garbled":
            self.warnings.append(f"garbled_text: the letters of page {number} are not what they seem")
        self.edges[number] = edge_lines(text, boxes, size[1])
        return PageText(
            number,
            text,
            "layer" if text else "none",
            judged.legible,
            *size,
            pack_words(boxes),
            decision=judged.decision,
            signals=judged.signals | ({"columns": len(found.gutters) + 1} if found.gutters else {}),
            label=label_of(self.document, number) if self.labelled else "",
            language=language_of([text[:_TELLING]]),
            rotation=page.get_rotation(),
        )

    def _with_notes(self, page: pypdfium2.PdfPage, found: PageWords) -> tuple[str, list[WordBox]]:
        """The text of the page, and below it what was typed on it where the drawing does not show it too."""
        text, boxes = found.text, found.boxes
        for note, box in notes_on(self.document, page):
            if note not in found.text:
                text = f"{text}\n{note}" if text else note
                boxes = [*boxes, *words_in(note, len(text) - len(note), box)]
        return text, boxes
