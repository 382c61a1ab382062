"""The rows against each other: versions, captures, texts, grants, and the chain over the events."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from deploy.auditing.difference import Difference
from ingest.stuck import texts_without_job, texts_without_pages
from records.errors import InvalidValue
from records.models import Capture, Grant, Record, Rendition, Version
from records.services.opening import checked_reader
from records.services.sealing import verify_chain
from records.services.witnessing import kept_heads


def check_versions() -> Iterator[Difference]:
    """Each version has its bytes, its original rendition of them, and the capture facts that agree."""
    for version in Version.objects.filter(blob=None).iterator():
        yield _of(version, "version", "a version without bytes")
    without = Version.objects.exclude(renditions__kind=Rendition.Kind.ORIGINAL).exclude(blob=None)
    for version in without.iterator():
        yield _of(version, "version", "a version whose original is missing among its renditions")
    originals = Rendition.objects.filter(kind=Rendition.Kind.ORIGINAL).exclude(blob=F("version__blob"))
    for rendition in originals.select_related("version").iterator():
        yield _of(rendition.version, "version", "the original rendition holds other bytes than the version")
    for capture in Capture.objects.exclude(sha256=F("version__blob__sha256")).select_related("version").iterator():
        yield _of(capture.version, "capture", "the captured digest is not that of the version's bytes")
    for record in Record.objects.filter(versions=None).iterator():
        yield Difference("record", "a record without versions", id=str(record.pk))


def check_texts() -> Iterator[Difference]:
    """Each text that was read has the pages it counts, and each that was not a job that will read it."""
    for text in texts_without_pages().select_related("version").iterator():
        present = text.present  # type: ignore[attr-defined] # annotated there
        yield _of(text.version, "text", f"{text.page_count} pages were read and {present} are there")
    for text in texts_without_job().select_related("version").iterator():
        yield _of(text.version, "text", "the text was never read and no job will read it")


def check_grants() -> Iterator[Difference]:
    """Each grant names a reader that can exist."""
    for grant in Grant.objects.iterator(chunk_size=2000):
        try:
            checked_reader(grant.token)
        except InvalidValue:
            yield Difference("grant", f"{grant.token!r} is not a reader", id=str(grant.record_id or ""))


def check_chain() -> Iterator[Difference]:
    """Every sealed event is as it was sealed, and every head that was written down elsewhere is there."""
    for found in verify_chain(heads=kept_heads()):
        yield Difference("chain", found.detail, key=str(found.position))


def _of(version: Version, kind: str, detail: str) -> Difference:
    return Difference(kind, detail, id=str(version.record_id), version=version.number)
