"""The reading line: jobs claimed, files handed to children, results written in short batches by the parent."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

from ingest.columns import SAID_OF_A_RECORD
from ingest.jobs import (
    LEASE,
    MOST_ATTEMPTS,
    SUSPECT_ATTEMPTS,
    claim_jobs,
    claim_scans,
    claim_suspect,
    files_wait,
    note_progress,
    postpone,
    release,
    renew_lease,
)
from ingest.models import Job
from ingest.pool import ReaderPool
from ingest.reading.document import DocumentRead
from ingest.recognition.task import SECONDS_A_PAGE
from ingest.results import enough, portion, write_results
from ingest.scans import Scan, begun, blob_of, keep_page, kept_pages
from records.models import Rendition
from records.stores import documents
from storage.errors import DigestMismatch, ObjectMissing, StorageError
from storage.reading import checked_out

log = structlog.get_logger(__name__)

AT_ONCE_A_CHILD = 24
TAKEN_UP_AT_ONCE = 16
TAKEN_UP_AFTER = 0.3
"""Seconds. A claim costs a transaction, so it is made for several files, or after this time where those in hand are
slow; a person's file is then read before those in hand."""
STORE_PAUSE = dt.timedelta(seconds=20)
"""How long a file waits when the store did not answer."""
TELLING_PAUSE = 2.0
MOST_SCANS = 2
"""Scans at work on at once: where the last pages of one are looked at, the next has begun."""


@dataclass(slots=True)
class _InHand:
    job: Job
    checked_out: ExitStack
    tell_again: float = 0.0
    scan: Scan | None = None


@dataclass(slots=True)
class ReadingLine:
    """One worker's share of the reading: a pool of children and the jobs it has leased."""

    pool: ReaderPool
    children: int = field(default_factory=lambda: int(settings.LEGAJO_READING["children"]))
    heavy: bool | None = None
    in_hand: dict[uuid.UUID, _InHand] = field(default_factory=dict)
    ready: list[tuple[Job, DocumentRead]] = field(default_factory=list)
    ending: bool = False
    taken_up_at: float = float("-inf")

    @classmethod
    def opened(cls, *, heavy: bool | None = None) -> ReadingLine:
        """Return a line with its children started, as the site's settings say; heavy files are read one by one."""
        limits = settings.LEGAJO_READING
        if not settings.LEGAJO_OCR_DATA:
            log.warning("no text recognition: scans are found by their description only, until reocr")
        children = 1 if heavy else limits["children"]
        pool = ReaderPool(
            children,
            memory_bytes=limits["memory_bytes"],
            wall_seconds=limits["wall_seconds"],
            task="ingest.reading.document:read_or_recognise",
            readable=_folders_of_files(),
        )
        return cls(pool, children, heavy)

    def step(self, *, wait: float = 0.0) -> bool:
        """Take up due jobs, collect what children finished, write it. Return whether anything moved."""
        taken = self._take_up()
        self._go_on_with_scans()
        collected = self._collect(wait)
        if self.ready and (not self._reading() or enough(self.ready)):
            self._write()
        return bool(taken or collected)

    @property
    def busy(self) -> bool:
        return bool(self.in_hand or self.ready)

    def finish(self) -> None:
        """Read what is in hand to its end, take up nothing new, and write it; a scan's further pages are for later."""
        self.ending = True
        while self._reading() or self._looked_at():
            self._renew_leases()
            self._collect(1.0)
            self._go_on_with_scans()
        self._write()
        for held in list(self.in_hand.values()):
            release([held.job])
            self._put_down(held)
        self.ending = False

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
        free = room - self._reading()
        self._renew_leases()
        if free < least and time.monotonic() < self.taken_up_at + TAKEN_UP_AFTER:
            return 0
        self.taken_up_at = time.monotonic()
        if free < 1 or any(held.job.attempt > SUSPECT_ATTEMPTS for held in self.in_hand.values()):
            return 0
        jobs = self._claimed(free)
        for job in jobs:
            if job.attempt > MOST_ATTEMPTS and job.step != Job.Step.RECOGNISE:
                self.ready.append((job, _gave_up()))
            else:
                self._hand_out(job)
        return len(jobs)

    def _claimed(self, most: int) -> list[Job]:
        """Take what can be read at once; pictures are recognised when nothing else waits."""
        scans = len(self.in_hand) - self._reading()
        # While pages are looked at, which takes seconds, the database is only asked; a claim would be a write.
        if not scans or files_wait(heavy=self.heavy, scans=False):
            jobs = claim_jobs(most=most, heavy=self.heavy)
            if jobs:
                return jobs
        if scans < MOST_SCANS and files_wait(heavy=self.heavy, scans=True):
            return claim_scans(most=1, heavy=self.heavy)
        return [] if self.busy else claim_suspect(heavy=self.heavy)

    def _reading(self) -> int:
        return sum(1 for held in self.in_hand.values() if held.scan is None)

    def _looked_at(self) -> int:
        return sum(len(held.scan.looked_at) for held in self.in_hand.values() if held.scan is not None)

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
        held = self.in_hand[job.pk] = _InHand(job, out)
        if job.step == Job.Step.RECOGNISE:
            held.scan = begun(job, str(path))
            if job.attempt > MOST_ATTEMPTS or not settings.LEGAJO_OCR_DATA:
                held.scan.waiting.clear()
            return
        again = job.rendition.reading != Rendition.Reading.PENDING
        self._read(held, str(path), version.capture.name, kept_pages(blob_of(job)) if again else {})

    def _read(self, held: _InHand, path: str, name: str, recognised: dict[int, Any]) -> None:
        job = held.job
        first = job.lane == 0 or bool(self._looked_at())
        scan = job.step == Job.Step.RECOGNISE
        self.pool.submit(job.pk, path, name, first=first, manifest=_said(job), recognised=recognised, searchable=scan)

    def _go_on_with_scans(self) -> None:
        """Let pages be looked at, a few at a time so that other files come in between; read again what is complete."""
        for held in list(self.in_hand.values()):
            scan = held.scan
            while scan is not None and scan.waiting and not self.ending and self._looked_at() <= self.children:
                number = scan.next_page()
                self.pool.submit(
                    (held.job.pk, number),
                    scan.path,
                    scan.name,
                    seconds=SECONDS_A_PAGE,
                    recognise={number: scan.places[number]},
                    data=settings.LEGAJO_OCR_DATA,
                    language=scan.language,
                )
            if scan is not None and scan.complete:
                held.scan = None
                self._read(held, scan.path, scan.name, scan.seen)

    def _collect(self, wait: float) -> int:
        results = self.pool.results(wait if self.in_hand else 0.0)
        for token, result in results:
            if isinstance(token, tuple):
                self._page_seen(token, result)
                continue
            held = self.in_hand[token]
            self._put_down(held)
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

    def _page_seen(self, token: tuple[uuid.UUID, int], result: Any) -> None:
        job, number = token
        held = self.in_hand.get(job)
        if held is None or held.scan is None:
            return
        if not keep_page(job=held.job, scan=held.scan, number=number, result=result):
            log.warning("a scan is another worker's by now", job=str(job))
            self._put_down(held)

    def _put_down(self, held: _InHand) -> None:
        held.checked_out.close()
        del self.in_hand[held.job.pk]

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
            part, batch = portion(batch)
            write_results(part)


def _folders_of_files() -> list[str]:
    """Return what children may read: the store or copies in the temporary folder, and the data for recognition."""
    store = settings.STORAGE["OPTIONS"].get("root")
    return [str(place) for place in (tempfile.gettempdir(), store, settings.LEGAJO_OCR_DATA) if place]


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
