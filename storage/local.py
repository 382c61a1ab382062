"""Objects as files of one folder: temporary file, fsync, link under the key, fsync of the folder.

After `put` has returned, neither kill -9 nor a power cut loses the object; before, nothing is visible.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from storage.base import CHUNK, LOCAL_PATHS, ObjectStat, ObjectStore, Stored, checked_key, chunks_of
from storage.crash_points import reached
from storage.errors import DigestMismatch, ObjectConflict, ObjectMissing, StoreFull, StoreUnavailable

_TEMPORARY = ".incoming"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EXDEV}


class LocalStore:
    """A store in `root`, made at need. Safe for many threads and many processes at once."""

    capabilities = frozenset({LOCAL_PATHS})

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._incoming = self.root / _TEMPORARY
        self._durable: set[Path] = set()
        self._lock = threading.Lock()
        with _named(""):
            self._incoming.mkdir(parents=True, exist_ok=True)

    def put(
        self,
        key: str,
        source: BinaryIO | Iterable[bytes],
        *,
        sha256: str | None = None,
        size: int | None = None,
    ) -> Stored:
        """See ObjectStore.put."""
        target = self._target(key)
        present = self.stat(key)
        if present is not None:
            digest, length = _hashed(chunks_of(source))
            _verify(key, digest, length, sha256, size)
            return self._kept(key, target, digest, length)
        temporary = self._incoming / uuid.uuid4().hex
        try:
            digest, length = self._written(key, temporary, chunks_of(source))
            _verify(key, digest, length, sha256, size)
            return self._placed(key, temporary, target, digest, length)
        finally:
            with suppress(OSError):
                temporary.unlink()

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See ObjectStore.open."""
        path = self.path_of(key)
        try:
            with _named(key):
                stream = path.open("rb", buffering=0)
        except FileNotFoundError:
            raise _missing(key) from None
        return _range_of(stream, key, start, end)

    def stat(self, key: str) -> ObjectStat | None:
        """See ObjectStore.stat."""
        try:
            with _named(key):
                found = self._target(key).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not S_ISREG(found.st_mode):
            return None
        return ObjectStat(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def delete(self, key: str) -> None:
        """See ObjectStore.delete."""
        target = self._target(key)
        with suppress(FileNotFoundError), _named(key):
            target.unlink()
            reached("local.removed")
            _sync_folder(target.parent)

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """See ObjectStore.list."""
        folder = prefix.rpartition("/")[0]
        if folder:
            checked_key(folder)
        return self._below(folder, prefix)

    def join(self, key: str, parts: Sequence[str], *, source: ObjectStore, sha256: str) -> Stored:
        """See ObjectStore.join."""
        return self.put(key, (chunk for part in parts for chunk in source.open(part)), sha256=sha256)

    def url(self, key: str, *, filename: str, media_type: str, expires: timedelta) -> str | None:
        """None: the web process serves the bytes itself."""
        return None

    def part_url(self, key: str, *, expires: timedelta) -> str | None:
        """None: parts are sent to the web process."""
        return None

    def path_of(self, key: str) -> Path:
        """The file that holds the object, for `storage.reading.checked_out`. Raises ObjectMissing."""
        target = self._target(key)
        if not target.is_file():
            raise _missing(key)
        return target

    def sweep_temporary(self, older_than: timedelta) -> int:
        """Remove what interrupted writes left, if untouched for that long; returns how many files went."""
        limit = time.time() - older_than.total_seconds()
        removed = 0
        with _named(""), os.scandir(self._incoming) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.stat().st_mtime < limit:
                        Path(entry.path).unlink()
                        removed += 1
                        reached("local.swept")
        return removed

    def _target(self, key: str) -> Path:
        return self.root / checked_key(key)

    def _written(self, key: str, temporary: Path, chunks: Iterator[bytes]) -> tuple[str, int]:
        # Only our own writes are wrapped: a source that breaks keeps its own error.
        with _named(key):
            out = temporary.open("xb", buffering=0)
        with out:
            digest, length = _hashed(chunks, out, key)
            reached("local.written")
            with _named(key):
                os.fsync(out.fileno())
        reached("local.synced")
        return digest, length

    def _placed(self, key: str, temporary: Path, target: Path, digest: str, length: int) -> Stored:
        with _named(key):
            self._make_folder(target.parent)
            try:
                os.link(temporary, target)
            except FileExistsError:
                return self._kept(key, target, digest, length)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                # A file system without hard links: the names are digests, so losing a race between
                # looking and renaming replaces a file by an equal one.
                if target.exists():
                    return self._kept(key, target, digest, length)
                temporary.rename(target)
            reached("local.linked")
            _sync_folder(target.parent)
        reached("local.placed")
        return Stored(key, length, digest, existing=False)

    def _kept(self, key: str, target: Path, digest: str, length: int) -> Stored:
        with _named(key):
            if target.stat().st_size != length:
                raise ObjectConflict("Other bytes are already stored under this key.", key=key)
            # Whoever wrote it may not have reached its own fsync yet, and we are about to acknowledge it.
            _sync_folder(target.parent)
        return Stored(key, length, digest, existing=True)

    def _make_folder(self, folder: Path) -> None:
        """Make `folder` and sync each new name above it; folders are never removed, so once is enough."""
        if folder in self._durable:
            return
        if folder != self.root:
            self._make_folder(folder.parent)
            folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)
        with self._lock:
            self._durable.add(folder)

    def _below(self, folder: str, prefix: str) -> Iterator[ObjectStat]:
        try:
            with _named(folder), os.scandir(self.root / folder) as entries:
                # With the slash, folders sort as their keys do: "a-b" comes before "a/x".
                found = sorted((f"{folder}/" if folder else "") + e.name + "/" * e.is_dir() for e in entries)
        except (FileNotFoundError, NotADirectoryError):
            return
        for name in found:
            if name == f"{_TEMPORARY}/" or not (name.startswith(prefix) or prefix.startswith(name)):
                continue
            if name.endswith("/"):
                yield from self._below(name[:-1], prefix)
            elif (stat := self.stat(name)) is not None:
                yield stat


