"""What machines read: pages and sections of a text rendition, kept as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from records.models import Dirty, Page, Rendition, Section
from records.services.accession import blobs_for
from records.services.describing import DERIVED, PROPOSED, describe_from_shown, proposal
from records.services.drafts import CapturedBytes
from records.services.outbox import touch
from records.services.overwriting import insert, insert_plain, overwrite
from records.services.turns import take_turn


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as read, by the columns of `Page`: `words` packed (see `records.words`), sizes in points."""

    number: int
    text: str
    source: str
    quality: float | None = None
    width: float | None = None
    height: float | None = None
    words: bytes = b""
    decision: str = ""
    signals: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    language: str = ""
    rotation: int = 0
    furniture: Sequence[Sequence[Any]] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A section as found: offsets are code points into the text of `page`."""

    anchor: str
    label: str
    heading: str
    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReadText:
    """All that one run read from one rendition. `code` says by name why there is no text, if there is none."""

    rendition: int
    reader: str
    format: str = ""
    language: str = ""
    pages: Sequence[ReadPage] = ()
    sections: Sequence[ReadSection] = ()
    code: str = ""
    detail: str = ""
    warnings: Sequence[Mapping[str, Any]] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    described: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def keep_readings(*, readings: Sequence[ReadText]) -> None:
    """Write what was read, replacing what an earlier run left, and describe the records anew.

    One transaction for the batch; asked again it leaves the same rows.
    """
    named = [reading.rendition for reading in readings]
    take_turn(Rendition.objects.filter(pk__in=named).values_list("version__record", flat=True))
    found = Rendition.objects.select_related("version", "source").in_bulk(named)
    pairs = [(found[reading.rendition], reading) for reading in readings if reading.rendition in found]
    replaced = [text.pk for text, _ in pairs if text.reading != Rendition.Reading.PENDING]
    if replaced:
        Page.objects.filter(rendition__in=replaced).delete()
        Section.objects.filter(rendition__in=replaced).delete()
    insert(Page, [page for text, reading in pairs for page in _pages(text, reading)])
    insert_plain(Section, _SECTION, (part for text, reading in pairs for part in _sections(text, reading)))
    for text, reading in pairs:
        _finish(text, reading)
    overwrite(Rendition, [text for text, _ in pairs], _FINISHED)
    records = {text.version.record_id for text, _ in pairs}
    describe_from_shown(records)
    touch(records, lane=Dirty.Lane.BULK)


@transaction.atomic
def keep_searchable(*, text: int, captured: CapturedBytes) -> None:
    """Give a version the searchable form of the scan that a text was read from, in place of an earlier one.

    Whoever may have the scan may have it; like the text, it is made by the machine and can be made again.
    """
    source = Rendition.objects.select_related("source", "version").get(pk=text).source
    if source is None:
        return
    now = timezone.now()
    [blob] = blobs_for([captured], now).values()
    Rendition.objects.update_or_create(
        version=source.version,
        kind=Rendition.Kind.SEARCHABLE,
        source=source,
        defaults={"blob": blob, "audience": source.audience},
        create_defaults={"blob": blob, "audience": source.audience, "created_at": now},
    )


_FEWEST_CHARACTERS = 100
"""What has fewer, of the files inside a file, is a picture with some letters in it."""


@dataclass(frozen=True, slots=True)
class ReadTitle:
    """What a text says it is about, read again from the pages that are kept. An empty title says there is none."""

    rendition: int
    title: str
    source: Mapping[str, Any]
    lead: str


@transaction.atomic
def keep_titles(*, titles: Sequence[ReadTitle]) -> int:
    """Write descriptive titles and leads of texts that were read before, and describe their records; return how many.

    What a person said stands. Those that say what they said already are left alone.
    """
    named = {title.rendition: title for title in titles}
    take_turn(Rendition.objects.filter(pk__in=named).values_list("version__record", flat=True))
    changed = [
        text
        for text in Rendition.objects.filter(pk__in=named).select_related("version").order_by("pk")
        if _say_title(text, named[text.pk])
    ]
    overwrite(Rendition, changed, ["described"])
    records = {text.version.record_id for text in changed}
    describe_from_shown(records)
    touch(records, lane=Dirty.Lane.BULK)
    return len(changed)


def _say_title(text: Rendition, said: ReadTitle) -> bool:
    """Set what a text proposes for its record's descriptive title; tell whether that is anything new."""
    described = dict(text.described)
    proposed = dict(described.get(PROPOSED) or {})
    values, sources = dict(proposed.get("values", {})), dict(proposed.get("sources", {}))
    for held, value in ((values, said.title), (sources, dict(said.source))):
        held.pop(DERIVED, None)
        if said.title:
            held[DERIVED] = value
    described |= {DERIVED: said.title, "lead": said.lead, PROPOSED: {**proposed, "values": values, "sources": sources}}
    if described == text.described:
        return False
    text.described = described
    return True


_FINISHED = [
    "reading",
    "reading_code",
    "reading_detail",
    "reader",
    "format",
    "language",
    "page_count",
    "warnings",
    "described",
    "audience",
]


def _pages(text: Rendition, reading: ReadText) -> list[Page]:
    return [
        Page(
            rendition=text,
            number=page.number,
            text=page.text,
            source=page.source,
            quality=page.quality,
            width=page.width,
            height=page.height,
            words=page.words,
            decision=page.decision,
            signals=page.signals,
            label=page.label[:40],
            language=page.language,
            rotation=page.rotation,
            furniture=page.furniture,
            part=page.part,
        )
        for page in reading.pages
    ]


_SECTION = ("rendition", "position", "anchor", "label", "heading", "page", "start", "end")


def _sections(text: Rendition, reading: ReadText) -> Iterator[tuple[Any, ...]]:
    for position, part in enumerate(reading.sections, start=1):
        yield text.pk, position, part.anchor[:100], part.label[:200], part.heading, part.page, part.start, part.end


def _finish(text: Rendition, reading: ReadText) -> None:
    text.reading = Rendition.Reading.UNREADABLE if reading.code else Rendition.Reading.READ
    text.reading_code = reading.code
    text.reading_detail = reading.detail
    text.reader = reading.reader
    text.format = reading.format
    text.language = reading.language
    text.page_count = len(reading.pages)
    text.warnings = [dict(warning) for warning in reading.warnings]
    text.described = {**reading.described, PROPOSED: _proposed(reading)}
    if text.source is not None:
        text.audience = text.source.audience


def _proposed(reading: ReadText) -> dict[str, Any]:
    textless = reading.code == "no_text_layer" or any(map(_unrecognised, reading.pages))
    doubts = {page.number: _sure(page) for page in reading.pages if _unrecognised(page) or _hard_to_recognise(page)}
    return proposal(reading.values, reading.sources, needs_ocr=textless, doubts=doubts)


def _sure(page: ReadPage) -> float:
    return float(page.signals.get("confidence", 0)) if page.source == "ocr" else 0.0


def _unrecognised(page: ReadPage) -> bool:
    """Whether a picture of text has not been recognised."""
    if page.source == "none":
        return page.decision != "blank"
    return page.decision in ("garbled", "doubtful") and "ocr" not in page.signals


def _hard_to_recognise(page: ReadPage) -> bool:
    # The logo under a mail is no page to be compared with its picture.
    sign = bool(page.part) and len(page.text) < _FEWEST_CHARACTERS
    return page.source == "ocr" and not sign and "low_confidence" in str(page.signals.get("ocr_notes", ""))
