"""Papers of our own, typed and damaged by code, as scanners, telephones and stamps leave them."""

from __future__ import annotations

import io
import math
import random
from pathlib import Path

import reportlab
from PIL import Image as Picture
from PIL import ImageChops, ImageDraw, ImageFont
from PIL.Image import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

PAPER, INK = 240, 30
LINES = (
    "COMISIÓN DE PRUEBA PARA LA GESTIÓN DE PUERTOS",
    "RESOLUCIÓN Nº 014-2021-CPGP",
    "Lima, 12 de marzo de 2021",
    "VISTO: el informe de la secretaría técnica sobre el registro de embarcaciones;",
    "CONSIDERANDO: Que, la Ley Nº 29158 establece los principios y las normas básicas;",
    "Que, según el artículo 7 del reglamento, la comisión aprueba las directivas internas",
    "que regulan el procedimiento de inscripción, así como los plazos que le corresponden;",
    "SE RESUELVE:",
    "Artículo 1.- Aprobar la directiva que establece el procedimiento de inscripción.",
    "Artículo 2.- Encargar a la secretaría técnica la publicación de esta resolución",
    "en el portal de la comisión, dentro de los cinco días siguientes a su aprobación.",
    "Regístrese, comuníquese y publíquese.",
)
ENGLISH = (
    "MEMORANDUM ON THE INSPECTION OF HARBOURS",
    "The committee has reviewed the report that was submitted by the inspectors and",
    "agreed that the following measures should be taken before the end of the year.",
    "First, every harbour must keep a register of the vessels which enter and leave.",
    "Second, the register shall be open to the public during the hours of business.",
    "Third, the inspectors will visit each harbour at least once in every quarter.",
)


def typed(
    lines: tuple[str, ...] = LINES, *, dpi: int = 200, points: float = 11.0, width: float = 8.27, height: float = 11.69
) -> Image:
    """A page with these lines, in grey."""
    font_file = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    font = ImageFont.truetype(str(font_file), round(points * dpi / 72))
    page = Picture.new("L", (round(width * dpi), round(height * dpi)), PAPER)
    pen = ImageDraw.Draw(page)
    for at, line in enumerate(lines):
        pen.text((0.9 * dpi, (1 + at * 2.2 * points / 72) * dpi), line, fill=INK, font=font)
    return page


def stamped(
    page: Image, colour: tuple[int, int, int], *, dpi: int = 200, at: tuple[float, float] = (2.0, 2.4)
) -> Image:
    """The page with a stamp over its text, in ink through which the print shows."""
    font_file = Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf"
    stamp = Picture.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(stamp)
    x, y = 2.0 * dpi, 2.4 * dpi
    font = ImageFont.truetype(str(font_file), round(0.28 * dpi))
    pen.text((x, y), "MESA DE PARTES", fill=colour, font=font)
    pen.text((x + 0.3 * dpi, y + 0.4 * dpi), "RECIBIDO", fill=colour, font=font)
    pen.ellipse((x - 0.3 * dpi, y - 0.4 * dpi, x + 3.2 * dpi, y + 1.3 * dpi), outline=colour, width=6)
    return ImageChops.multiply(page.convert("RGB"), stamp)


def shaded(page: Image, share: float = 0.6) -> Image:
    """The page under a soft shadow, from its left edge to beyond the middle, that takes up to this share of light."""
    light = [round(255 * (1 - share / (1 + math.exp((at - 18) / 3)))) for at in range(32)]
    shadow = Picture.frombytes("L", (32, 1), bytes(light)).resize(page.size, Picture.Resampling.BICUBIC)
    return ImageChops.multiply(page, shadow)


def slanted(page: Image, share: float = 0.04) -> Image:
    """The page as a telephone held aslant sees it, on a dark table."""
    width, height = page.size
    lean = share * width
    corners = (-lean, -lean, -lean / 2, height + lean / 2, width + lean, height + lean, width + lean / 2, -lean)
    return page.transform(page.size, Picture.Transform.QUAD, corners, Picture.Resampling.BICUBIC, fillcolor=70)


def grained(page: Image, share: float = 0.1) -> Image:
    """The page under the grain of a scanner's glass, the same each time."""
    size = (page.width // 2, page.height // 2)
    dust = Picture.frombytes("L", size, random.Random(7).randbytes(size[0] * size[1])).resize(page.size)
    return Picture.blend(page, dust.convert(page.mode), share)


def pdf_of(*pages: Image, dpi: int = 200) -> bytes:
    """A PDF of pictures without any text."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in pages:
        size = page.width * 72 / dpi, page.height * 72 / dpi
        canvas.setPageSize(size)
        held = io.BytesIO()
        page.save(held, "JPEG", quality=80)
        canvas.drawImage(ImageReader(held), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def wrong_share(text: str, lines: tuple[str, ...] = LINES) -> float:
    """The share of characters of these lines that were read wrongly, or read and not there."""
    from rapidfuzz.distance import Levenshtein

    truth = " ".join(" ".join(lines).split())
    return Levenshtein.distance(truth, " ".join(text.split())) / len(truth)
