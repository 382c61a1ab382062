"""The bytes of a site, carried from store to store: documents, the chain's heads, the parts of uploads on their way.

A file that is there already, of the right length, is passed over; that all have the right digests is proved afterwards,
by the audit at the new place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from ingest.models import Upload
from records.models import Blob
from records.services.witnessing import PREFIX
from storage.base import ObjectStore
from storage.errors import DigestMismatch, StorageError, StoreFull, StoreUnavailable

AT_ONCE = 4
IN_HAND = 32
TOLD_EVERY = 500


@dataclass(frozen=True, slots=True)
class File:
    """An object to be carried; without a digest it is believed for its length."""

    key: str
    size: int
    sha256: str | None = None


@dataclass(slots=True)
class Carried:
    """What became of the files; `failures` says by key why a file could not be carried."""

    files: int = 0
    bytes: int = 0
    passed_over: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def carry_documents(source: ObjectStore, target: ObjectStore, note: Callable[[str], None]) -> Carried:
    """Carry the bytes that rows name, and the heads of the chain. Raises StoreUnavailable, StoreFull."""

    def named() -> Iterator[File]:
        rows = Blob.objects.order_by("key").values_list("key", "size", "sha256")
        yield from (File(*row) for row in rows.iterator(chunk_size=1000))
        yield from (File(stat.key, stat.size) for stat in source.list(PREFIX))

    return carry(named(), source, target, note)


def carry_parts(source: ObjectStore, target: ObjectStore, note: Callable[[str], None]) -> Carried:
    """Carry what has come of uploads that are still open, so that they can go on at the new place. Raises as above."""
    uploads = Upload.objects.filter(state=Upload.State.OPEN).values_list("pk", flat=True).iterator(chunk_size=1000)
    staged = (stat for upload in uploads for stat in source.list(f"uploads/{upload}/"))
    return carry((File(stat.key, stat.size) for stat in staged), source, target, note)


def carry(files: Iterable[File], source: ObjectStore, target: ObjectStore, note: Callable[[str], None]) -> Carried:
    """Carry files, some at once and never many in hand; the first word of a store that is full or away ends it."""
    told = Carried()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running: dict[Future[bool], File] = {}
        try:
            for file in files:
                running[pool.submit(_carry_one, file, source, target)] = file
                if len(running) >= IN_HAND:
                    _settle(running, told, note)
            while running:
                _settle(running, told, note)
        finally:
            pool.shutdown(cancel_futures=True)
    return told


def _settle(running: dict[Future[bool], File], told: Carried, note: Callable[[str], None]) -> None:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        file = running.pop(future)
        told.files += 1
        try:
            told.passed_over += not future.result()
            told.bytes += file.size
        except (StoreUnavailable, StoreFull):
            raise
        except StorageError as failure:
            told.failures[file.key] = failure.detail
        if told.files % TOLD_EVERY == 0:
            note(f"{told.files} files, {told.bytes // 1024 // 1024} MiB")


def _carry_one(file: File, source: ObjectStore, target: ObjectStore) -> bool:
    """Carry one file; return whether it had to be. What lies in its place with another length is no document."""
    there = target.stat(file.key)
    if there is not None and there.size == file.size:
        return False
    if there is not None:
        make_room(file, source, target)
    target.put(file.key, source.open(file.key), sha256=file.sha256, size=file.size)
    return True


def make_room(file: File, source: ObjectStore, target: ObjectStore) -> None:
    """Remove what lies at the new place under a document's key, once the document is known to be whole here.

    Both may be one store under two names: what is damaged is then the only copy. Raises DigestMismatch, ObjectMissing.
    """
    digest, size = hashlib.sha256(), 0
    for chunk in source.open(file.key):
        digest.update(chunk)
        size += len(chunk)
    if size != file.size or file.sha256 not in (None, digest.hexdigest()):
        raise DigestMismatch("The file here is not what came in; take it from a backup.", key=file.key)
    target.delete(file.key)
