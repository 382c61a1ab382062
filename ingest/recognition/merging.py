"""Recognised pages put among the others of their file: the better of a page's own text and what was recognised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.formats.base import UNSURE, Extracted, PageText
from ingest.formats.furniture import tag_furniture
from ingest.lexicon import known_share
from ingest.reading.language import language_of
from ingest.recognition import RECOGNISER_VERSION
from ingest.recognition.recognised import Recognised, place_of

_MARGIN = 0.03
"""By so much must the share of known words rise before a page's own text gives way (guide on extraction, F 4)."""


def unsure_pages(extracted: Extracted, *, every: bool = False) -> dict[int, str]:
    """The pages that ask for recognition, each by its number with its place in a part; with `every`, all drawn ones.

    Pages of parts count on from those of the file that holds them, as in `ingest.reading.document`.
    """
    own = len(extracted.pages)
    return {
        number: place_of(page.signals)
        for number, page in enumerate(_with_parts(extracted), 1)
        if page.width is not None and (page.decision in UNSURE or (every and page.decision and number <= own))
    }


def _with_parts(extracted: Extracted) -> Iterator[PageText]:
    yield from extracted.pages
    for part in extracted.parts:
        yield from _with_parts(part)


def merged(
    extracted: Extracted, recognised: Mapping[int, Recognised], *, always: bool = False, before: int = 0
) -> Extracted:
    """What was extracted, with recognised text where it is the better one; with `always`, wherever there is any.

    What was found out stays in a page's signals, whichever text was kept. `before` is the number of pages that come
    before those of this file, where it is a part.
    """
    if not recognised:
        return extracted
    seen = _of_these(extracted.pages, recognised, before)
    pages = [_page(page, seen.get(page.number), always) for page in extracted.pages]
    warnings = [*extracted.warnings, *(told for number, one in seen.items() if (told := _warning(number, one)))]
    language = language_of(page.text for page in pages) or extracted.language
    parts = []
    before += len(pages)
    for part in extracted.parts:
        parts.append(merged(part, recognised, always=always, before=before))
        before += sum(1 for _ in _with_parts(part))
    return replace(
        extracted, pages=tag_furniture(pages) if seen else pages, warnings=warnings, language=language, parts=parts
    )


def _of_these(pages: Sequence[PageText], recognised: Mapping[int, Recognised], before: int) -> dict[int, Recognised]:
    """What was recognised of these pages; those of parts get other numbers where a later reader reads other parts."""
    found = {}
    for page in pages:
        seen = recognised.get(before + page.number)
        if seen is not None and seen.place == place_of(page.signals):
            found[page.number] = seen
    return found


def _page(page: PageText, seen: Recognised | None, always: bool) -> PageText:
    if seen is None:
        return page
    if seen.code:
        return replace(page, signals=page.signals | {"ocr": RECOGNISER_VERSION, "ocr_failed": seen.code})
    known = known_share(seen.text)
    signals = page.signals | {
        "ocr": RECOGNISER_VERSION,
        "confidence": seen.confidence,
        "ocr_characters": sum(map(len, seen.text.split())),
        "ocr_known": known if known is not None else 0.0,
    }
    if seen.turned:
        signals["turned"] = seen.turned
    if seen.notes:
        signals["ocr_notes"] = " ".join(seen.notes)
    if not always and not _better(page, seen, known):
        return replace(page, signals=signals)
    return replace(
        page,
        text=seen.text,
        source="ocr",
        quality=round(seen.confidence / 100, 4) if seen.text else None,
        words=seen.words,
        signals=signals,
        language=language_of([seen.text]) or page.language,
        furniture=(),
    )


def _better(page: PageText, seen: Recognised, known: float | None) -> bool:
    if page.decision == "no_layer" or not page.text.strip():
        return bool(seen.text) or not page.text.strip()
    if page.decision == "garbled":
        return (known or 0.0) > _own_share(page)
    return (known or 0.0) > _own_share(page) + _MARGIN


def _own_share(page: PageText) -> float:
    known = page.signals.get("known")
    return float(known) if isinstance(known, int | float) else known_share(page.text) or 0.0


def _warning(number: int, seen: Recognised) -> str:
    if seen.code:
        return f"ocr_failed: page {number} could not be recognised ({seen.detail})"
    if "low_confidence" in seen.notes:
        return f"low_confidence: page {number} was hard to recognise ({seen.confidence:.0f} of 100)"
    return ""
