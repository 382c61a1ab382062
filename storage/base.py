"""What every object store offers: bytes by key, written once, never overwritten.

The Protocol is what a local folder and an S3 service can both keep. A store declares what more it can do in
`capabilities`; callers ask the set and never probe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import BinaryIO, Protocol

from storage.errors import InvalidKey

CHUNK = 1024 * 1024
"""Bytes a read or a write moves at once."""

PRESIGNED = "presigned"
"""`url` and `part_url` give addresses that a browser may use without passing through us."""
OBJECT_LOCK = "object_lock"
"""The store itself refuses to delete an object before its lock runs out; it is a LockingStore."""
LOCAL_PATHS = "local_paths"
"""Objects are files of this machine; `storage.reading.checked_out` gives them without a copy."""

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_LONGEST_KEY = 900


@dataclass(frozen=True, slots=True)
class Stored:
    """What `put` and `join` answer. `existing`: the same bytes were there before, nothing was written."""

    key: str
    size: int
    sha256: str
    existing: bool


@dataclass(frozen=True, slots=True)
class ObjectStat:
    """Size in bytes and time of writing (UTC) of one object."""

    key: str
    size: int
    modified: datetime


class ObjectStore(Protocol):
    """Bytes by key. Every implementation passes `tests/contract/test_object_store.py`."""

    capabilities: frozenset[str]

    def put(
        self,
        key: str,
        source: BinaryIO | Iterable[bytes],
        *,
        sha256: str | None = None,
        size: int | None = None,
    ) -> Stored:
        """Store `source` under `key`, durable when this returns.

        The source is always read and hashed, also when the key exists: who only knows a digest must not learn
        from the answer whether its bytes are held. Raises DigestMismatch (bytes are not those announced by
        `sha256` or `size`), ObjectConflict (key holds an object of another size), StoreFull, StoreUnavailable.
        """
        ...

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes `start` up to and without `end`, in chunks; past the object's end there is nothing.

        Raises ObjectMissing at the call, not at the first chunk.
        """
        ...

    def stat(self, key: str) -> ObjectStat | None:
        """Size and time of the object, or None where there is none."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object for good; one that is not there is no error."""
        ...

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """All objects whose key starts with `prefix`, by key in code point order."""
        ...

    def join(self, key: str, parts: Sequence[str], *, source: ObjectStore, sha256: str) -> Stored:
        """Join staged `parts` of `source`, in this order, to one object under `key`; the parts stay.

        The digest of the whole is verified before the object can be seen. Raises as `put`, and ObjectMissing
        for a part that is not there.
        """
        ...

    def url(self, key: str, *, filename: str, media_type: str, expires: timedelta) -> str | None:
        """An address from which a browser may fetch the object for a while, or None without PRESIGNED."""
        ...

    def part_url(self, key: str, *, expires: timedelta) -> str | None:
        """An address to which a browser may PUT one staged part, or None without PRESIGNED."""
        ...


class LockMode(StrEnum):
    """Who may shorten a lock: GOVERNANCE those with a special right at the store, COMPLIANCE nobody."""

    GOVERNANCE = "GOVERNANCE"
    COMPLIANCE = "COMPLIANCE"


@dataclass(frozen=True, slots=True)
class Lock:
    """What keeps an object from being removed: a day that has not come, a legal hold, or nothing."""

    until: datetime | None = None
    mode: LockMode | None = None
    held: bool = False


class LockingStore(ObjectStore, Protocol):
    """What a store with OBJECT_LOCK can do besides. `delete` of a locked object raises ObjectLocked."""

    def retain(self, key: str, *, until: datetime, mode: LockMode) -> None:
        """Lock the object until then. Raises ObjectMissing, and StoreUnavailable where the store refuses."""
        ...

    def hold(self, key: str, *, held: bool) -> None:
        """Put the object under legal hold, or lift it. Raises as `retain`."""
        ...

    def lock_of(self, key: str) -> Lock:
        """Return what keeps the object. Raises ObjectMissing."""
        ...


def blob_key(sha256: str) -> str:
    """The key under which bytes of this digest lie: `blobs/ab/cd/<sha256>`. Raises InvalidKey."""
    if not _DIGEST.match(sha256):
        raise InvalidKey("A digest is 64 lower-case hexadecimal digits.", key=sha256)
    return f"blobs/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def digest_of(key: str) -> str:
    """Return the digest that a key made by `blob_key` names, "" for another key."""
    last = key.rpartition("/")[2]
    return last if _DIGEST.match(last) and key == blob_key(last) else ""


def checked_key(key: str) -> str:
    """The key itself, when every store can hold it: ASCII segments that cannot climb, hide or be empty.

    Raises InvalidKey. A segment starts with a letter, a digit or `_`, which keeps out `..`, `.hidden`,
    absolute paths and NUL, and leaves dotted names to the store's own temporary files.
    """
    if len(key) > _LONGEST_KEY or not _KEY.match(key) or any(len(part) > 200 for part in key.split("/")):
        raise InvalidKey(f"{key[:80]!r} is not a key this store can hold.", key=key)
    return key


def chunks_of(source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a file-like object or of an iterable, as chunks that are not empty."""
    read = getattr(source, "read", None)
    if read is None:
        yield from (chunk for chunk in source if chunk)
        return
    while chunk := read(CHUNK):
        yield chunk
