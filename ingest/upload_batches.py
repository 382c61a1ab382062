"""Batches over the API: a manifest whose rows name uploads. Checked whole, then taken in row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from ingest.batch_items import Ended, note_ends
from ingest.batches import close_batch
from ingest.manifest import InvalidManifest, Row, check_rows
from ingest.manifest_tables import Fault
from ingest.models import Batch, BatchItem, Job, Upload
from ingest.uploads import Said, complete_upload
from ingest.withholding import is_own
from records.errors import LegajoError
from records.events import Happening, record_events
from records.persons import Person
from records.services.accession import check_may_accession
from storage.errors import StorageError

MOST_ROWS = 500
MOST_FAILURES = 1000


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One row: an upload, its digest, and what is said of it."""

    upload: str
    sha256: str
    fields: Mapping[str, str]


def take_in_uploads(
    *,
    rows: Sequence[UploadRow],
    by: Person,
    name: str = "",
    defaults: Mapping[str, str] | None = None,
    publish: bool = True,
) -> Batch:
    """Complete the uploads that the rows name; a row that fails is noted with its reason and stops no other.

    Nothing is taken in when a row is wrong in itself. Raises NotAllowed, InvalidManifest naming rows and columns.
    """
    check_may_accession(by, None)
    filled = [_filled(row, defaults or {}) for row in rows]
    uploads = _checked(filled, by)
    batch = _open(name, by, len(filled))
    for row, upload in zip(filled, uploads, strict=True):
        _take_in(batch, row, upload, by, publish)
    close_batch(batch, by=by)
    batch.refresh_from_db()
    return batch


def progress_of(batch: Batch, person: Person) -> dict[str, Any]:
    """Return how far a batch is: files by state, readings by state, files read a second, and what failed where.

    Whose batch it is not is told the codes of failures, without names of files.
    """
    items = _counts(batch.items.values("state").annotate(count=Count("pk")), BatchItem.State.values)
    jobs = _counts(batch.jobs.values("state").annotate(count=Count("pk")), Job.State.values)
    read = jobs[Job.State.DONE] + jobs[Job.State.FAILED]
    last = batch.jobs.aggregate(last=Max("finished_at"))["last"]
    seconds = ((last or timezone.now()) - batch.created_at).total_seconds()
    return {
        "files": sum(items.values()),
        "counts": items,
        "jobs": jobs,
        "rate": round(read / seconds, 2) if seconds > 0 else 0.0,
        "failures": [
            failure if is_own(batch, person) else {**failure, "path": "", "detail": ""} for failure in _failures(batch)
        ],
    }


def _counts(rows: Any, states: Sequence[str]) -> dict[str, int]:
    return dict.fromkeys(states, 0) | {row["state"]: row["count"] for row in rows.order_by()}


def _failures(batch: Batch) -> list[dict[str, Any]]:
    stored = batch.items.filter(state=BatchItem.State.FAILED).order_by("pk")[:MOST_FAILURES]
    failures = [{"stage": "store", "path": one.path, "code": one.code, "detail": one.detail} for one in stored]
    unread = batch.jobs.filter(state=Job.State.FAILED).select_related("rendition__version__capture").order_by("pk")
    failures += [
        {
            "stage": "read",
            "path": job.rendition.version.capture.name,
            "code": job.code,
            "detail": job.detail,
        }
        for job in unread[:MOST_FAILURES]
    ]
    return failures


def _filled(row: UploadRow, defaults: Mapping[str, str]) -> UploadRow:
    missing = {name: value for name, value in defaults.items() if value and not row.fields.get(name)}
    return UploadRow(row.upload, row.sha256, {**row.fields, **missing})


def _checked(rows: Sequence[UploadRow], by: Person) -> list[Upload]:
    """Return the rows' uploads. Raises InvalidManifest."""
    faults: list[Fault] = []
    mine = {str(upload.pk): upload for upload in Upload.objects.filter(by=by.user_id, pk__in=[r.upload for r in rows])}
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if row.upload not in mine:
            faults.append(Fault(number, "upload", "there is no such upload of yours"))
        elif row.upload in seen:
            faults.append(Fault(number, "upload", "this upload is already named in another row"))
        seen.add(row.upload)
    faults += check_rows([Row(number, row.upload, row.fields) for number, row in enumerate(rows, start=1)])
    if faults:
        raise InvalidManifest(faults)
    return [mine[row.upload] for row in rows]


@transaction.atomic
def _open(name: str, by: Person, files: int) -> Batch:
    now = timezone.now()
    name = name.replace("\x00", "")[:300]
    batch = Batch.objects.create(
        by_id=by.user_id, by_name=by.username, name=name, files=files, created_at=now, alive_at=now
    )
    record_events([Happening("batch.opened", subject=str(batch.pk), details={"files": files})], by=by)
    return batch


def _take_in(batch: Batch, row: UploadRow, upload: Upload, by: Person, publish: bool) -> None:
    said = Said(fields=row.fields, publish=publish, batch=batch)
    try:
        done = complete_upload(upload=upload, sha256=row.sha256, said=said, by=by)
    except (LegajoError, StorageError) as refusal:
        state, version, why = "failed", None, (refusal.code, refusal.detail)
    else:
        state, version, why = done.state, done.version, ("", "")
    external_id = version.record.external_id if version is not None else row.fields.get("external_id", "")
    end = Ended(upload.filename, state, upload.size, row.sha256, external_id, version, *why, str(upload.pk))
    with transaction.atomic():
        note_ends(batch, [end])
