"""One bucket of an S3 service: requests that are asked again after looking, and errors under the store's names."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, TypeVar, cast

from minio.commonconfig import ComposeSource
from minio.datatypes import Object
from minio.error import S3Error
from urllib3 import BaseHTTPResponse

from storage.base import CHUNK, Lock, LockMode, digest_of
from storage.errors import DigestMismatch, ObjectLocked, ObjectMissing, StoreUnavailable
from storage.s3_line import UNCLEAR, Access, is_absent, named, pause
from storage.s3_reading import Measured, Replayed

WHOLE = 16 * 1024 * 1024
"""Larger objects are sent in parts of this size; so much memory one `put` takes at most twice."""
ATTEMPTS = 4
_ALREADY = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})
_CHANGED = "PreconditionFailed"
"""Another object lies there than the condition of the request allows."""
_NO_LOCK = frozenset(
    {"NoSuchObjectLockConfiguration", "NoSuchObjectLegalHold", "ObjectLockConfigurationNotFoundError", "InvalidRequest"}
)
_PAST_THE_END = "InvalidRange"

Answer = TypeVar("Answer")


class Bucket:
    """A bucket by name. `locking`: when it has to be made, with versions and object lock."""

    def __init__(self, name: str, access: Access, *, locking: bool) -> None:
        self.name = name
        self.access = access
        self.client = access.client()
        self._locking = locking
        self._made = False

    def make(self) -> None:
        """Make the bucket unless it is there; asked once a process."""
        if self._made:
            return
        with named(""):
            if not self.client.bucket_exists(self.name):
                try:
                    self.client.make_bucket(self.name, object_lock=self._locking)
                except S3Error as refusal:
                    if refusal.code not in _ALREADY:
                        raise
        self._made = True

    def has_lock(self) -> bool:
        """Tell whether this service locks objects of this bucket. Raises StoreUnavailable."""
        self.make()
        with named(""):
            try:
                self.client.get_object_lock_config(self.name)
            except S3Error:
                return False
        return True

    def head(self, key: str) -> Object | None:
        """Return what is known of an object, or None where there is none."""
        try:
            with named(key):
                return self.client.stat_object(self.name, key)
        except ObjectMissing:
            return None

    def get(self, key: str, start: int, end: int | None, etag: str | None = None) -> BaseHTTPResponse | None:
        """Ask for a range; None where the object ends before it. With `etag`, of these very bytes or not at all.

        Raises ObjectMissing, DigestMismatch where other bytes have taken their place, StoreUnavailable.
        """
        headers: Any = {"If-Match": etag} if etag else None
        length = 0 if end is None else end - start
        with named(key):
            try:
                return self.client.get_object(self.name, key, start, length, request_headers=headers)
            except S3Error as refusal:
                if refusal.code == _PAST_THE_END:
                    return None
                if refusal.code == _CHANGED:
                    raise _changed(key) from refusal
                raise

    def objects(self, prefix: str) -> Iterator[Object]:
        """Yield all objects below a prefix; of a bucket that is not there, none."""
        with named(prefix):
            try:
                for found in self.client.list_objects(self.name, prefix, recursive=True):
                    if not found.is_dir:
                        yield found
            except S3Error as refusal:
                if not is_absent(refusal):
                    raise

    def remove(self, key: str) -> None:
        """Remove an object with every version of it. Raises ObjectLocked, StoreUnavailable."""
        with named(key):
            for version in self._versions(key):
                try:
                    self.client.remove_object(self.name, key, version_id=version)
                except S3Error as refusal:
                    if is_absent(refusal):
                        continue
                    if self._locking and self.lock(key, version) != Lock():
                        raise ObjectLocked("The file store keeps this file until its lock ends.", key=key) from refusal
                    raise

    def lock(self, key: str, version: str | None = None) -> Lock:
        """Return what keeps an object, or one version of it."""
        with named(key):
            kept = _unless_unset(lambda: self.client.get_object_retention(self.name, key, version_id=version))
            held = _unless_unset(lambda: self.client.is_object_legal_hold_enabled(self.name, key, version_id=version))
        if kept is None:
            return Lock(held=bool(held))
        return Lock(kept.retain_until_date, LockMode(kept.mode), bool(held))

    def write(self, key: str, body: Measured) -> bool:
        """Send a source, at once or in parts; tells whether that made the object, or another did meanwhile.

        Raises what the source raises, and then there is no object.
        """
        self.make()
        head = body.read(WHOLE + 1)
        if len(head) <= WHOLE:
            return self._write_whole(key, head, body.digest)
        return self._write_in_parts(key, head, body)

    def compose(self, key: str, sources: Sequence[ComposeSource], sha256: str, size: int) -> None:
        """Have the service join objects. Raises DigestMismatch where one has changed since it was looked at."""
        self.make()
        for attempt in range(ATTEMPTS):
            try:
                self.client.compose_object(self.name, key, list(sources))
            except S3Error as refusal:
                if refusal.code == _CHANGED:
                    raise _changed(key) from refusal
                with named(key):
                    raise
            except UNCLEAR:
                if attempt == ATTEMPTS - 1:
                    with named(key):
                        raise
            if self._settled(key, sha256, size, read=False):
                return
            pause(attempt)
        raise StoreUnavailable("The file store joined the parts to something else.", key=key)

    def _write_whole(self, key: str, data: bytes, sha256: str) -> bool:
        """PUT, and look before trying again: an answer that did not come says nothing about the object."""
        etag = hashlib.md5(data, usedforsecurity=False).hexdigest()
        failure: Exception | None = None
        for attempt in range(ATTEMPTS):
            try:
                done = self.client.put_object(self.name, key, io.BytesIO(data), len(data))
                if (done.etag or "").strip('"') == etag:
                    return True
            except S3Error as refusal:
                if refusal.code == _CHANGED and self.head(key) is not None:
                    return False
                failure = refusal
                if refusal.response.status < 500:
                    break
            except UNCLEAR as broken:
                failure = broken
            # Also where only the ETag is another one: services that encrypt do so, and proxies that mangle.
            if self._settled(key, sha256, len(data), read=True):
                return True
            pause(attempt)
        with named(key):
            raise failure or StoreUnavailable("The file store keeps other bytes than it was sent.", key=key)

    def _write_in_parts(self, key: str, head: bytes, body: Measured) -> bool:
        """Send in parts; each is tried again by itself, and nothing is to be seen before the last word."""
        source = cast(BinaryIO, Replayed(head, body))
        try:
            self.client.put_object(self.name, key, source, -1, part_size=WHOLE, num_parallel_uploads=1)
        except Exception as broken:
            if body.failure is not None:
                raise body.failure from None
            if isinstance(broken, S3Error) and broken.code == _CHANGED and self.head(key) is not None:
                return False
            if not body.ended or not self._settled(key, body.digest, body.length, read=True):
                with named(key):
                    raise
            return True
        # A multipart upload may be answered with 200 and an error inside (S3, CompleteMultipartUpload).
        if not self._settled(key, body.digest, body.length, read=False):
            raise StoreUnavailable("The file store did not keep what it was sent.", key=key)
        return True

    def _settled(self, key: str, sha256: str, size: int, *, read: bool) -> bool:
        """Tell whether the object is there and whole: by its size, and with `read` by its digest.

        What lies under a digest key and has another digest is no document; it is removed.
        """
        found = self.head(key)
        if found is None:
            return False
        right = found.size == size and (not read or self._digest(key) == sha256)
        if not right and digest_of(key) == sha256:
            self.remove(key)
        return right

    def _digest(self, key: str) -> str:
        digest = hashlib.sha256()
        response = self.get(key, 0, None)
        if response is not None:
            try:
                with named(key):
                    for chunk in response.stream(CHUNK, decode_content=False):
                        digest.update(chunk)
            finally:
                # Closed as well: what broke off would leave its connection open.
                response.close()
                response.release_conn()
        return digest.hexdigest()

    def _versions(self, key: str) -> list[str | None]:
        """Return the versions of an object. Parts have none, and are not worth a listing."""
        if not self._locking:
            return [None]
        try:
            listed = list(self.client.list_objects(self.name, key, recursive=True, include_version=True))
        except S3Error as refusal:
            if is_absent(refusal):
                return []
            raise
        return [found.version_id for found in listed if found.object_name == key]


def _unless_unset(ask: Callable[[], Answer]) -> Answer | None:
    """Return the answer, None where the service has a word of its own for "no such lock"."""
    try:
        return ask()
    except S3Error as refusal:
        if refusal.code in _NO_LOCK:
            return None
        raise


def _changed(key: str) -> DigestMismatch:
    return DigestMismatch("A part was sent anew meanwhile; complete again.", key=key)
