"""The pages of a file as pictures: those of a PDF drawn, those of an image file as they are.

Every picture has the orientation in which its page is shown, and its sides in points come with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pypdfium2
from PIL import Image as Picture
from PIL import ImageOps
from PIL.Image import Image

from ingest.formats.base import Unreadable

USUAL_DPI, FINE_DPI = 200, 300
MOST_POINTS = 25_000_000
"""Points of a drawn page at most (guide on extraction, F 5); a larger page is drawn more coarsely."""
IMAGE_FORMATS = {
    "png": "PNG",
    "jpeg": "JPEG",
    "tiff": "TIFF",
    "gif": "GIF",
    "jp2": "JPEG2000",
    "webp": "WEBP",
    "bmp": "BMP",
}
MOST_IMAGE_POINTS = 180_000_000
MOST_FRAMES = 5_000
_POINTS_AN_INCH = 72.0
_LEAST_DPI, _MOST_DPI = 70.0, 1300.0
_LONG_SIDE = 11.7
"""Inches of A4, taken for the long side of a picture that does not tell its scale, as a telephone's does not."""


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as a picture, in grey or in colour, at so many dots an inch."""

    picture: Image
    dpi: float


class Pages(Protocol):
    """The pages of one open file, counted from 1."""

    def raster(self, number: int, dpi: float) -> Raster:
        """The page at about `dpi`, coarser where it is very large. Raises Unreadable."""
        ...


@contextmanager
def opened_pages(source: Path | bytes, format_name: str) -> Iterator[Pages]:
    """The pages of a PDF, or of an image file by its path. Raises Unreadable."""
    if isinstance(source, bytes) or format_name == "pdf":
        try:
            document = pypdfium2.PdfDocument(source)
        except pypdfium2.PdfiumError as error:
            raise Unreadable("damaged", "The PDF cannot be opened for drawing.") from error
        try:
            yield _PdfPages(document)
        finally:
            document.close()
    else:
        with opened_image(source) as image:
            yield _Frames(image)


@contextmanager
def opened_image(path: Path) -> Iterator[Image]:
    """An image file, its points not yet decoded. Raises Unreadable for one that is damaged or too large."""
    # The limit is our own and holds for every frame; Pillow would only warn.
    Picture.MAX_IMAGE_PIXELS = None
    try:
        image = Picture.open(path, formats=list(IMAGE_FORMATS.values()))
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable("damaged", "The picture is damaged and cannot be opened.") from error
    with image:
        _refuse_large(image)
        yield image


def frame(image: Image, number: int) -> Image:
    """Move to a frame of an image file, counted from 1. Raises Unreadable."""
    try:
        image.seek(number - 1)
    except (EOFError, OSError, ValueError, SyntaxError) as error:
        raise Unreadable("damaged", f"Page {number} of the picture cannot be opened.") from error
    _refuse_large(image)
    return image


def frames_of(image: Image) -> int:
    """How many pages an image file has. Only TIFF files have pages; the frames of an animation are not read."""
    return min(int(getattr(image, "n_frames", 1)), MOST_FRAMES) if image.format == "TIFF" else 1


def scale_of(image: Image) -> float:
    """Dots an inch of a picture as it says, or as they are if its long side is that of a sheet."""
    said = image.info.get("dpi", (0, 0))[0]
    if _LEAST_DPI < float(said or 0) < _MOST_DPI and float(said) != _POINTS_AN_INCH:
        return float(said)
    return max(image.size) / _LONG_SIDE


def sides_of(image: Image) -> tuple[float, float]:
    """The sides of a picture in points, as it is shown."""
    scale = _POINTS_AN_INCH / scale_of(image)
    sides = image.width * scale, image.height * scale
    return sides[::-1] if image.getexif().get(_ORIENTATION, 1) in _LYING else sides


_ORIENTATION = 0x0112
_LYING = (5, 6, 7, 8)
"""Values of the EXIF orientation for a picture that is stored on its side."""


def _refuse_large(image: Image) -> None:
    if image.width * image.height > MOST_IMAGE_POINTS:
        raise Unreadable("too_large", f"The picture has {image.width} × {image.height} points, too many to read.")


@dataclass(frozen=True, slots=True)
class _PdfPages:
    document: pypdfium2.PdfDocument

    def raster(self, number: int, dpi: float) -> Raster:
        try:
            page = self.document[number - 1]
        except pypdfium2.PdfiumError as error:
            raise Unreadable("damaged", f"Page {number} cannot be opened for drawing.") from error
        try:
            width, height = page.get_size()
            scale = _fitting(width, height, dpi / _POINTS_AN_INCH)
            bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
            picture = bitmap.to_pil()
            return Raster(picture if picture.mode == "RGB" else picture.convert("RGB"), scale * _POINTS_AN_INCH)
        except pypdfium2.PdfiumError as error:
            raise Unreadable("damaged", f"Page {number} cannot be drawn.") from error
        finally:
            page.close()


@dataclass(frozen=True, slots=True)
class _Frames:
    image: Image

    def raster(self, number: int, dpi: float) -> Raster:
        picture = frame(self.image, number)
        dots = scale_of(picture)
        scale = _fitting(picture.width, picture.height, dpi / dots)
        wanted = sorted((max(round(side * scale), 1) for side in picture.size), reverse=True)
        try:
            # A JPEG is decoded no finer than it is needed; other formats know no such thing.
            picture.draft(None, (wanted[0], wanted[0]))
            shown = _on_paper(ImageOps.exif_transpose(picture))
        except (OSError, ValueError, SyntaxError) as error:
            raise Unreadable("damaged", f"Page {number} of the picture is damaged.") from error
        size = (wanted[0], wanted[1]) if shown.width > shown.height else (wanted[1], wanted[0])
        if size != shown.size:
            shown = shown.resize(size, Picture.Resampling.LANCZOS if scale < 1 else Picture.Resampling.BICUBIC)
        return Raster(shown, scale * dots)


def _on_paper(picture: Image) -> Image:
    """The picture in grey or colour; what it leaves transparent is paper."""
    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode.startswith("I"):
        # Sixteen bits a point, of which Pillow would keep the lower eight.
        return picture.convert("F").point(lambda tone: tone * (1 / 257) + 0).convert("L")
    if picture.mode in ("1", "F", "LA"):
        return picture.convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        solid = picture.convert("RGBA")
        paper = Picture.new("RGBA", solid.size, (255, 255, 255, 255))
        return Picture.alpha_composite(paper, solid).convert("RGB")
    return picture.convert("RGB")


def _fitting(width: float, height: float, scale: float) -> float:
    """The scale, or the largest at which the page has no more points than a child can hold."""
    points = max(width * height, 1.0) * scale * scale
    return scale if points <= MOST_POINTS else scale * (MOST_POINTS / points) ** 0.5
