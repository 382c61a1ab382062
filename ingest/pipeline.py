"""The reading line: jobs claimed, files handed to children, results written in short batches by the parent."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ingest.columns import SAID_OF_A_RECORD
from ingest.jobs import (
    LEASE,
    MOST_ATTEMPTS,
    SUSPECT_ATTEMPTS,
    claim_jobs,
    claim_suspect,
    finish,
    note_progress,
    postpone,
    release,
    renew_lease,
    still_ours,
)
from ingest.models import Job
from ingest.pool import ReaderPool
from ingest.reading.document import READER_VERSION, DocumentRead
from records.dates import InvalidDate, parse_edtf
from records.services.reading import ReadPage, ReadSection, ReadText, keep_readings
from records.stores import documents
from storage.errors import DigestMismatch, ObjectMissing, StorageError
from storage.reading import checked_out

log = structlog.get_logger(__name__)

AT_ONCE_A_CHILD = 16
TAKEN_UP_AT_ONCE = 8
"""A claim costs a transaction, so it is made for several files; a person's file is then read before those in hand."""
STORE_PAUSE = dt.timedelta(seconds=20)
"""How long a file waits when the store did not answer."""
TELLING_PAUSE = 2.0
MOST_A_BATCH = 40
MOST_CHARACTERS_A_BATCH = 1_500_000


@dataclass(slots=True)
class _InHand:
    job: Job
    checked_out: ExitStack
    tell_again: float = 0.0


@dataclass(slots=True)
class ReadingLine:
    """One worker's share of the reading: a pool of children and the jobs it has leased."""

    pool: ReaderPool
    children: int = field(default_factory=lambda: int(settings.LEGAJO_READING["children"]))
    heavy: bool | None = None
    in_hand: dict[uuid.UUID, _InHand] = field(default_factory=dict)
    ready: list[tuple[Job, DocumentRead]] = field(default_factory=list)

    @classmethod
    def opened(cls, *, heavy: bool | None = None) -> ReadingLine:
        """Return a line with its children started, as the site's settings say; heavy files are read one by one."""
        limits = settings.LEGAJO_READING
        children = 1 if heavy else limits["children"]
        pool = ReaderPool(
            children,
            memory_bytes=limits["memory_bytes"],
            wall_seconds=limits["wall_seconds"],
            task="ingest.reading.document:read_document",
            readable=_folders_of_files(),
        )
        return cls(pool, children, heavy)

    def step(self, *, wait: float = 0.0) -> bool:
        """Take up due jobs, collect what children finished, write it. Return whether anything moved."""
        taken = self._take_up()
        collected = self._collect(wait)
        if self.ready and (not self.in_hand or self._enough()):
            self._write()
        return bool(taken or collected)

    @property
    def busy(self) -> bool:
        return bool(self.in_hand or self.ready)

    def finish(self) -> None:
        """Read what is in hand to its end, take up nothing new, and write it."""
        while self.in_hand:
            self._renew_leases()
            self._collect(1.0)
        self._write()

    def close(self) -> None:
        """Write what is ready, give the rest back, end the children."""
        if self.ready:
            self._write()
        release([held.job for held in self.in_hand.values()])
        for held in self.in_hand.values():
            held.checked_out.close()
        self.in_hand.clear()
        self.pool.close()

    def _take_up(self) -> int:
        # A heavy file in hand is one that no other worker reads meanwhile.
        least, room = (1, 2) if self.heavy else (TAKEN_UP_AT_ONCE, self.children * AT_ONCE_A_CHILD)
        free = room - len(self.in_hand)
        if free < least:
            self._renew_leases()
            return 0
        if any(held.job.attempt > SUSPECT_ATTEMPTS for held in self.in_hand.values()):
            return 0
        jobs = claim_jobs(most=free, heavy=self.heavy)
        jobs = jobs or ([] if self.busy else claim_suspect(heavy=self.heavy))
        for job in jobs:
            if job.attempt > MOST_ATTEMPTS:
                self.ready.append((job, _gave_up()))
            else:
                self._hand_out(job)
        return len(jobs)

    def _hand_out(self, job: Job) -> None:
        version = job.rendition.version
        source = job.rendition.source
        assert source is not None
        assert source.blob is not None
        out = ExitStack()
        try:
            path = out.enter_context(checked_out(documents(), source.blob.key))
        except ObjectMissing:
            out.close()
            self.ready.append((job, _unreadable("bytes_missing", "The stored file is missing; tell an operator.")))
            return
        except DigestMismatch:
            out.close()
            detail = "The stored file has changed since it was stored; tell an operator."
            self.ready.append((job, _unreadable("bytes_changed", detail)))
            return
        except StorageError as failure:
            out.close()
            log.warning("file store does not answer; reading goes on later", job=str(job.pk), code=failure.code)
            postpone([job], STORE_PAUSE)
            return
        self.in_hand[job.pk] = _InHand(job, out)
        self.pool.submit(job.pk, str(path), version.capture.name, first=job.lane == 0, manifest=_said(job))

    def _collect(self, wait: float) -> int:
        results = self.pool.results(wait if self.in_hand else 0.0)
        for token, result in results:
            held = self.in_hand.pop(token)
            held.checked_out.close()
            read = result if isinstance(result, DocumentRead) else _unreadable(result.code, result.detail)
            self.ready.append((held.job, read))
        self._tell_progress()
        return len(results)

    def _tell_progress(self) -> None:
        """Write how far long files have come, each at most once in a while."""
        now = time.monotonic()
        for token, (read, pages) in self.pool.progress.items():
            held = self.in_hand.get(token)  # type: ignore[call-overload]
            if held is not None and now >= held.tell_again:
                held.tell_again = now + TELLING_PAUSE
                note_progress(job=held.job, read=read, pages=pages)

    def _enough(self) -> bool:
        characters = sum(len(page[1]) for _, read in self.ready for page in read.pages)
        return len(self.ready) >= MOST_A_BATCH or characters >= MOST_CHARACTERS_A_BATCH

    def _renew_leases(self) -> None:
        """Keep what is still being read from being taken by another worker."""
        now = timezone.now()
        soon = [
            held.job
            for held in self.in_hand.values()
            if held.job.lease_until is None or held.job.lease_until - now < LEASE / 2
        ]
        for job in soon:
            renew_lease(job=job)

    def _write(self) -> None:
        batch, self.ready = self.ready, []
        while batch:
            part, batch = _portion(batch)
            write_results(part)


