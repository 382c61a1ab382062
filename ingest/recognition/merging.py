"""Recognised pages put among the others of their file: the better of a page's own text and what was recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ingest.formats.base import UNSURE, Extracted, PageText
from ingest.formats.furniture import tag_furniture
from ingest.lexicon import known_share
from ingest.reading.language import language_of
from ingest.recognition import RECOGNISER_VERSION
from ingest.recognition.recognised import Recognised

_MARGIN = 0.03
"""By so much must the share of known words rise before a page's own text gives way (guide on extraction, F 4)."""


def unsure_pages(extracted: Extracted, *, every: bool = False) -> list[int]:
    """The numbers of the pages that ask for recognition; with `every`, all that were drawn."""
    return [
        page.number
        for page in extracted.pages
        if page.width is not None and (page.decision in UNSURE or (every and page.decision))
    ]


def merged(extracted: Extracted, recognised: Mapping[int, Recognised], *, always: bool = False) -> Extracted:
    """What was extracted, with recognised text where it is the better one; with `always`, wherever there is any.

    What was found out stays in a page's signals, whichever text was kept.
    """
    if not recognised:
        return extracted
    pages = [_page(page, recognised.get(page.number), always) for page in extracted.pages]
    warnings = [*extracted.warnings, *(_warning(seen) for seen in recognised.values() if _warning(seen))]
    language = language_of(page.text for page in pages) or extracted.language
    return replace(extracted, pages=tag_furniture(pages), warnings=warnings, language=language)


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


def _warning(seen: Recognised) -> str:
    if seen.code:
        return f"ocr_failed: page {seen.number} could not be recognised ({seen.detail})"
    if "low_confidence" in seen.notes:
        return f"low_confidence: page {seen.number} was hard to recognise ({seen.confidence:.0f} of 100)"
    return ""
