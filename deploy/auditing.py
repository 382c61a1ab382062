"""Proof that the site is whole: bytes, texts, jobs, grants, the chain of events, and index = database.

Each check yields differences; what is merely still to be done (dirty rows, waiting jobs) is counted, not blamed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from ingest.models import Job
from records.errors import InvalidValue
from records.models import Blob, Capture, Dirty, Event, Grant, Record, Rendition, Seal, Version
from records.services.opening import checked_reader
from records.services.sealing import verify_chain
from records.services.witnessing import kept_heads
from records.stores import documents
from search.auditing import compare_index
from search.auditing import repair as repair_index
from storage.errors import StorageError

ORPHAN_GRACE = dt.timedelta(days=7)
STUCK_AFTER = dt.timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it must be."""

    kind: str
    detail: str
    id: str | None = None
    version: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found wrong."""

    checked: dict[str, int]
    differences: list[Difference]

    @property
    def ok(self) -> bool:
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """Return the report in the shape of DESIGN.md."""
        return {
            "ok": self.ok,
            "checked": self.checked,
            "differences": [asdict(difference) for difference in self.differences],
        }


def audit(*, repair: bool = False, progress: Callable[[str], None] = lambda _: None) -> Report:
    """Check everything. With `repair`, records whose index entries differ are marked to be indexed again."""
    differences: list[Difference] = []
    for name, check in CHECKS.items():
        progress(name)
        differences.extend(check())
    progress("index")
    wrong = compare_index()
    differences.extend(
        Difference("index", found.detail, id=str(found.record), version=found.version) for found in wrong
    )
    if repair:
        repair_index(wrong)
    return Report(_counts(), differences)


def _counts() -> dict[str, int]:
    return {
        "records": Record.objects.count(),
        "versions": Version.objects.count(),
        "blobs": Blob.objects.count(),
        "events": Event.objects.count(),
        "unsealed_events": Event.objects.count() - Seal.objects.count(),
        "dirty": Dirty.objects.count(),
        "jobs_waiting": Job.objects.filter(state__in=["waiting", "running"]).count(),
        "jobs_failed": Job.objects.filter(state="failed").count(),
    }


def _bytes() -> Iterator[Difference]:
    """Read every stored blob and compare its digest and size with its row."""
    for blob in Blob.objects.order_by("key").iterator(chunk_size=500):
        try:
            digest, size = _digest_of(blob.key)
        except StorageError as failure:
            yield Difference("bytes", str(failure), key=blob.key)
            continue
        if (digest, size) != (blob.sha256, blob.size):
            detail = f"the store holds {size} bytes of digest {digest}, the database says {blob.size} of {blob.sha256}"
            yield Difference("bytes", detail, key=blob.key)


def _digest_of(key: str) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    for chunk in documents().open(key):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _orphans() -> Iterator[Difference]:
    """Name stored bytes that no row knows, once they are older than any import in progress."""
    limit = timezone.now() - ORPHAN_GRACE
    batch: list[str] = []
    for stat in documents().list("blobs/"):
        if stat.modified < limit:
            batch.append(stat.key)
        if len(batch) == 500:
            yield from _unknown(batch)
            batch = []
    yield from _unknown(batch)


def _unknown(keys: list[str]) -> Iterator[Difference]:
    known = set(Blob.objects.filter(key__in=keys).values_list("key", flat=True))
    for key in keys:
        if key not in known:
            yield Difference("orphan", "stored bytes that no version names", key=key)


def _versions() -> Iterator[Difference]:
    """Each version has its bytes, its original rendition of them, and the capture facts that agree."""
    for version in Version.objects.filter(blob=None).select_related("record"):
        yield Difference("version", "a version without bytes", id=str(version.record_id), version=version.number)
    originals = Rendition.objects.filter(kind=Rendition.Kind.ORIGINAL).exclude(blob=F("version__blob"))
    for rendition in originals.select_related("version"):
        version = rendition.version
        detail = "the original rendition holds other bytes than the version"
        yield Difference("version", detail, id=str(version.record_id), version=version.number)
    for capture in Capture.objects.exclude(sha256=F("version__blob__sha256")).select_related("version"):
        version = capture.version
        detail = "the captured digest is not that of the version's bytes"
        yield Difference("capture", detail, id=str(version.record_id), version=version.number)
    for record in Record.objects.filter(versions=None):
        yield Difference("record", "a record without versions", id=str(record.pk))


def _texts() -> Iterator[Difference]:
    """Each text that was read has the pages it counts, and a job that ended."""
    counted = Rendition.objects.filter(kind=Rendition.Kind.TEXT).annotate(present=Count("pages"))
    for text in counted.exclude(page_count=F("present")).select_related("version"):
        present = text.present  # type: ignore[attr-defined] # annotated above
        detail = f"{text.page_count} pages were read and {present} are there"
        yield Difference("text", detail, id=str(text.version.record_id), version=text.version.number)
    unread = Rendition.objects.filter(kind=Rendition.Kind.TEXT, job=None, reading=Rendition.Reading.PENDING)
    for text in unread.select_related("version"):
        detail = "the text was never read and no job will read it"
        yield Difference("text", detail, id=str(text.version.record_id), version=text.version.number)


def _jobs() -> Iterator[Difference]:
    """Name jobs that nobody is working at although they should long have ended."""
    now = timezone.now()
    ended = Q(state=Job.State.RUNNING, lease_until__lt=now - STUCK_AFTER)
    dropped = Q(state=Job.State.DONE, rendition__reading=Rendition.Reading.PENDING)
    for job in Job.objects.filter(ended | dropped):
        yield Difference("job", f"stuck: {job.state}, attempt {job.attempt}", id=str(job.pk))


def _grants() -> Iterator[Difference]:
    """Each grant names a reader that can exist."""
    for grant in Grant.objects.iterator(chunk_size=2000):
        try:
            checked_reader(grant.token)
        except InvalidValue:
            yield Difference("grant", f"{grant.token!r} is not a reader", id=str(grant.record_id or ""))


def _chain() -> Iterator[Difference]:
    for found in verify_chain(heads=kept_heads()):
        yield Difference("chain", found.detail, key=str(found.position))


CHECKS: dict[str, Callable[[], Iterator[Difference]]] = {
    "bytes": _bytes,
    "orphans": _orphans,
    "versions": _versions,
    "texts": _texts,
    "jobs": _jobs,
    "grants": _grants,
    "chain": _chain,
}
