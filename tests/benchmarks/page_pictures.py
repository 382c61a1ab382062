"""Draws the pictures of docs/extraction.md: `python -m tests.benchmarks.page_pictures`.

Three pages of our own invention, each with the boxes of its words as they were read: blue from the first word to red at
the last, so that the order of reading shows; running heads and feet in grey.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from textwrap import wrap

import pypdfium2
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.base import PageText
from ingest.reading.task import read_file
from records.words import unpack_words

PICTURES = Path(__file__).resolve().parents[2] / "docs/pictures"
SIZE = (420, 594)
SCALE = 1.5
FIRST = (
    "La Mesa de Trabajo se reúne en sesión ordinaria una vez al mes, y en sesión extraordinaria cuando la convoca "
    "quien la preside. La convocatoria señala lugar, fecha y agenda. "
)
SECOND = (
    "Los acuerdos se adoptan por mayoría simple y constan en actas numeradas. Quien discrepa puede pedir que conste su "
    "voto con sus fundamentos en el acta de la sesión. "
)


def main() -> None:
    """Write one PNG for each page."""
    PICTURES.mkdir(exist_ok=True)
    for name, draw in {"columns": columns, "furniture": furniture, "scan": scan}.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.pdf"
            write(path, draw)
            pictured(path).save(PICTURES / f"{name}.png", optimize=True)


def write(path: Path, draw: Callable[[Canvas], None]) -> None:
    canvas = Canvas(str(path), pagesize=SIZE, invariant=True)
    for number in (1, 2, 3):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(40, SIZE[1] - 30, f"MESA DE TRABAJO · Boletín {number + 6}")
        canvas.drawRightString(SIZE[0] - 40, 24, f"Página {number + 416}")
        draw(canvas)
        canvas.showPage()
    canvas.save()


def columns(canvas: Canvas) -> None:
    """Two columns drawn row by row, below a heading across the page."""
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(40, 530, "Reglamento interno de la Mesa de Trabajo y de sus grupos")
    canvas.setFont("Helvetica", 8)
    left, right = (wrap(text * 5, 38) for text in (FIRST, SECOND))
    for row, lines in enumerate(zip(left, right, strict=False)):
        for line, edge in zip(lines, (40, 220), strict=True):
            canvas.drawString(edge, 508 - 11 * row, line)


def furniture(canvas: Canvas) -> None:
    """A form that is filled in."""
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(40, 530, "Solicitud de acceso a la información")
    canvas.setFont("Helvetica", 9)
    for at, (label, value) in enumerate({"Entidad": "Ministerio de Cultura", "Documento": "Acta N° 007-2024"}.items()):
        canvas.drawString(40, 490 - 40 * at, label)
        canvas.acroForm.textfield(
            name=f"{label}{canvas.getPageNumber()}", x=120, y=482 - 40 * at, width=240, height=20, value=value
        )
    for at, line in enumerate(wrap(FIRST + SECOND, 76)):
        canvas.drawString(40, 400 - 13 * at, line)


def scan(canvas: Canvas) -> None:
    """A picture of text with a poor layer over it, as scanners leave it."""
    whole = io.BytesIO()
    source = Canvas(whole, pagesize=SIZE, invariant=True)
    source.setFont("Helvetica", 10)
    lines = wrap((FIRST + SECOND) * 3, 66)
    for at, line in enumerate(lines):
        source.drawString(40, 500 - 14 * at, line)
    source.save()
    document = pypdfium2.PdfDocument(whole.getvalue())
    picture = document[0].render(scale=3, grayscale=True).to_pil().point(lambda tone: 60 + tone * 180 // 255)
    document.close()
    canvas.drawImage(ImageReader(picture), 0, 0, *SIZE)
    canvas.setFont("Helvetica", 10)
    layer = canvas.beginText(40, 500)
    layer.setTextRenderMode(3)
    layer.setLeading(14)
    for line in lines:
        layer.textLine(line.translate(str.maketrans("rul", "nvi")))
    canvas.drawText(layer)


def pictured(path: Path) -> Image.Image:
    """The second page of a file with its boxes drawn on it."""
    page = read_file(path, path.name, {}).pages[1]
    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    picture = document[1].render(scale=SCALE, may_draw_forms=True).to_pil().convert("RGB")
    document.close()
    with_boxes(picture, page)
    return picture.quantize(64)


def with_boxes(picture: Image.Image, page: PageText) -> None:
    pen = ImageDraw.Draw(picture)
    boxes = unpack_words(page.words)
    for at, box in enumerate(boxes):
        outside = any(start <= box.start < end for start, end, _ in page.furniture)
        colour = (150, 150, 150) if outside else (30 + 200 * at // len(boxes), 60, 230 - 200 * at // len(boxes))
        pen.rectangle([box.x0 * SCALE, box.y0 * SCALE, box.x1 * SCALE, box.y1 * SCALE], outline=colour)
    told = f"{page.decision}, known words {page.signals.get('known', 0):.2f}, label {page.label or '-'}"
    pen.text((12, 6), told, fill=(200, 0, 0), font_size=15)


if __name__ == "__main__":
    main()
