"""What a child does with one file: read it, describe it, and hand back plain rows for the parent to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.describing.describe import Description, describe
from ingest.formats.base import Extracted, PageText
from ingest.reading.task import read_file
from ingest.recognition.merging import merged, unsure_pages
from ingest.recognition.recognised import Recognised
from ingest.recognition.task import recognise_pages

READER_VERSION = "legajo-1"
_LONGEST_PART = 300
_MOST_WARNINGS = 200
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# Columns of a record that a description may set, by the names they have there.
_VALUES = {
    "kind": "kind",
    "number": "number",
    "number_key": "number_key",
    "issuer": "issuer",
    "title": "title",
    "descriptive_title": "descriptive_title",
    "language": "language",
    "date": "date_text",
}


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """One file as read and described: rows without database types, so that a child needs no Django.

    `pages` are (number, text, source, quality, width, height, words, decision, signals, label, language, rotation,
    furniture, part); `sections` are (anchor, label, heading, page, start, end). `code` and `detail` say why there is no
    text, where there is none.
    """

    format: str
    media_type: str
    language: str
    pages: list[tuple[Any, ...]] = field(default_factory=list)
    sections: list[tuple[Any, ...]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    warnings: list[dict[str, str]] = field(default_factory=list)
    code: str = ""
    detail: str = ""
    unsure: dict[int, str] = field(default_factory=dict)
    searchable: bytes = b""


def read_or_recognise(path: str, name: str, options: Mapping[str, Any]) -> DocumentRead | list[Recognised]:
    """Recognise the pages `options["recognise"]`, where they are named; else read and describe the file."""
    if "recognise" in options:
        return recognise_pages(path, name, options)
    return read_document(path, name, options)


def read_document(path: str, name: str, options: Mapping[str, Any]) -> DocumentRead:
    """Read and describe one file. `options["manifest"]` holds what a manifest said of it.

    `options["recognised"]` holds pages that were recognised, by their numbers; `unsure` in the answer are those that
    ask to be, with their places in parts. With `options["searchable"]` a scan comes back as a PDF that can be searched.
    """
    read = read_file(path, name, options)
    extracted = merged(read, options.get("recognised", {}))
    description = describe(extracted, name=name, manifest=dict(options.get("manifest", {})))
    values = {column: getattr(description, attribute) or "" for attribute, column in _VALUES.items()}
    values["identifier"] = str(extracted.front_matter.get("identifier", ""))
    values["status_claimed"] = str(extracted.front_matter.get("status", ""))[:64]
    pages = all_pages(extracted)
    code, detail = _why_no_text(extracted, pages)
    return DocumentRead(
        format=extracted.format,
        media_type=extracted.media_type,
        language=description.language or extracted.language,
        pages=[_page_row(page) for page in pages],
        sections=[
            (part.anchor, storable(part.label), storable(part.heading), part.page, part.start, part.end)
            for part in description.sections
        ],
        values={column: storable(str(value)) for column, value in values.items() if value},
        sources=_sources(description, extracted),
        described=_described(description),
        warnings=_warnings(extracted, description),
        code=code,
        detail=detail,
        unsure=unsure_pages(read),
        searchable=_searchable(path, extracted) if options.get("searchable") else b"",
    )


def _searchable(path: str, extracted: Extracted) -> bytes:
    # Loaded for scans only: children are to stay small.
    from ingest.recognition.searchable import searchable_pdf

    return searchable_pdf(Path(path), extracted.format, extracted.pages)


def storable(text: str) -> str:
    """Return text that every database takes, of the same length: no NUL, no lone surrogates."""
    return _UNSTORABLE.sub("\ufffd", text)


def all_pages(extracted: Extracted) -> list[PageText]:
    """Return the pages of a file and, numbered on, those of the files inside it, each saying whose it is."""
    pages = list(extracted.pages)
    for part in extracted.parts:
        pages += [
            replace(page, number=len(pages) + at, part=_of_part(part.name, page.part))
            for at, page in enumerate(all_pages(part), 1)
        ]
    return pages


def _of_part(outer: str, inner: str) -> str:
    return f"{outer} / {inner}" if inner else outer


def _page_row(page: PageText) -> tuple[Any, ...]:
    return (
        page.number,
        storable(page.text),
        page.source,
        page.quality,
        page.width,
        page.height,
        page.words,
        page.decision,
        page.signals,
        storable(page.label),
        page.language,
        page.rotation,
        [list(stretch) for stretch in page.furniture],
        storable(page.part)[:_LONGEST_PART],
    )


def _why_no_text(extracted: Extracted, pages: Sequence[PageText]) -> tuple[str, str]:
    """Return by name why a document has no text at all; a file with some text has no such reason."""
    if extracted.error is not None:
        return extracted.error.code, extracted.error.detail
    if any(page.text.strip() for page in pages):
        return "", ""
    if any(page.source == "none" and page.width is not None for page in pages):
        return "no_text_layer", "The pages are pictures: they have no text until they are recognised (OCR)."
    return "empty_text", "The file holds no text."


def _sources(description: Description, extracted: Extracted) -> dict[str, dict[str, Any]]:
    sources = {_VALUES[name]: dict(source) for name, source in description.sources.items() if name in _VALUES}
    for name in ("identifier", "status_claimed"):
        sources[name] = {"from": "front_matter"}
    sources.setdefault("language", {"from": "text"})
    return sources


def _described(description: Description) -> dict[str, Any]:
    """Keep the whole description but for the sections, which are rows of their own."""
    kept: dict[str, Any] = dict(description.as_json())
    kept.pop("sections", None)
    kept["sources"] = {name: dict(source) for name, source in description.sources.items()}
    kept["lead"] = description.lead
    return kept


def _warnings(extracted: Extracted, description: Description) -> list[dict[str, str]]:
    told = [*extracted.warnings, *_of_parts(extracted), *description.warnings]
    return [{"text": storable(str(warning))} for warning in told[:_MOST_WARNINGS]]


def _of_parts(extracted: Extracted) -> Iterator[str]:
    """Yield what is to be said of the files inside a file, with their names."""
    for part in extracted.parts:
        if part.error is not None:
            yield f"part_unread: {part.name}: {part.error.detail} ({part.error.code})"
        for warning in [*part.warnings, *_of_parts(part)]:
            code, _, text = warning.partition(": ")
            yield f"{code}: {part.name}: {text}"
