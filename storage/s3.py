"""Objects in a bucket of an S3-compatible service.

Keys are digests, so writing the same bytes twice harms nothing; what may have been written without an answer is settled
by looking. The bucket of documents has versions and object lock where the service offers them, that of staged
parts neither: it has to be cleaned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, BinaryIO, cast

from minio.commonconfig import ComposeSource
from minio.datatypes import Object
from minio.retention import Retention

from storage.base import (
    OBJECT_LOCK,
    PRESIGNED,
    Lock,
    LockMode,
    ObjectStat,
    ObjectStore,
    Stored,
    checked_key,
    chunks_of,
)
from storage.crash_points import reached
from storage.errors import DigestMismatch, ObjectConflict, StoreUnavailable
from storage.names import attachment_header
from storage.s3_bucket import Bucket
from storage.s3_line import Access, missing, named
from storage.s3_reading import Measured, Resuming

LEAST_PART = 5 * 1024 * 1024
"""S3 joins no smaller parts, but for the last."""
MOST_PARTS = 10_000
LONGEST_DOWNLOAD_ADDRESS = timedelta(seconds=60)


class S3Store:
    """A bucket, made when something is first written to it. Safe for many threads and processes at once."""

    def __init__(self, *, bucket: str, locking: bool = True, direct: bool = True, **access: Any) -> None:
        """`locking` asks for versions and object lock; `direct` lets browsers use addresses of the service."""
        self._bucket = Bucket(bucket, Access(**access), locking=locking)
        self._signing = self._bucket.access.client(public=True)
        self._locking, self._direct = locking, direct

    @cached_property
    def capabilities(self) -> frozenset[str]:
        """What this service can do besides; the bucket is made for the answer. Raises StoreUnavailable."""
        can = {PRESIGNED} if self._direct else set()
        return frozenset(can | ({OBJECT_LOCK} if self._locking and self._bucket.has_lock() else set()))

    def put(
        self,
        key: str,
        source: BinaryIO | Iterable[bytes],
        *,
        sha256: str | None = None,
        size: int | None = None,
    ) -> Stored:
        """See ObjectStore.put. A service that does not answer is refused before a byte of the source is taken."""
        present = self.stat(key)
        body = Measured(chunks_of(source), key, sha256, size)
        if present is not None:
            body.drain()
            return _kept(present, body.length, body.digest)
        reached("s3.before_writing")
        if self._bucket.write(key, body):
            reached("s3.written")
            return Stored(key, body.length, body.digest, existing=False)
        present = self.stat(key)
        if present is None:
            raise StoreUnavailable("The file store says that the file is there and that it is not.", key=key)
        return _kept(present, body.length, body.digest)

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See ObjectStore.open. Only the range is moved; a broken line is taken up again where it broke."""
        checked_key(key)
        start = max(start, 0)
        if end is not None and end <= start:
            if self._bucket.head(key) is None:
                raise missing(key)
            return iter(())
        return self._opened(key, start, end)[0]

    def stat(self, key: str) -> ObjectStat | None:
        """See ObjectStore.stat."""
        found = self._bucket.head(checked_key(key))
        return None if found is None else _stat_of(key, found)

    def delete(self, key: str) -> None:
        """See ObjectStore.delete; with every version. Raises ObjectLocked."""
        self._bucket.remove(checked_key(key))
        reached("s3.removed")

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """See ObjectStore.list."""
        folder = prefix.rpartition("/")[0]
        if folder:
            checked_key(folder)
        return (_stat_of(cast(str, found.object_name), found) for found in self._bucket.objects(prefix))

    def join(self, key: str, parts: Sequence[str], *, source: ObjectStore, sha256: str) -> Stored:
        """See ObjectStore.join: the bytes come here once, to be hashed, and are joined by the service itself."""
        checked_key(key)
        if not isinstance(source, S3Store) or source._bucket.access != self._bucket.access:
            return self.put(key, (chunk for part in parts for chunk in source.open(part)), sha256=sha256)
        digest = hashlib.sha256()
        sizes, etags = zip(*(source._hashed_into(digest, part) for part in parts), strict=True)
        if digest.hexdigest() != sha256:
            raise DigestMismatch("The bytes do not have the announced SHA-256; send the file again.", key=key)
        present = self.stat(key)
        if present is not None:
            return _kept(present, sum(sizes), sha256)
        if min(sizes) == 0 or min(sizes[:-1], default=LEAST_PART) < LEAST_PART or len(sizes) > MOST_PARTS:
            return self.put(key, (chunk for part in parts for chunk in source.open(part)), sha256=sha256)
        # A part that was sent anew since it was hashed has another ETag, and the service then refuses.
        named_parts = zip(parts, etags, strict=True)
        sources = [ComposeSource(source._bucket.name, part, match_etag=etag) for part, etag in named_parts]
        reached("s3.hashed")
        self._bucket.compose(key, sources, sha256, sum(sizes))
        reached("s3.joined")
        return Stored(key, sum(sizes), sha256, existing=False)

    def url(self, key: str, *, filename: str, media_type: str, expires: timedelta) -> str | None:
        """See ObjectStore.url; no address is good for longer than a minute."""
        if not self._direct:
            return None
        said: Any = {
            "response-content-disposition": attachment_header(filename),
            "response-content-type": media_type,
        }
        life = min(expires, LONGEST_DOWNLOAD_ADDRESS)
        bucket = self._bucket.name
        return self._signing.presigned_get_object(bucket, checked_key(key), life, response_headers=said)

    def part_url(self, key: str, *, expires: timedelta) -> str | None:
        """See ObjectStore.part_url."""
        if not self._direct:
            return None
        self._bucket.make()
        return self._signing.presigned_put_object(self._bucket.name, checked_key(key), expires)

    def retain(self, key: str, *, until: datetime, mode: LockMode) -> None:
        """See LockingStore.retain."""
        with named(key):
            self._bucket.client.set_object_retention(self._bucket.name, checked_key(key), Retention(mode.value, until))

    def hold(self, key: str, *, held: bool) -> None:
        """See LockingStore.hold."""
        client = self._bucket.client
        change = client.enable_object_legal_hold if held else client.disable_object_legal_hold
        with named(key):
            change(self._bucket.name, checked_key(key))

    def lock_of(self, key: str) -> Lock:
        """See LockingStore.lock_of."""
        if self.stat(key) is None:
            raise missing(key)
        return self._bucket.lock(key)

    def _opened(self, key: str, start: int, end: int | None) -> tuple[Iterator[bytes], str | None]:
        """Return the bytes of a range, and the ETag they were promised under."""
        got = self._bucket.get(key, start, end)
        if got is None:
            return iter(()), None
        etag = got.headers.get("ETag", "").strip('"') or None
        return Resuming(got, lambda place: self._bucket.get(key, place, end, etag), key, start), etag

    def _hashed_into(self, digest: Any, key: str) -> tuple[int, str]:
        """Read an object into a digest; return its size, and the ETag by which the same bytes can be asked for."""
        chunks, etag = self._opened(checked_key(key), 0, None)
        size = 0
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
        return size, etag or ""


def _stat_of(key: str, found: Object) -> ObjectStat:
    return ObjectStat(key, int(found.size or 0), cast(datetime, found.last_modified))


def _kept(present: ObjectStat, length: int, digest: str) -> Stored:
    if present.size != length:
        raise ObjectConflict("Other bytes are already stored under this key.", key=present.key)
    return Stored(present.key, length, digest, existing=True)
