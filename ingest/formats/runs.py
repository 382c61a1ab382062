"""A run: characters that stand together on a page, where they stand, and what follows them."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in points from the top left corner of the page as it is shown."""

HYPHEN = "\ufffe"
"""Follows a run whose line ended with a hyphen: pdfium puts this mark for the hyphen and the line end after it."""


@dataclass(slots=True)
class Run:
    """Characters without a space between them; `after` is a space, a line end, nothing, or `HYPHEN`."""

    text: str
    box: Box | None
    after: str = ""
