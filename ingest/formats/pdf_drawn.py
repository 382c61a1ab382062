"""What is drawn on a PDF page besides its text: pictures and lines, found in its objects without rendering it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from pypdfium2 import PdfPage, raw

from ingest.formats.judging import Drawn

_DEEPEST = 4
_MOST_OBJECTS = 5_000
Matrix = tuple[float, float, float, float, float, float]
_UNTURNED: Matrix = (1, 0, 0, 1, 0, 0)


def drawn_on(page: PdfPage) -> Drawn:
    """The share of the page that pictures cover, strips of a scan added up, and how many other shapes there are."""
    left, bottom, right, top = page.get_bbox()
    whole = max((right - left) * (top - bottom), 1.0)
    covered, shapes = 0.0, 0
    for kind, bounds in _objects(page):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = bounds
            width, height = min(x1, right) - max(x0, left), min(y1, top) - max(y0, bottom)
            covered += max(width, 0.0) * max(height, 0.0)
        elif kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING):
            shapes += 1
    return Drawn(min(covered / whole, 1.0), shapes)


def _objects(page: PdfPage) -> Iterator[tuple[int, tuple[float, float, float, float]]]:
    """Kind and bounds in page space of each object, those inside forms too."""
    waiting = [(raw.FPDFPage_GetObject(page, at), _UNTURNED, 0) for at in range(_count(page))]
    looked = 0
    while waiting and looked < _MOST_OBJECTS:
        item, matrix, depth = waiting.pop()
        looked += 1
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            own = _matrix_of(item, matrix)
            count = min(raw.FPDFFormObj_CountObjects(item), _MOST_OBJECTS)
            waiting += [(raw.FPDFFormObj_GetObject(item, at), own, depth + 1) for at in range(max(count, 0))]
        elif kind != raw.FPDF_PAGEOBJ_TEXT:
            yield kind, _bounds(item, matrix)


def _count(page: PdfPage) -> int:
    return min(max(int(raw.FPDFPage_CountObjects(page)), 0), _MOST_OBJECTS)


def _matrix_of(form: Any, outer: Matrix) -> Matrix:
    own = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(form, own):
        return outer
    a, b, c, d, e, f = outer
    return (
        own.a * a + own.b * c,
        own.a * b + own.b * d,
        own.c * a + own.d * c,
        own.c * b + own.d * d,
        own.e * a + own.f * c + e,
        own.e * b + own.f * d + f,
    )


def _bounds(item: Any, matrix: Matrix) -> tuple[float, float, float, float]:
    sides = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(item, *sides):
        return 0.0, 0.0, 0.0, 0.0
    x0, y0, x1, y1 = (side.value for side in sides)
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    return (
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
    )
