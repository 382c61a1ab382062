"""Text, word boxes and document information of PDF files, by pypdfium2.

The text is what pdfium gives in its order, with two repairs (guide on extraction, B and F): a space glyph after
a ligature does not part a word, and a word broken by a hyphen at the line's end is whole again.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from ingest.formats.base import Extracted, PageText, Unreadable
from ingest.formats.judging import judge
from ingest.formats.pdf_columns import Gutter
from ingest.formats.pdf_drawn import drawn_on
from ingest.formats.pdf_words import page_words
from ingest.reading.language import language_of
from records.words import pack_words

MOST_PAGES = 50_000
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?)?")
_INFORMATION = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
    "Producer": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}


class PdfReader:
    """Reads PDF files page by page; a page that cannot be loaded costs only itself."""

    formats = frozenset({"pdf"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: encrypted, damaged, too_large."""
        document = _opened(path)
        try:
            count = len(document)
            if count > MOST_PAGES:
                raise Unreadable("too_large", f"The PDF has {count} pages; at most {MOST_PAGES} are read.")
            warnings: list[str] = []
            gutters: list[Gutter] = []
            pages = [_page(document, number, gutters, warnings) for number in range(1, count + 1)]
            if pages and all(page.width is None for page in pages):
                raise Unreadable("damaged", "None of the pages of this PDF can be opened.")
            return Extracted(
                format="pdf",
                media_type="application/pdf",
                language=language_of(page.text for page in pages),
                pages=pages,
                metadata=_information(document),
                warnings=warnings,
            )
        finally:
            document.close()


def _opened(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise Unreadable("encrypted", "The PDF asks for a password; upload a copy without one.") from error
        raise Unreadable("damaged", "The PDF is damaged and cannot be opened.") from error


def _page(document: pypdfium2.PdfDocument, number: int, gutters: list[Gutter], warnings: list[str]) -> PageText:
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        warnings.append(f"page_unreadable: page {number} cannot be opened")
        return PageText(number, "", "none")
    try:
        width, height = page.get_size()
        rotation = page.get_rotation()
        found = page_words(page, gutters)
        text = found.text
        gutters[:] = found.gutters or gutters
        judged = judge(text, partial(drawn_on, page))
    except pypdfium2.PdfiumError:
        warnings.append(f"page_unreadable: the text of page {number} cannot be read")
        return PageText(number, "", "none", None, width, height)
    finally:
        page.close()
    if judged.decision == "garbled":
        warnings.append(f"garbled_text: the letters of page {number} are not what they seem")
    return PageText(
        number,
        text,
        "layer" if text else "none",
        judged.legible,
        width,
        height,
        pack_words(found.boxes),
        decision=judged.decision,
        signals=judged.signals | ({"columns": len(found.gutters) + 1} if found.gutters else {}),
        language=language_of([text]),
        rotation=rotation,
    )


def _information(document: pypdfium2.PdfDocument) -> dict[str, str | int | float | bool | None]:
    found: dict[str, str | int | float | bool | None] = {}
    for key, name in _INFORMATION.items():
        value = document.get_metadata_value(key).replace("\x00", "").strip()
        if key.endswith("Date"):
            value = _iso(value)
        if value:
            found[name] = value
    return found


def _iso(value: str) -> str:
    """A PDF date (ISO 32000-1, 7.9.4) as ISO 8601, as precise as it was given; empty if it is none."""
    match = _DATE.match(value)
    if match is None:
        return ""
    year, month, day, hour, minute, second, sign, zone_hour, zone_minute = match.groups()
    date = "-".join(part for part in (year, month, day) if part)
    if not (day and hour and minute):
        return date
    zone = f"{sign}{zone_hour}:{zone_minute or '00'}" if sign else "Z" if "Z" in match.group() else ""
    return f"{date}T{hour}:{minute}:{second or '00'}{zone}"
