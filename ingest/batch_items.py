"""What became of each file of a batch, kept as rows: one a file, however often its import is begun again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from ingest.archives import ArchiveError
from ingest.models import Batch, BatchItem
from ingest.reading.document import storable
from ingest.sources import SourceFile, external_ids_of
from records.models import Version

AT_ONCE = 500
_RAISED = (
    "path",
    "state",
    "code",
    "detail",
    "version",
    "size",
    "sha256",
    "external_id",
    "record",
    "version_number",
)


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of one file."""

    path: str
    state: str
    external_id: str = ""
    id: str | None = None
    sha256: str | None = None
    code: str | None = None
    detail: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the line in the shape of DESIGN.md (`detail` is added for failures)."""
        told = {
            "path": self.path,
            "state": self.state,
            "external_id": self.external_id or None,
            "id": self.id,
            "sha256": self.sha256,
            "code": self.code,
        }
        return told | ({"detail": self.detail} if self.detail else {})


@dataclass(frozen=True, slots=True)
class Ended:
    """How one file ended: what was handed over, and the version it is now or why it is none.

    `handed_over_as` tells files of one path apart: uploads may have the same name.
    """

    path: str
    state: str
    size: int = 0
    sha256: str = ""
    external_id: str = ""
    version: Version | None = None
    code: str = ""
    detail: str = ""
    handed_over_as: str = ""

    @classmethod
    def without_version(cls, file: SourceFile, state: str, external_id: str, why: tuple[str, str]) -> Ended:
        """Return the end of a file that did not come in; its bytes are counted and digested where they can be read."""
        size, sha256 = weighed(file)
        return cls(file.shown, state, size, sha256, external_id, None, *why)


def weighed(file: SourceFile) -> tuple[int, str]:
    """Return size and SHA-256 of a file as it lies there; without a digest where it cannot be read."""
    digest = hashlib.sha256()
    size = 0
    try:
        with file.on_disk() as path:
            if path.is_symlink() or not path.is_file():
                return file.size, ""
            with path.open("rb") as stream:
                while part := stream.read(1 << 20):
                    digest.update(part)
                    size += len(part)
    except (OSError, ArchiveError):
        return file.size, ""
    return size, digest.hexdigest()


def note_left_out(batch: Batch, files: Sequence[SourceFile]) -> None:
    """Keep which files were handed over and not asked for, a transaction for some."""
    why = ("not_named", "The manifest has no row for this file, or its row has faults.")
    for at in range(0, len(files), AT_ONCE):
        some = files[at : at + AT_ONCE]
        ends = [Ended.without_version(file, "left_out", external_ids_of(file)[0], why) for file in some]
        with transaction.atomic():
            note_ends(batch, ends)


def note_ends(batch: Batch, ends: Iterable[Ended], *, gone_on: bool = False) -> None:
    """Keep how files ended, in the transaction of the caller.

    With `gone_on` the batch was begun before: what it had brought in then, and finds here now, it has brought in.
    """
    rows = list({_key_of(end.handed_over_as or end.path): end for end in ends}.items())
    for at in range(0, len(rows), AT_ONCE):
        some = rows[at : at + AT_ONCE]
        if gone_on:
            some = _as_before(batch, some)
        items = [_item(batch, key, end) for key, end in some]
        BatchItem.objects.bulk_create(
            items, update_conflicts=True, unique_fields=["batch", "key"], update_fields=list(_RAISED)
        )


def _as_before(batch: Batch, rows: Sequence[tuple[str, Ended]]) -> list[tuple[str, Ended]]:
    before = batch.items.filter(key__in=[key for key, _ in rows], state=BatchItem.State.IMPORTED)
    had = dict(before.values_list("key", "version"))
    return [
        (key, replace(end, state="imported"))
        if end.state == "unchanged" and end.version is not None and had.get(key) == end.version.pk
        else (key, end)
        for key, end in rows
    ]


def _item(batch: Batch, key: str, end: Ended) -> BatchItem:
    return BatchItem(
        batch=batch,
        key=key,
        path=storable(end.path),
        state=end.state,
        code=end.code,
        detail=storable(end.detail),
        size=end.size,
        sha256=end.sha256,
        external_id=storable(end.external_id)[:700],
        version=end.version,
        record=end.version.record_id if end.version is not None else None,
        version_number=end.version.number if end.version is not None else None,
    )


def _key_of(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()
