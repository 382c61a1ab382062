"""A paper as an old office scanner leaves it: a PDF with the picture of a page, askew and speckled, and no text."""

from __future__ import annotations

import io
import random
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.demo.markup import Block

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
MARGIN = 140
SKEW_DEGREES = 1.3
PAPER, INK = 238, 40


def as_scan(blocks: Sequence[Block], title: str, language: str) -> bytes:
    """Return a PDF that holds only the image of the paper's one page."""
    from PIL import Image as Picture
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    page = _speckled(_typed(blocks).rotate(SKEW_DEGREES, resample=Picture.Resampling.BICUBIC, fillcolor=PAPER))
    picture = io.BytesIO()
    page.save(picture, "JPEG", quality=60)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _typed(blocks: Sequence[Block]) -> Image:
    """Return the page as typed, before the scanner; a block that does not fit is cut at the margin."""
    import reportlab
    from PIL import Image as Picture
    from PIL import ImageDraw, ImageFont

    fonts = Path(reportlab.__file__).parent / "fonts"
    plain = ImageFont.truetype(str(fonts / "Vera.ttf"), 23)
    strong = ImageFont.truetype(str(fonts / "VeraBd.ttf"), 25)
    page = Picture.new("L", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(page)
    y = 130
    for block in blocks:
        font = strong if block.kind in ("title", "letterhead") else plain
        for line in textwrap.wrap(block.text.replace("**", ""), 58 if font is strong else 72):
            x = (WIDTH - pen.textlength(line, font=font)) / 2 if block.kind in ("title", "centred") else MARGIN
            pen.text((x, y), line, fill=INK, font=font)
            y += 35
        y += 16
    return page


def _speckled(page: Image) -> Image:
    """Return the page under a grain that is the same each time, as if from dust on the glass."""
    from PIL import Image as Picture

    size = (WIDTH // 2, HEIGHT // 2)
    dust = random.Random(1998).randbytes(size[0] * size[1])  # noqa: S311 - dust, not a secret
    return Picture.blend(page, Picture.frombytes("L", size, dust).resize(page.size), 0.12)
