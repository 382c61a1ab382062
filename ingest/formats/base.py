"""What reading a file gives, and what a reader is. Everything here crosses a process border by pickle.

Offsets are code points into the text of the page they name. Pages count from 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

Source = Literal["layer", "ocr", "none", "corrected"]
"""Where a page's text comes from: the file itself, recognition, nowhere, a person."""

Language = Literal["es", "en", ""]

Decision = Literal["", "blank", "no_layer", "garbled", "doubtful", "good"]
"""What a drawn page's own text is worth: nothing to read, a picture, letters that lie, a scanner's poor layer, good.

Empty for what was never drawn: the parts of text and office files.
"""
UNSURE: frozenset[Decision] = frozenset({"no_layer", "garbled", "doubtful"})
"""The decisions that ask for recognition (OCR)."""

Furniture = tuple[int, int, str]
"""A stretch of a page's text that belongs to the page and not to the document: start, end, `head` or `foot`."""


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """Why a file gives no text: a stable code and a sentence for a person."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of one page; `words` as packed by `records.words`, sides of the page in points.

    `quality` is the share of characters that are legible ones, 0 to 1; None where there is no text. `decision` is
    reached page by page on `signals` (see `ingest.formats.judging`). `label` is the number printed on the page where
    the file tells it, `rotation` the quarter turns by which it is shown, in degrees. `furniture` follows the text.
    `part` names the sheet, the slide or the file inside the file that the page is, where it is one.
    """

    number: int
    text: str
    source: Source
    quality: float | None = None
    width: float | None = None
    height: float | None = None
    words: bytes = b""
    decision: Decision = ""
    signals: dict[str, int | float | str] = field(default_factory=dict)
    label: str = ""
    language: Language = ""
    rotation: int = 0
    furniture: tuple[Furniture, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading the file marks as such: its place in the page's text, its level from 1."""

    page: int
    start: int
    end: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """All that was read from one file. `metadata` is what the file says of itself (title, author, created, …).

    `parts` are files inside it, each read like any other and called `name`: what is attached to a mail, lies in an
    archive, or stands beside the text (the comments of a document). Their pages are not among its own.
    """

    format: str
    media_type: str
    language: Language = ""
    pages: list[PageText] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    metadata: dict[str, str | int | float | bool | None] = field(default_factory=dict)
    front_matter: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: ReadFailure | None = None
    name: str = ""
    parts: list[Extracted] = field(default_factory=list)


class Unreadable(Exception):
    """Raised by a reader that cannot read a file; becomes the `error` of what was extracted."""

    def __init__(self, code: str, detail: str) -> None:
        self.failure = ReadFailure(code, detail)
        super().__init__(f"{code}: {detail}")


class Reader(Protocol):
    """Reads files of some formats. Runs in a child process without database, network or secrets."""

    formats: frozenset[str]

    def read(self, path: Path, *, name: str) -> Extracted:
        """Read the file at `path`, called `name` by who sent it. Raises Unreadable."""
        ...


_MARKS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd-\uffff]")


def legible_share(text: str) -> float | None:
    """Share of the non-space characters that mean something: no controls, private use, replacement marks.

    Guide on extraction, F 4: above 5 % of such marks a font lies about its letters. None without characters.
    """
    if _MARKS.search(text) is None:
        return 1.0 if text and not text.isspace() else None
    count = sum(map(len, text.split()))
    return round(max(0.0, 1 - len(_MARKS.findall(text)) / count), 4) if count else None
