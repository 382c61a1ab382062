"""Rows made ready to be shown: the version that is meant, its file and its reading, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from records.access import may
from records.in_force import version_on
from records.models import Record, Rendition, Version
from records.persons import Person

_FILES = (Rendition.Kind.ORIGINAL, Rendition.Kind.REDACTED)


def with_versions(records: Sequence[Record], person: Person, day: dt.date) -> Sequence[Record]:
    """Set `shown` of each record: the version meant on `day` among those the person sees. One query for all."""
    open_to_them = Version.objects.visible_to(person).only("record_id", "number", "state", "valid_from", "valid_to")
    prefetch_related_objects(records, Prefetch("versions", queryset=open_to_them, to_attr="seen_versions"))
    for record in records:
        seen: Any = record
        seen.shown = version_on(seen.seen_versions, day)
    return records


def in_full(record: Record, person: Person, day: dt.date) -> Record:
    """Set `shown` (with its file and reading) and `may` of one record."""
    seen: Any = record
    versions = list(Version.objects.visible_to(person).filter(record=record).select_related("capture"))
    seen.shown = version_on(versions, day)
    if seen.shown:
        with_files([seen.shown.version], person)
    seen.may = [action for action in ("read", "edit", "manage") if action == "read" or may(person, record, action)]
    return record


def with_files(versions: Sequence[Version], person: Person) -> Sequence[Version]:
    """Set `file`, `searchable` and `reading` of each version: what this person may have. Captures must be selected."""
    open_to_them = Rendition.objects.visible_to(person).select_related("blob", "source").defer("described", "warnings")
    prefetch_related_objects(versions, Prefetch("renditions", queryset=open_to_them, to_attr="seen_renditions"))
    for version in versions:
        seen: Any = version
        seen.reading = preferred_text(seen.seen_renditions)
        seen.file = _file(version, seen.seen_renditions)
        seen.searchable = file_rendition(seen.seen_renditions, Rendition.Kind.SEARCHABLE)
    return versions


def preferred_text(renditions: Iterable[Rendition]) -> Rendition | None:
    """Return the text a reader is shown: that of the original where they may see it, else of the redacted copy."""
    texts = [rendition for rendition in renditions if rendition.kind == Rendition.Kind.TEXT and rendition.source]
    return min(texts, key=lambda text: _rank(text.source.kind if text.source else ""), default=None)


def file_rendition(renditions: Iterable[Rendition], kind: str = "") -> Rendition | None:
    """Return the rendition to download: of this kind, else the original, else the redacted copy."""
    files = [rendition for rendition in renditions if rendition.kind in ([kind] if kind else _FILES)]
    return min(files, key=lambda rendition: _rank(rendition.kind), default=None)


def _rank(kind: str) -> int:
    return 0 if kind == Rendition.Kind.ORIGINAL else 1


def _file(version: Version, renditions: Iterable[Rendition]) -> dict[str, Any] | None:
    rendition = file_rendition(renditions)
    if rendition is None or rendition.blob is None:
        return None
    return {
        "rendition": rendition.kind,
        "name": file_name(version, rendition),
        "media_type": media_type(version, rendition),
        "size": rendition.blob.size,
        "sha256": rendition.blob.sha256,
        "url": reverse("api-file", args=[version.record_id, version.number]),
    }


def file_name(version: Version, rendition: Rendition) -> str:
    """Return the captured name's last part. A redacted copy has a plain name: the original's may tell too much."""
    if rendition.kind == Rendition.Kind.SEARCHABLE:
        return f"{version.record_id}-v{version.number}-{rendition.kind}.pdf"
    if rendition.kind != Rendition.Kind.ORIGINAL:
        return f"{version.record_id}-v{version.number}-{rendition.kind}"
    return version.capture.name.replace("\\", "/").rpartition("/")[2]


def media_type(version: Version, rendition: Rendition) -> str:
    """Return what the bytes were found to be on arrival, whatever their name or sender said."""
    blob_type = rendition.blob.media_type if rendition.blob else ""
    found = version.capture.detected_type if rendition.kind == Rendition.Kind.ORIGINAL else blob_type
    return found or "application/octet-stream"
