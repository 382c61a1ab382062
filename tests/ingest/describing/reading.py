"""Texts as a reader hands them over, for the tests of describing."""

from __future__ import annotations

from typing import Any

from ingest.formats.base import Extracted, PageText


def read(*pages: str, language: str = "es", **other: Any) -> Extracted:
    """Return what a reader would give for these pages."""
    rows = [PageText(number, text, "layer" if text else "none", 1.0) for number, text in enumerate(pages, 1)]
    return Extracted("text", "text/plain", language=language, pages=rows, **other)  # type: ignore[arg-type]
