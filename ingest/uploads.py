"""Uploads: a file in parts, in any order and again after a break, joined and verified before it becomes a record.

The way of the bytes: parts in the staging store, joined and hashed into the documents' store under their digest,
rows and job in one transaction, staging cleared. A crash at any arrow leaves what `complete` or `sweep_uploads` mends.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from ingest.accession import Incoming, take_in
from ingest.arrivals import begun
from ingest.direct_parts import arrived_parts, forget_all_direct, forget_direct
from ingest.intake import captured_as, wrong_size
from ingest.manifest import Row, check_rows
from ingest.models import Batch, Job, Upload, UploadPart
from ingest.upload_refusals import (
    AlreadyComplete,
    DigestMismatch,
    EmptyFile,
    FileTooLarge,
    PartsMissing,
    Refused,
    WrongPartLength,
)
from records.errors import InvalidValue, NotAllowed, NotFound
from records.models import Version
from records.persons import Person
from records.services.accession import check_may_accession
from records.services.turns import in_turn
from records.stores import documents, staging
from storage.base import CHUNK, blob_key
from storage.crash_points import reached
from storage.errors import DigestMismatch as BytesDiffer
from storage.errors import ObjectMissing
from storage.local import LocalStore

MOST_PARTS = 10_000
KEPT_OPEN = dt.timedelta(days=7)
KEPT_WRITING = dt.timedelta(days=1)
"""A file that is being written is touched all the while; what was not for a day, its writer has left."""
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an upload: fields by their manifest names, and how its version begins."""

    fields: Mapping[str, str] = field(default_factory=dict)
    publish: bool = True
    label: str = ""
    batch: Batch | None = None


@dataclass(frozen=True, slots=True)
class Completed:
    """What became of an upload; `state` is `imported`, or `unchanged` where name and bytes were there already."""

    state: str
    version: Version
    job: Job | None


