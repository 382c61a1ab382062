"""Ways to read an object other than by chunks: as a file-like stream, and as a path for readers of files."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from storage.base import CHUNK, ObjectStore, digest_of
from storage.errors import DigestMismatch, ObjectMissing
from storage.local import LocalStore


class ObjectStream(io.RawIOBase):
    """A seekable stream over one object; each seek that leaves the present place starts a new range read."""

    def __init__(self, store: ObjectStore, key: str) -> None:
        stat = store.stat(key)
        if stat is None:
            raise ObjectMissing("The file is not in the store.", key=key)
        self._store, self._key, self._size = store, key, stat.size
        self._place = 0
        self._rest = b""
        self._chunks: Iterator[bytes] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        place = base + offset
        if place < 0:
            raise ValueError("negative seek position")
        if place != self._place:
            self._leave()
            self._place = place
        return place

    def _leave(self) -> None:
        ending = getattr(self._chunks, "close", None)
        if ending is not None:
            ending()
        self._rest, self._chunks = b"", None

    def close(self) -> None:
        """End the read in progress too: it may hold a connection."""
        self._leave()
        super().close()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill what one chunk gives; RawIOBase builds `read` on this."""
        if not self._rest:
            if self._chunks is None:
                self._chunks = self._store.open(self._key, start=self._place)
            self._rest = next(self._chunks, b"")
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._place += count
        return count


def open_stream(store: ObjectStore, key: str) -> BinaryIO:
    """A buffered, seekable, read-only stream over an object. Raises ObjectMissing."""
    return io.BufferedReader(ObjectStream(store, key), CHUNK)


@contextmanager
def checked_out(store: ObjectStore, key: str) -> Iterator[Path]:
    """A path that holds the object's bytes while the block runs; read it, never write to it.

    The local store lends its own file; others a copy that is removed afterwards, and that is proved by its digest
    where the key is one. Raises ObjectMissing, and DigestMismatch for bytes that came other than they were stored.
    """
    if isinstance(store, LocalStore):
        yield store.path_of(key)
        return
    with tempfile.NamedTemporaryFile(prefix="legajo-", suffix=".object") as copy:
        digest = hashlib.sha256()
        for chunk in store.open(key):
            copy.write(chunk)
            digest.update(chunk)
        copy.flush()
        announced = digest_of(key)
        if announced and digest.hexdigest() != announced:
            raise DigestMismatch("The file store gave back other bytes than were stored.", key=key)
        yield Path(copy.name)
