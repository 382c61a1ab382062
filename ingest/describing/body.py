"""The document's own words: what was read, without what only belongs to its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.describing.description import Readable, ReadableHeading, ReadablePage
from records.furniture import without_furniture


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as describing looks at it."""

    number: int
    text: str
    furniture: Sequence[tuple[int, int, str]] = ()


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document as describing looks at it: see Readable."""

    pages: Sequence[ReadablePage]
    headings: Sequence[ReadableHeading]
    metadata: Mapping[str, Any]
    front_matter: Mapping[str, Any]
    language: str


def of_the_document(readable: Readable) -> Readable:
    """Return what was read without the running heads and feet of later pages; offsets stay.

    The first page keeps its own: the gazette prints the day of publication there, and minutes often their title.
    """
    if not any(page.furniture for page in readable.pages[1:]):
        return readable
    pages = [
        ReadPage(page.number, without_furniture(page.text, page.furniture if at else ()))
        for at, page in enumerate(readable.pages)
    ]
    return ReadDocument(pages, readable.headings, readable.metadata, readable.front_matter, readable.language)
