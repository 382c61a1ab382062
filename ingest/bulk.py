"""A bulk import: files stored in parallel, taken in in short transactions, told of one by one.

Killed at any point and run again it does only what is left: bytes lie under their digest, rows are written in one
transaction with their jobs, and a name with the same bytes is `unchanged`.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import Count, Q, Sum

from ingest.accession import Incoming, TakenIn, known_records, take_in
from ingest.batch_items import Ended, Line, note_ends, note_left_out
from ingest.batches import Asked, close_batch, fingerprint_of, opened, still_running
from ingest.describing.contradictions import LIST_SAYS
from ingest.intake import Prepared, prepare
from ingest.models import Batch, BatchItem, Job
from ingest.review import DIFFERS
from ingest.sources import SourceFile, external_ids_of, in_chunks, told_apart
from records.errors import LegajoError
from records.models import Dirty, Record, Rendition, Series, Version
from records.persons import Person
from storage.crash_points import reached

CHUNKS_AHEAD = 1
MOST_PENDING = 512
FINISHED_LOOKED_FOR = 0.7
"""Seconds between two looks at which files have been read."""
MOST_TOLD = 1000
"""Documents named in the last line that say otherwise than their list."""
PAUSED_LOOKED_FOR = 1.0
"""Seconds between two looks at whether a paused batch may go on."""


@dataclass(slots=True)
class BulkImport:
    """One run over a list of files. `defaults` fills fields that a file's row leaves open (series, access, grants).

    `pump` does a slice of the worker's work, or waits a little where another process is the worker. `histories` are
    the external ids of which this run brings several versions; `left_out` are files handed over that are not asked for.
    """

    by: Person
    defaults: Mapping[str, str] = field(default_factory=dict)
    series: Series | None = None
    pump: Callable[[], Any] | None = None
    wait: bool = False
    pending: dict[uuid.UUID, Line] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: {"imported": 0, "unchanged": 0, "failed": 0})
    failures: list[Line] = field(default_factory=list)
    batch: Batch | None = None
    histories: frozenset[str] = frozenset()
    name: str = ""
    publish: bool = True
    left_out: Sequence[SourceFile] = ()
    gone_on: bool = False
    cancelled: bool = False
    on_pause: Callable[[], None] = lambda: None
    began: float = field(default_factory=time.monotonic)

    def run(self, files: Sequence[SourceFile]) -> Iterator[Line]:
        """Take in the files; yield one line each once it is durable (with `wait`, once it is read as well)."""
        self._opened(files)
        self.histories = frozenset(file.versions_of for file in files if file.versions_of)
        with ThreadPoolExecutor(max_workers=4) as threads:
            ahead: deque[list[Future[Prepared]]] = deque()
            for chunk in in_chunks(told_apart(files)):
                # The next files are stored while the rows of these are written.
                ahead.append(self._prepared(chunk, threads))
                if len(ahead) > CHUNKS_AHEAD:
                    if not self._goes_on():
                        return
                    yield from self._taken([job.result() for job in ahead.popleft()])
                    yield from self._read_so_far(until=MOST_PENDING)
            for jobs in ahead:
                if not self._goes_on():
                    return
                yield from self._taken([job.result() for job in jobs])
                yield from self._read_so_far(until=MOST_PENDING)
        yield from self._read_so_far(until=0)

    def _prepared(self, chunk: Sequence[SourceFile], threads: ThreadPoolExecutor) -> list[Future[Prepared]]:
        names = {name for file in chunk for name in external_ids_of(file)}
        held = {name: _newest_digest(record) for name, record in known_records(names, self.by).items()}
        return [threads.submit(prepare, file, held) for file in chunk]

    def finish(self) -> dict[str, Any]:
        """Wait until all is searchable where asked to, close the batch, and return the summary line."""
        assert self.batch is not None
        while self.wait and self.pump is not None and self._unsearchable():
            self.pump()
        close_batch(self.batch, by=self.by)
        read = self._figures()
        return {
            "batch": str(self.batch.pk),
            "files": sum(self.counts.values()),
            **self.counts,
            "needs_review": read["needs_review"],
            "pages": read["pages"],
            "seconds": round(time.monotonic() - self.began, 3),
            "differs": self._said_otherwise(),
            "failures": [{"path": line.path, "code": line.code, "detail": line.detail} for line in self.failures],
        }

    def _opened(self, files: Sequence[SourceFile]) -> None:
        """Open the batch, or go on with the one that an import of the same files left when it was broken off."""
        shown = [file.shown for file in files]
        asked = Asked(
            name=self.name,
            shown=shown[0] if shown else "",
            series=self.series,
            defaults=self.defaults,
            files=len(files) + len(self.left_out),
            fingerprint=fingerprint_of([*shown, *(file.shown for file in self.left_out)]),
        )
        self.batch, self.gone_on = opened(asked, by=self.by)
        note_left_out(self.batch, self.left_out)

    def _goes_on(self) -> bool:
        """Tell whether the batch still runs; one that is paused is waited for."""
        assert self.batch is not None
        while (state := still_running(self.batch)) == Batch.State.PAUSED:
            self.on_pause()
            time.sleep(PAUSED_LOOKED_FOR)
        self.cancelled = state != Batch.State.RUNNING
        return not self.cancelled

    def _taken(self, prepared: Sequence[Prepared]) -> Iterator[Line]:
        """Write a chunk's rows; where the whole is refused, each file on its own, so that one costs only itself."""
        whole = [item for item in prepared if item.failure is None]
        failed = [(item, item.failure) for item in prepared if item.failure is not None]
        try:
            taken = self._written(whole)
        except (LegajoError, IntegrityError, DataError):
            taken, refused = self._one_by_one(whole)
            failed += refused
        reached("import.rows_written")
        lines = [self._line(item, outcome) for item, outcome in taken]
        unread = self._unread([outcome for _, outcome in taken])
        yield from self._not_taken(failed)
        for line, (_, outcome) in zip(lines, taken, strict=True):
            self.counts[line.state] += 1
            if outcome.version.pk in unread:
                self.pending[unread[outcome.version.pk]] = line
            else:
                yield line

    @transaction.atomic
    def _written(self, whole: Sequence[Prepared]) -> list[tuple[Prepared, TakenIn]]:
        """Take files in and keep with the batch what became of each, both or neither."""
        assert self.batch is not None
        if not whole:
            return []
        taken = list(zip(whole, self._take_in(whole), strict=True))
        note_ends(self.batch, [_end(item, outcome) for item, outcome in taken], gone_on=self.gone_on)
        return taken

    def _not_taken(self, failed: Sequence[tuple[Prepared, tuple[str, str]]]) -> Iterator[Line]:
        assert self.batch is not None
        ends = [Ended.without_version(item.file, "failed", item.external_id, why) for item, why in failed]
        with transaction.atomic():
            note_ends(self.batch, ends)
        for item, (code, detail) in failed:
            line = Line(item.file.shown, "failed", item.external_id, code=code, detail=detail)
            self.counts["failed"] += 1
            self.failures.append(line)
            yield line

    def _unread(self, taken: Sequence[TakenIn]) -> dict[int, uuid.UUID]:
        """Return, by version, the jobs to wait for: the new ones, and those an import before this left unfinished."""
        if not self.wait:
            return {}
        jobs = {outcome.version.pk: outcome.job.pk for outcome in taken if outcome.job is not None}
        known = [outcome.version.pk for outcome in taken if outcome.job is None]
        if known:
            left = Job.objects.filter(rendition__version__in=known, state__in=[Job.State.WAITING, Job.State.RUNNING])
            jobs.update(left.values_list("rendition__version", "pk"))
        return jobs

    def _take_in(self, prepared: Sequence[Prepared]) -> list[TakenIn]:
        incoming = [
            Incoming(
                path=item.file.shown,
                captured=item.captured,
                external_id=item.external_id,
                fields=self._fields(item.file),
                publish=self.publish,
                bulk=True,
                one_of_many=bool(item.file.versions_of) or item.external_id in self.histories,
            )
            for item in prepared
            if item.captured is not None
        ]
        return take_in(incoming=incoming, by=self.by, batch=self.batch)

    def _fields(self, file: SourceFile) -> dict[str, str]:
        said = dict(file.row.fields) if file.row else {}
        for name, value in self.defaults.items():
            if value and not said.get(name):
                said[name] = value
        return said

    def _one_by_one(
        self, prepared: Sequence[Prepared]
    ) -> tuple[list[tuple[Prepared, TakenIn]], list[tuple[Prepared, tuple[str, str]]]]:
        taken: list[tuple[Prepared, TakenIn]] = []
        failed: list[tuple[Prepared, tuple[str, str]]] = []
        for item in prepared:
            try:
                taken += self._written([item])
            except LegajoError as refusal:
                failed.append((item, (refusal.code, refusal.detail)))
            except (IntegrityError, DataError):
                detail = "The database refused this record; another import may be writing it. Run again."
                failed.append((item, ("refused", detail)))
        return taken, failed

    def _line(self, item: Prepared, outcome: TakenIn) -> Line:
        code = None
        if outcome.job is None:
            code = _reading_code(outcome.version)
        return Line(
            path=item.file.shown,
            state=outcome.state,
            external_id=outcome.version.record.external_id,
            id=str(outcome.version.record_id),
            sha256=item.captured.sha256 if item.captured else None,
            code=code,
        )

    def _read_so_far(self, *, until: int) -> Iterator[Line]:
        """Let work go on; yield the lines of files that were read, until no more than `until` are pending."""
        if self.pump is None:
            return
        self.pump()
        looked = 0.0
        while len(self.pending) > until:
            if time.monotonic() - looked > FINISHED_LOOKED_FOR:
                yield from self._finished()
                looked = time.monotonic()
            if len(self.pending) > until:
                self.pump()

    def _finished(self) -> Iterator[Line]:
        ended = Job.objects.filter(pk__in=list(self.pending), state__in=[Job.State.DONE, Job.State.FAILED])
        for pk, code, detail in ended.values_list("pk", "rendition__reading_code", "rendition__reading_detail"):
            yield replace(self.pending.pop(pk), code=code or None, detail=detail or None)

    def _unsearchable(self) -> bool:
        mine = BatchItem.objects.filter(batch=self.batch, version__isnull=False).values("version__record")
        return bool(Dirty.objects.filter(record__in=mine).exists())

    def _figures(self) -> dict[str, int]:
        mine = BatchItem.objects.filter(batch=self.batch, state="imported")
        texts = Rendition.objects.filter(version__in=mine.values("version"), kind=Rendition.Kind.TEXT)
        pages = texts.aggregate(pages=Sum("page_count"))["pages"] or 0
        review = Record.objects.filter(pk__in=mine.values("version__record")).aggregate(
            count=Count("pk", filter=Q(needs_review=True))
        )
        return {"pages": pages, "needs_review": review["count"]}

    def _said_otherwise(self) -> list[dict[str, str]]:
        """Return what came in and says another number or day than the list did, by external id."""
        mine = BatchItem.objects.filter(batch=self.batch, state="imported", version__isnull=False)
        found = Record.objects.filter(DIFFERS, pk__in=mine.values("version__record"))
        rows = found.order_by("pk").values_list("external_id", "warnings")[:MOST_TOLD]
        return [
            {"external_id": name, "detail": warning["text"]}
            for name, warnings in rows
            for warning in warnings
            if LIST_SAYS in warning["text"]
        ]


def _end(item: Prepared, outcome: TakenIn) -> Ended:
    assert item.captured is not None
    external_id = outcome.version.record.external_id
    captured = item.captured
    return Ended(item.file.shown, outcome.state, captured.size, captured.sha256, external_id, outcome.version)


def _reading_code(version: Version) -> str | None:
    text = version.renditions.filter(kind=Rendition.Kind.TEXT).first()
    return (text.reading_code or None) if text else None


def _newest_digest(record: Record) -> str:
    newest = max(record.versions.all(), key=lambda version: version.number, default=None)
    return newest.blob.sha256 if newest is not None and newest.blob is not None else ""