def _folders_of_files() -> list[str]:
    """Return where checked-out files lie: in the store itself, or as copies in the temporary folder."""
    store = settings.STORAGE["OPTIONS"].get("root")
    return [tempfile.gettempdir(), *([str(store)] if store else [])]


def write_results(results: Sequence[tuple[Job, DocumentRead]]) -> None:
    """Write pages, sections and descriptions, and end the jobs, in one transaction.

    Results of an attempt that is no longer the present one are dropped: its successor writes.
    """
    with transaction.atomic():
        ours = still_ours([job for job, _ in results])
        kept = [(job, read) for job, read in results if job.pk in ours]
        keep_readings(readings=[_rows(job, read) for job, read in kept])
        codes = {job.pk: (read.code, read.detail) for job, read in kept if read.code and read.code not in _STILL_DONE}
        finish([job for job, _ in kept], codes)
    for job, read in kept:
        log.info("file read", job=str(job.pk), format=read.format, pages=len(read.pages), code=read.code or None)


# A scan without text has been read: what it lacks is said by its flag, not by a failed job.
_STILL_DONE = frozenset({"no_text_layer", "empty_text"})


def _portion(batch: list[tuple[Job, DocumentRead]]) -> tuple[list[Any], list[Any]]:
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


def _said(job: Job) -> dict[str, str]:
    """Return what the manifest said of the record, so that describing knows what is settled."""
    record = job.rendition.version.record
    told = {name for name, source in record.field_sources.items() if source.get("from") in ("manifest", "person")}
    said = {name: str(getattr(record, name)) for name in SAID_OF_A_RECORD if name in told}
    if "date_text" in told:
        said["date"] = record.date_text
    return said


def _unreadable(code: str, detail: str) -> DocumentRead:
    return DocumentRead(format="", media_type="", language="", code=code, detail=detail)


def _gave_up() -> DocumentRead:
    return _unreadable(
        "gave_up", "Reading this file ended its worker again and again; it is stored, and an operator can retry it."
    )