@contextmanager
def _named(key: str) -> Iterator[None]:
    """Give an operating system error its name; a missing file stays what it is, callers know what it means."""
    try:
        yield
    except (FileNotFoundError, FileExistsError, NotADirectoryError):
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFull("The file store is full; make room and try again.", key=key) from error
        raise StoreUnavailable(f"The file store cannot be used: {error.strerror}.", key=key) from error


def _hashed(chunks: Iterator[bytes], out: BinaryIO | None = None, key: str = "") -> tuple[str, int]:
    digest = hashlib.sha256()
    length = 0
    for chunk in chunks:
        digest.update(chunk)
        length += len(chunk)
        if out is not None:
            with _named(key):
                view = memoryview(chunk)
                while view:
                    view = view[out.write(view) :]
    return digest.hexdigest(), length


def _verify(key: str, digest: str, length: int, sha256: str | None, size: int | None) -> None:
    if size is not None and length != size:
        raise DigestMismatch(f"{length} bytes came where {size} were announced; send it again.", key=key)
    if sha256 is not None and digest != sha256:
        raise DigestMismatch("The bytes do not have the announced SHA-256; send the file again.", key=key)


def _range_of(stream: BinaryIO, key: str, start: int, end: int | None) -> Iterator[bytes]:
    with stream, _named(key):
        stream.seek(max(start, 0))
        left = None if end is None else end - max(start, 0)
        while left is None or left > 0:
            chunk = stream.read(CHUNK if left is None else min(CHUNK, left))
            if not chunk:
                return
            left = None if left is None else left - len(chunk)
            yield chunk


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _missing(key: str) -> ObjectMissing:
    return ObjectMissing("The file is not in the store.", key=key)
