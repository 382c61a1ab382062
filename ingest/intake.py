"""Bytes on their way into the store: sizes checked, hashed, sniffed, put under their digest."""

from __future__ import annotations

import hashlib
import io
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from ingest.archives import ArchiveError
from ingest.reading.sniff import sniff
from ingest.sources import HEAD, SourceFile, external_ids_of, opens_with_front_matter
from records.services.drafts import CapturedBytes
from records.stores import documents
from storage.base import CHUNK, blob_key
from storage.crash_points import reached
from storage.errors import StorageError
from storage.reading import checked_out

IN_MEMORY = 1024 * 1024
LONGEST_NAME = 700


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file whose bytes are in the store (`captured`), or the named reason why they are not."""

    file: SourceFile
    external_id: str
    captured: CapturedBytes | None = None
    failure: tuple[str, str] | None = None


def prepare(file: SourceFile, held: Mapping[str, str]) -> Prepared:
    """Store a file's bytes; those that `held` (external id to digest) already has are only hashed.

    Every refusal is a named failure of this file; nothing is raised. Runs in several threads at once.
    """
    external_id = external_ids_of(file)[0]
    failure = foreseen_failure(file)
    if failure is not None:
        return Prepared(file, external_id, failure=failure)
    try:
        with file.on_disk() as path, path.open("rb") as stream:
            external_id = external_ids_of(file)[opens_with_front_matter(stream.read(HEAD))]
            stream.seek(0)
            captured = capture(stream, file.name.rsplit("/", 1)[-1], held_as=held.get(external_id, ""))
    except OSError as refusal:
        failure = ("unreadable_source", f"The file cannot be read: {refusal.strerror or refusal}.")
    except (StorageError, ArchiveError) as refusal:
        failure = (refusal.code, str(refusal))
    else:
        return Prepared(file, external_id, captured=captured)
    return Prepared(file, external_id, failure=failure)


def foreseen_failure(file: SourceFile) -> tuple[str, str] | None:
    """Return why a file cannot be taken in, as far as is known without its bytes."""
    failure = file.failure or wrong_size(file.size)
    if failure is None and len(external_ids_of(file)[0]) > LONGEST_NAME:
        return "name_too_long", f"An external id has at most {LONGEST_NAME} characters; give one in a manifest."
    return failure


def wrong_size(size: int) -> tuple[str, str] | None:
    """Return why a file of this size is not taken in, or None."""
    if size == 0:
        return "empty", "The file is empty."
    most = settings.LEGAJO_MAX_FILE_BYTES
    if size > most:
        return "too_large", f"The file is larger than {most // (1024 * 1024)} MiB, the most that is taken in."
    return None


def capture(stream: BinaryIO, name: str, *, held_as: str = "") -> CapturedBytes:
    """Hash a seekable stream, put it into the store under its digest and sniff its type.

    Bytes of the digest `held_as` are known to be in the store and are not put again. Raises StorageError.
    """
    sha256, size, kept = _hashed(stream)
    key = blob_key(sha256)
    reached("intake.hashed")
    if sha256 != held_as:
        source: BinaryIO = kept if size <= IN_MEMORY else stream
        source.seek(0)
        documents().put(key, source, sha256=sha256, size=size)
        reached("intake.stored")
    return captured_as(key, name, sha256=sha256, size=size)


def captured_as(key: str, name: str, *, sha256: str, size: int) -> CapturedBytes:
    """Return what is to be noted of bytes that lie in the store: their types claimed and detected."""
    return CapturedBytes(
        name=name[:1024],
        sha256=sha256,
        size=size,
        key=key,
        claimed_type=mimetypes.guess_type(name)[0] or "",
        detected_type=_detected_type(key, name),
    )


def _hashed(stream: BinaryIO) -> tuple[str, int, io.BytesIO]:
    """Return digest and size; small contents are kept, so that they are read once."""
    digest = hashlib.sha256()
    size = 0
    kept = io.BytesIO()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if size <= IN_MEMORY:
            kept.write(chunk)
    return digest.hexdigest(), size, kept


def _detected_type(key: str, name: str) -> str:
    """Tell from the stored bytes, whatever the name claims, what they are."""
    with checked_out(documents(), key) as path:
        return sniff(Path(path), name).media_type
