"""A scan as a PDF that can be searched: its own pictures, and over them the recognised words, unseen.

A PDF keeps its pages as they are (pikepdf writes them as they stand, 15 ms a page); an image file's pages go into a PDF
as JPEG, black and white ones as fax (Pillow). Tesseract's own renderer would encode each picture anew at 200 dots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name
from PIL import ImageOps

from ingest.formats.base import PageText
from ingest.recognition.raster import IMAGE_FORMATS, frame, opened_image, scale_of
from records.words import WordBox, unpack_words

MOST_BYTES = 100 * 1024**2
"""A larger file gets no such form: it would lie in a child's memory several times."""
_FONT = Name.FRecognised
_LETTER_WIDTH = 0.6
"""Of Courier, in sizes of the font."""
_DESCENT = 0.15
Vector = tuple[float, float]


def searchable_pdf(path: Path, format_name: str, pages: Sequence[PageText]) -> bytes:
    """The file with the words of its recognised pages; empty where there are none or it cannot be made.

    Never raises for what the file holds, but MemoryError.
    """
    recognised = {page.number: page for page in pages if page.source == "ocr" and page.text}
    if not recognised or path.stat().st_size > MOST_BYTES or format_name not in ("pdf", *IMAGE_FORMATS):
        return b""
    try:
        if format_name == "pdf":
            return _with_words(path, recognised)
        return _with_words(_of_pictures(path, len(pages)), recognised)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever a damaged file makes its libraries say, there is the original
        return b""


def _of_pictures(path: Path, count: int) -> BytesIO:
    """An image file as a PDF of a page for each of its pictures."""
    whole, parts = pikepdf.Pdf.new(), []
    with opened_image(path) as image:
        for number in range(1, count + 1):
            picture = frame(image, number)
            dots = scale_of(picture)
            shown = ImageOps.exif_transpose(picture)
            one = BytesIO()
            shown = shown if shown.mode in ("1", "L", "RGB") else shown.convert("RGB")
            options = {} if shown.mode == "1" else {"quality": 85}
            shown.save(one, "PDF", resolution=dots, **options)
            # Each must stay open until the whole is written.
            parts.append(pikepdf.open(one))
            whole.pages.extend(parts[-1].pages)
    out = BytesIO()
    whole.save(out, deterministic_id=True)
    out.seek(0)
    return out


def _with_words(file: Path | BytesIO, recognised: Mapping[int, PageText]) -> bytes:
    layouts = _layouts(file, recognised)
    out = BytesIO()
    with pikepdf.open(file, suppress_warnings=True) as pdf:
        font = pdf.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier, Encoding=Name.WinAnsiEncoding)
        )
        for number, page in recognised.items():
            drawn = pdf.pages[number - 1]
            name = drawn.add_resource(font, Name.Font, _FONT)
            drawn.contents_add(b"q\n", prepend=True)
            drawn.contents_add(b"\nQ\n" + _unseen(page, layouts[number], str(name).encode()))
        # The same bytes each time: a reading that was cut off and done again keeps one copy, not two.
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the page as shown lies in the space its contents are drawn in: its bounds there and its rotation."""

    bounds: tuple[float, float, float, float]
    rotation: int

    def place(self, x: float, y: float) -> Vector:
        left, bottom, right, top = self.bounds
        return {
            0: (left + x, top - y),
            90: (left + y, bottom + x),
            180: (right - x, bottom + y),
            270: (right - y, top - x),
        }[self.rotation]

    def direction(self, x: float, y: float) -> Vector:
        return {0: (x, -y), 90: (y, x), 180: (-x, y), 270: (-y, -x)}[self.rotation]


def _layouts(file: Path | BytesIO, numbers: Mapping[int, PageText]) -> dict[int, _Layout]:
    found = {}
    document = pypdfium2.PdfDocument(file)
    try:
        for number in numbers:
            page = document[number - 1]
            found[number] = _Layout(page.get_bbox(), page.get_rotation() % 360)
            page.close()
    finally:
        document.close()
    if isinstance(file, BytesIO):
        file.seek(0)
    return found


def _unseen(page: PageText, layout: _Layout, font: bytes) -> bytes:
    turned = page.signals.get("turned", 0)
    lines = [b"BT 3 Tr"]
    for box in _closed_up(unpack_words(page.words)):
        text = page.text[box.start : box.end].encode("cp1252", "replace")
        placed = _word(box, len(text), int(turned), layout)
        if placed:
            escaped = text.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
            lines.append(font + b" " + placed + b" (" + escaped + b") Tj")
    return b"\n".join([*lines, b"ET"])


def _closed_up(boxes: list[WordBox]) -> list[WordBox]:
    """The boxes, those of one word side by side without a gap, which readers of PDF files would take for a space."""
    closed = list(boxes)
    for at, (box, after) in enumerate(pairwise(boxes)):
        if box.end == after.start and box.x1 < after.x0 and box.y0 < after.y1 and after.y0 < box.y1:
            closed[at] = box._replace(x1=after.x0)
    return closed


def _word(box: WordBox, letters: int, turned: int, layout: _Layout) -> bytes:
    """Size, width and place of a word's letters, as PDF operators; empty for a box without extent."""
    lying = turned in (90, 270)
    width, height = (box.y1 - box.y0, box.x1 - box.x0) if lying else (box.x1 - box.x0, box.y1 - box.y0)
    if width <= 0 or height <= 0 or not letters:
        return b""
    # Where the line of letters begins on the page as shown, and which way it runs.
    begins, runs = {
        0: ((box.x0, box.y1), (1.0, 0.0)),
        90: ((box.x1, box.y1), (0.0, -1.0)),
        180: ((box.x1, box.y0), (-1.0, 0.0)),
        270: ((box.x0, box.y0), (0.0, 1.0)),
    }[turned]
    along = layout.direction(*runs)
    above = (-along[1], along[0])
    x, y = layout.place(*begins)
    x, y = x + above[0] * _DESCENT * height, y + above[1] * _DESCENT * height
    stretched = 100 * width / (letters * _LETTER_WIDTH * height)
    matrix = " ".join(f"{value:.2f}" for value in (*along, *above, x, y))
    return f"{height:.2f} Tf {stretched:.1f} Tz {matrix} Tm".encode()
