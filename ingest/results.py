"""What children read, written by the parent: pages, sections and descriptions in short transactions."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from ingest.describing.contradictions import LIST_SAYS
from ingest.intake import capture
from ingest.jobs import await_recognition, finish, still_ours
from ingest.models import Job
from ingest.reading.document import READER_VERSION, DocumentRead
from records.dates import InvalidDate, parse_edtf
from records.services.drafts import CapturedBytes
from records.services.reading import ReadPage, ReadSection, ReadText, keep_readings, keep_searchable
from storage.crash_points import reached
from storage.errors import StorageError

log = structlog.get_logger(__name__)

MOST_A_BATCH = 40
MOST_CHARACTERS_A_BATCH = 1_500_000


def write_results(results: Sequence[tuple[Job, DocumentRead]]) -> None:
    """Write pages, sections and descriptions, and end the jobs, in one transaction.

    A file whose pictures are still to be recognised waits for that; what was read of it is found meanwhile. Results of
    an attempt that is no longer the present one are dropped: its successor writes.
    """
    stored = {job.pk: _stored(read) for job, read in results if read.searchable}
    reached("reading.before_rows")
    with transaction.atomic():
        ours = still_ours([job for job, _ in results])
        kept = [(job, _said_of(job, read)) for job, read in results if job.pk in ours]
        keep_readings(readings=[_rows(job, read) for job, read in kept])
        for job, _ in kept:
            if (captured := stored.get(job.pk)) is not None:
                keep_searchable(text=job.rendition_id, captured=captured)
        reached("reading.texts_kept")
        codes = {job.pk: (read.code, read.detail) for job, read in kept if read.code and read.code not in _STILL_DONE}
        finish([job for job, read in kept if not _asks_for_recognition(job, read)], codes)
        await_recognition([job for job, read in kept if _asks_for_recognition(job, read)])
    reached("reading.written")
    for job, read in kept:
        log.info("file read", job=str(job.pk), format=read.format, pages=len(read.pages), code=read.code or None)


# A scan without text has been read: what it lacks is said by its flag, not by a failed job.
_STILL_DONE = frozenset({"no_text_layer", "awaiting_recognition", "empty_text"})


def _asks_for_recognition(job: Job, read: DocumentRead) -> bool:
    return bool(read.unsure and settings.LEGAJO_OCR_DATA and job.step == Job.Step.READ)


def _said_of(job: Job, read: DocumentRead) -> DocumentRead:
    read = _without_settled(job, read)
    if read.code == "no_text_layer" and _asks_for_recognition(job, read):
        return replace(read, code="awaiting_recognition", detail="It is a scan, and its text is being recognised.")
    return read


_LISTED = {"number": "number", "date": "date_text"}
"""Which field of a record holds what a list may contradict."""


def _without_settled(job: Job, read: DocumentRead) -> DocumentRead:
    """Leave out that a list says otherwise where a person has said it since: their word is no list's."""
    sources = job.rendition.version.record.field_sources
    settled = [name for name, field in _LISTED.items() if sources.get(field, {}).get("from") == "person"]
    if not settled:
        return read
    told = tuple(f"{name}: {LIST_SAYS}" for name in settled)
    kept = [warning for warning in read.warnings if not str(warning.get("text", "")).startswith(told)]
    return replace(read, warnings=kept)


def _stored(read: DocumentRead) -> CapturedBytes | None:
    """Put a searchable scan into the store; one that does not answer costs only this form of the document."""
    try:
        return capture(io.BytesIO(read.searchable), "searchable.pdf")
    except StorageError as failure:
        log.warning("file store does not answer; a searchable scan is left out", code=failure.code)
        return None


def enough(batch: Sequence[tuple[Job, DocumentRead]]) -> bool:
    """Tell whether so much is ready that it is time to write it."""
    characters = sum(len(page[1]) for _, read in batch for page in read.pages)
    return len(batch) >= MOST_A_BATCH or characters >= MOST_CHARACTERS_A_BATCH


def portion(batch: list[tuple[Job, DocumentRead]]) -> tuple[list[Any], list[Any]]:
    """Return as much of a batch as one transaction should write, and the rest."""
    characters = 0
    for at, (_, read) in enumerate(batch):
        characters += sum(len(page[1]) for page in read.pages)
        if at + 1 >= MOST_A_BATCH or characters >= MOST_CHARACTERS_A_BATCH:
            return batch[: at + 1], batch[at + 1 :]
    return batch, []


def _rows(job: Job, read: DocumentRead) -> ReadText:
    values = dict(read.values)
    sources: dict[str, Mapping[str, Any]] = dict(read.sources)
    _add_dates(values, sources)
    return ReadText(
        rendition=job.rendition_id,
        reader=READER_VERSION,
        format=read.format,
        language=read.language,
        pages=[ReadPage(*page) for page in read.pages],
        sections=[ReadSection(*part) for part in read.sections],
        code=read.code,
        detail=read.detail,
        warnings=read.warnings,
        values=values,
        sources=sources,
        described=read.described,
    )


def _add_dates(values: dict[str, Any], sources: dict[str, Mapping[str, Any]]) -> None:
    """Add the earliest and latest day of a described date; one that cannot be read is left out."""
    text = values.get("date_text")
    if not text:
        return
    try:
        uncertain = parse_edtf(text)
    except InvalidDate:
        values.pop("date_text")
        return
    source = sources.get("date_text", {"from": "text"})
    values |= {"date_min": uncertain.earliest, "date_max": uncertain.latest}
    sources |= {"date_min": source, "date_max": source}
