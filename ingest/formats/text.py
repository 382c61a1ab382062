"""Plain text: one page, or one for each form feed. Front matter at its head is taken off."""

from __future__ import annotations

from pathlib import Path

from ingest.formats.base import Extracted, PageText, legible_share
from ingest.formats.decoding import decoded, text_bytes
from ingest.formats.front_matter import split_front_matter
from ingest.reading.language import language_of

_MEDIA_TYPES = {".csv": "text/csv", ".json": "application/json", ".jsonl": "application/jsonl", ".xml": "text/xml"}


class TextReader:
    """Reads text of any kind as it stands."""

    formats = frozenset({"text"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: too_large."""
        text, encoding = decoded(text_bytes(path))
        front_matter, body, warnings = split_front_matter(text)
        pages = text_pages(body)
        return Extracted(
            format="text",
            media_type=_MEDIA_TYPES.get(Path(name).suffix.lower(), "text/plain"),
            language=language_of(page.text for page in pages),
            pages=pages,
            metadata={"encoding": encoding},
            front_matter=front_matter,
            warnings=warnings,
        )


def text_pages(text: str) -> list[PageText]:
    """The pages of a text, cut at form feeds; at least one, a last empty one is none."""
    parts = text.split("\f")
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    return [text_page(number, part) for number, part in enumerate(parts, 1)]


def text_page(number: int, text: str) -> PageText:
    """One page of text without sides or boxes; `none` where there is nothing but space."""
    quality = legible_share(text)
    return PageText(number, text if quality is not None else "", "none" if quality is None else "layer", quality)
