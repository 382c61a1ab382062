"""What recognising a page gives; it crosses from a child to its parent and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.formats.base import Language, ReadFailure


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was read in the picture of one page; `words` as packed by `records.words`.

    `confidence` is 0 to 100. `turned`: degrees clockwise by which the page as shown must be turned to be upright.
    `notes` name what was done to the picture. `code` and `detail` say why nothing could be read. `place` says of a page
    in a part which file and which page of it was looked at (`place_of`).
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
    place: str = ""


def place_of(signals: Mapping[str, Any]) -> str:
    """Where the picture of a page in a part is to be found: digest of the file, and page in it; empty for others."""
    return f"{signals['in_file']}/{signals['in_page']}" if "in_file" in signals else ""


def failed_pages(numbers: Iterable[int], failure: ReadFailure) -> list[Recognised]:
    """Pages that could not be recognised, each saying why."""
    return [Recognised(number, code=failure.code, detail=failure.detail) for number in numbers]