def open_upload(*, filename: str, size: int, by: Person, sha256: str = "") -> Upload:
    """Begin an upload of `size` bytes; with its digest, one that was begun of this very file goes on.

    Raises NotAllowed, EmptyFile, FileTooLarge, InvalidValue, StorageError.
    """
    check_may_accession(by, None)
    if by.user_id is None:
        raise NotAllowed("Uploads belong to an account; use `import` at the command line.")
    name = filename.replace("\x00", "\ufffd").strip()
    if not name or len(name) > 1024:
        raise InvalidValue("A file name has 1 to 1,024 characters.", attr="filename")
    wrong = wrong_size(size)
    if wrong is not None:
        refusal = EmptyFile if size == 0 else FileTooLarge
        raise refusal(wrong[1], attr="size")
    if sha256 and (before := begun(filename=name, size=size, sha256=sha256, by=by)) is not None:
        return before
    # A store that is away refuses now, and not when the first part has been sent.
    staging().stat("uploads/asked-before-any")
    # Ten thousand parts are the most that S3 joins; larger files have larger parts.
    part_size = max(settings.LEGAJO_PART_BYTES, -(-size // MOST_PARTS))
    return Upload.objects.create(
        by_id=by.user_id, filename=name, size=size, part_size=part_size, sha256=sha256, created_at=timezone.now()
    )


def store_part(*, upload: Upload, number: int, body: BinaryIO, length: int | None, by: Person) -> UploadPart:
    """Stream one part to the staging store; sent again, it takes the place of what was there.

    Raises NotFound for another's upload or a number out of range, AlreadyComplete, WrongPartLength.
    """
    _check_mine(upload, by)
    if not 1 <= number <= upload.parts_expected:
        raise NotFound()
    if upload.state != Upload.State.OPEN:
        raise AlreadyComplete()
    expected = upload.part_length(number)
    if length != expected:
        raise WrongPartLength(f"Part {number} has {expected} bytes; say so in Content-Length.", attr="Content-Length")
    # A store never overwrites, so every attempt has its own key and the row says which one counts.
    key = f"uploads/{upload.pk}/{number:05d}-{uuid.uuid4().hex}"
    try:
        staging().put(key, _chunks(body, expected), size=expected)
    except BytesDiffer:
        raise WrongPartLength(f"Part {number} broke off; send it again.", attr="Content-Length") from None
    reached("upload.part_staged")
    part, replaced = _note_part(upload, number, expected, key)
    reached("upload.part_noted")
    if replaced:
        staging().delete(replaced)
    forget_direct(upload, number)
    return part


def complete_upload(*, upload: Upload, sha256: str, said: Said, by: Person) -> Completed:
    """Join the parts, verify their digest, and take the document in. Asked again, the answer is the same.

    Raises PartsMissing, DigestMismatch, AlreadyComplete (with another digest), InvalidValue (attr = the field),
    NotAllowed, NotFound for another's upload.
    """
    _check_mine(upload, by)
    sha256 = sha256.strip().lower()
    if not _DIGEST.match(sha256):
        raise InvalidValue("A SHA-256 is 64 hexadecimal digits.", attr="sha256")
    if upload.state == Upload.State.COMPLETE:
        return _as_before(upload, sha256)
    check_said(said)
    try:
        key = _join(upload, sha256)
    except (PartsMissing, ObjectMissing):
        if (answered := _answered_meanwhile(upload, sha256)) is None:
            raise
        return answered
    reached("upload.joined")
    captured = captured_as(key, upload.filename.rsplit("/", 1)[-1] or upload.filename, sha256=sha256, size=upload.size)
    incoming = Incoming(
        path=upload.filename,
        captured=captured,
        external_id=said.fields.get("external_id", "").strip(),
        fields=said.fields,
        publish=said.publish,
        label=said.label,
        bulk=said.batch is not None,
    )
    completed = _taken_in(upload, sha256, incoming, said.batch, by)
    if completed is None:
        upload.refresh_from_db()
        return _as_before(upload, sha256)
    reached("upload.taken_in")
    clear_parts(upload)
    return completed


def check_said(said: Said) -> None:
    """Raise InvalidValue for the first field that cannot be, before any byte is moved."""
    for fault in check_rows([Row(1, "", said.fields)]):
        raise InvalidValue(fault.detail[:1].upper() + fault.detail[1:] + ".", attr=fault.column)


def clear_parts(upload: Upload) -> None:
    """Remove an upload's parts from the staging store and from the rows."""
    for part in upload.parts.all():
        staging().delete(part.key)
        reached("upload.part_removed")
    forget_all_direct(upload)
    upload.parts.all().delete()
    reached("upload.cleared")


def sweep_uploads(*, now: dt.datetime | None = None) -> int:
    """Clear away parts of complete uploads and of those left open for a week, parts no row names, and torn writes.

    Returns how many objects were removed. For `tick`.
    """
    limit = (now or timezone.now()) - KEPT_OPEN
    removed = 0
    for upload in Upload.objects.filter(state=Upload.State.COMPLETE, parts__isnull=False).distinct():
        removed += upload.parts.count()
        clear_parts(upload)
    for upload in Upload.objects.filter(state=Upload.State.OPEN, created_at__lt=limit):
        removed += upload.parts.count()
        clear_parts(upload)
        upload.delete()
    named = set(UploadPart.objects.values_list("key", flat=True))
    for lying in staging().list("uploads/"):
        if lying.key not in named and lying.modified < limit:
            staging().delete(lying.key)
            removed += 1
            reached("upload.stray_part_swept")
    for store in (documents(), staging()):
        if isinstance(store, LocalStore):
            removed += store.sweep_temporary(KEPT_WRITING)
    return removed


def _check_mine(upload: Upload, by: Person) -> None:
    if by.user_id is None or upload.by_id != by.user_id:
        raise NotFound()


def _chunks(body: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield at most `length` bytes; a connection that broke ends them early, and the length then tells."""
    left = length
    while left:
        try:
            chunk = body.read(min(CHUNK, left))
        except OSError:
            return
        if not chunk:
            return
        left -= len(chunk)
        yield chunk


@transaction.atomic
def _note_part(upload: Upload, number: int, size: int, key: str) -> tuple[UploadPart, str]:
    """Say which object is the part; return it with the key of the one it replaces, if any."""
    in_turn(Upload.objects.filter(pk=upload.pk)).first()
    before = UploadPart.objects.filter(upload=upload, number=number).values_list("key", flat=True).first()
    part, _ = UploadPart.objects.update_or_create(upload=upload, number=number, defaults={"size": size, "key": key})
    return part, before or ""


def _join(upload: Upload, sha256: str) -> str:
    """Put the parts together under their digest; return the key."""
    parts = arrived_parts(upload)
    missing = sorted(set(range(1, upload.parts_expected + 1)) - set(parts))
    if missing:
        shown = ", ".join(map(str, missing[:20])) + (", …" if len(missing) > 20 else "")
        raise PartsMissing(f"These parts have not arrived: {shown}.")
    key = blob_key(sha256)
    try:
        documents().join(key, list(parts.values()), source=staging(), sha256=sha256)
    except BytesDiffer:
        raise DigestMismatch(attr="sha256") from None
    return key


def _taken_in(upload: Upload, sha256: str, incoming: Incoming, batch: Batch | None, by: Person) -> Completed | None:
    """Write the rows unless another request has done so meanwhile: then return None.

    Where somebody gives another document its name at the same moment, this becomes its next version.
    """
    with suppress(IntegrityError):
        return _written(upload, sha256, incoming, batch, by)
    try:
        return _written(upload, sha256, incoming, batch, by)
    except IntegrityError:
        raise Refused(attr="external_id") from None


@transaction.atomic
def _written(upload: Upload, sha256: str, incoming: Incoming, batch: Batch | None, by: Person) -> Completed | None:
    mine = Upload.objects.filter(pk=upload.pk, state=Upload.State.OPEN)
    if not mine.update(state=Upload.State.COMPLETE, sha256=sha256):
        return None
    [taken] = take_in(incoming=[incoming], by=by, batch=batch)
    reached("upload.rows_written")
    Upload.objects.filter(pk=upload.pk).update(version=taken.version)
    return Completed(taken.state, taken.version, taken.job or _job_of(taken.version))


@transaction.atomic
def _answered_meanwhile(upload: Upload, sha256: str) -> Completed | None:
    """Return what another request, which completed the upload and cleared its parts since we looked, was answered."""
    present = in_turn(Upload.objects.filter(pk=upload.pk)).get()
    return _as_before(present, sha256) if present.state == Upload.State.COMPLETE else None


def _as_before(upload: Upload, sha256: str) -> Completed:
    """Return what the first `complete` answered."""
    if upload.sha256 != sha256:
        raise AlreadyComplete()
    if upload.version is None:
        raise NotFound()
    return Completed("imported", upload.version, _job_of(upload.version))


def _job_of(version: Version) -> Job | None:
    return Job.objects.filter(rendition__version=version).order_by("pk").first()
