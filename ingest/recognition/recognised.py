"""What recognising a page gives; it crosses from a child to its parent and back."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.formats.base import Language, ReadFailure


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was read in the picture of one page; `words` as packed by `records.words`.

    `confidence` is 0 to 100. `turned`: degrees clockwise by which the page as shown must be turned to be upright.
    `notes` name what was done to the picture. `code` and `detail` say why nothing could be read.
    """

    number: int
    text: str = ""
    words: bytes = b""
    confidence: float = 0.0
    language: Language = ""
    turned: int = 0
    notes: tuple[str, ...] = ()
    code: str = ""
    detail: str = ""


def failed_pages(numbers: list[int], failure: ReadFailure) -> list[Recognised]:
    """Pages that could not be recognised, each saying why."""
    return [Recognised(number, code=failure.code, detail=failure.detail) for number in numbers]
