"""Image files as scans: a page each, a TIFF with several of them, and no text until it is recognised."""

from __future__ import annotations

from pathlib import Path

from PIL.Image import Image

from ingest.formats.base import Extracted, PageText, Unreadable
from ingest.reading.formats import MEDIA_TYPES
from ingest.recognition.raster import IMAGE_FORMATS, frame, frames_of, opened_image, scale_of, sides_of


class ImageReader:
    """Reads the sizes of the pages of an image file; their points are decoded when they are recognised."""

    formats = frozenset(IMAGE_FORMATS)

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, too_large."""
        try:
            return self._read(path)
        except OSError as error:
            # Pillow finds some damage only when asked for the sides or the marks of a picture.
            raise Unreadable("damaged", "The picture is damaged and cannot be read.") from error

    def _read(self, path: Path) -> Extracted:
        warnings: list[str] = []
        with opened_image(path) as image:
            count = frames_of(image)
            pages = [_page(image, number, warnings) for number in range(1, count + 1)]
            if image.format == "TIFF" and getattr(image, "n_frames", 1) > count:
                warnings.append(f"pages_left_out: only the first {count} pictures of this file are read")
            found = next(name for name, known in IMAGE_FORMATS.items() if known == image.format)
        return Extracted(found, MEDIA_TYPES[found], pages=pages, warnings=warnings)


def _page(image: Image, number: int, warnings: list[str]) -> PageText:
    try:
        width, height = sides_of(frame(image, number))
    except Unreadable as error:
        if number == 1:
            raise
        warnings.append(f"page_unreadable: {error.failure.detail}")
        return PageText(number, "", "none")
    signals: dict[str, int | float | str] = {"characters": 0, "pictures": 1.0, "dpi": round(scale_of(image))}
    return PageText(number, "", "none", None, width, height, decision="no_layer", signals=signals)
