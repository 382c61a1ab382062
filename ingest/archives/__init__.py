"""ZIP and 7z archives of documents: walked safely, each member streamed to a temporary file of its own.

What endangers the machine (too many members, too many bytes, a bomb) refuses the archive; what is wrong with one
member (its name, a link, a password, an archive inside) is that member's failure, and the others go on.
"""

from __future__ import annotations

import re
import stat
import tempfile
import threading
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from ingest.archives.errors import (
    ArchiveError,
    DamagedArchive,
    DuplicateMember,
    EncryptedMember,
    NestedArchive,
    UnsafeArchive,
)
from ingest.archives.seven_zip import SevenZip
from ingest.archives.seven_zip_header import MAGIC, Item
from ingest.reading.sniff import sniff

__all__ = [
    "LEFT_BY_SYSTEMS",
    "ArchiveError",
    "ArchiveMember",
    "DamagedArchive",
    "DuplicateMember",
    "EncryptedMember",
    "NestedArchive",
    "UnsafeArchive",
    "opened_archive",
]

MOST_MEMBERS = 20_000
MOST_BYTES = 20 * 1024**3
MOST_RATIO = 200
RATIO_FROM = 10 * 1024**2
"""The ratio of unpacked to packed bytes is looked at above this many; small repetitive texts pack well."""

_CHUNK = 1024 * 1024
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_UNIX_MODE = 0x8000
_DRIVE = re.compile(r"[A-Za-z]:")
_ARCHIVES = frozenset({"zip", "7z", "rar", "gz", "tar"})
LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """One file of an archive: its path inside, its declared size, and how to get at its bytes.

    `open()` is a context manager that gives a temporary file, removed at its end; `chunks()` gives the bytes as they
    are unpacked. Both raise ArchiveError.
    """

    path: str
    size: int
    chunks: Callable[[], Iterator[bytes]]

    def open(self) -> AbstractContextManager[Path]:
        """The member as a file, for the time of a block; an archive within is refused."""
        return _on_disk(self)


@contextmanager
def opened_archive(path: Path) -> Iterator[list[ArchiveMember]]:
    """The members of an archive, in its order, without folders and without what systems leave behind.

    Raises ArchiveError for the archive as a whole. Members are usable inside the block.
    """
    with path.open("rb") as file:
        seven = file.read(len(MAGIC)) == MAGIC
    if seven:
        archive = SevenZip(path)
        try:
            yield _members_of_seven(archive, _Budget(MOST_BYTES))
        finally:
            archive.close()
        return
    try:
        entries = _OPEN.of(path).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DamagedArchive(f"The archive cannot be opened ({error}).") from error
    try:
        _check(entries)
        yield _members(path, entries, _Budget(MOST_BYTES))
    finally:
        _OPEN.close(path)


class _OpenArchives:
    """The few archives used last, kept open: a folder may hold more of them than a process may open files.

    One that is closed while another thread still reads a member of it stays open to that thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: OrderedDict[Path, zipfile.ZipFile] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, path: Path) -> zipfile.ZipFile:
        with self._lock:
            if path not in self._open:
                self._open[path] = zipfile.ZipFile(path)
            self._open.move_to_end(path)
            if len(self._open) > self._most:
                self._open.popitem(last=False)[1].close()
            return self._open[path]

    def close(self, path: Path) -> None:
        with self._lock:
            if path in self._open:
                self._open.pop(path).close()


_OPEN = _OpenArchives(16)


def member_path(entry: zipfile.ZipInfo) -> str:
    """The path of an entry, with `/` between its parts, as it was meant.

    Without the UTF-8 flag (APPNOTE 6.3.9, 4.4.4) the bytes are tried as UTF-8, which many programs write
    unflagged, then as code page 850: what Windows writes in Spanish, equal to 437 in its lower-case letters.
    """
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8_NAME:
        try:
            encoded = name.encode("cp437")
            name = _either(encoded)
        except UnicodeEncodeError:
            pass
    return name.replace("\\", "/")


def _either(encoded: bytes) -> str:
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError:
        return encoded.decode("cp850")


class _Budget:
    """Bytes that may still be unpacked, counted as they come: headers are not believed."""

    def __init__(self, most: int) -> None:
        self.left = most

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise UnsafeArchive(f"The archive unpacks to more than {MOST_BYTES // 1024**3} GB.")


def _check(entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    _check_size(len(entries), total, sum(entry.compress_size for entry in entries))
    starts = [entry.header_offset for entry in entries]
    if len(set(starts)) != len(starts):
        raise UnsafeArchive("Members of the archive share the same bytes; it may be a bomb.")


def _check_size(members: int, total: int, packed: int) -> None:
    if members > MOST_MEMBERS:
        raise UnsafeArchive(f"The archive has {members} members; at most {MOST_MEMBERS} are taken.")
    if total > MOST_BYTES:
        raise UnsafeArchive(f"The archive would unpack to {total // 1024**3} GB; split it.")
    if total > RATIO_FROM and total > MOST_RATIO * max(packed, 1):
        raise UnsafeArchive("The archive unpacks to far more than it holds; it may be a bomb.")


def _members(archive: Path, entries: list[zipfile.ZipInfo], budget: _Budget) -> list[ArchiveMember]:
    members: list[ArchiveMember] = []
    seen: set[str] = set()
    for entry in entries:
        path = member_path(entry)
        if path.endswith("/") or _left_behind(path):
            continue
        problem = _problem(path, entry.external_attr >> 16, seen)
        if problem is None and entry.flag_bits & _ENCRYPTED:
            problem = EncryptedMember(f"{path[:200]!r} asks for a password; unpack it and import the file.")
        seen.add(path)
        chunks = partial(_refused, problem) if problem else partial(_checked, archive, entry, path, budget)
        members.append(ArchiveMember(path, entry.file_size, chunks))
    return members


def _members_of_seven(archive: SevenZip, budget: _Budget) -> list[ArchiveMember]:
    files = [item for item in archive.items if not item.is_folder]
    _check_size(len(files), sum(item.size for item in files), sum(folder.packed for folder in archive.folders))
    members: list[ArchiveMember] = []
    seen: set[str] = set()
    for item in files:
        path = item.name.replace("\\", "/")
        if _left_behind(path):
            continue
        mode = item.attributes >> 16 if item.attributes & _UNIX_MODE else 0
        problem = _problem(path, mode, seen)
        seen.add(path)
        chunks = partial(_refused, problem) if problem else partial(_counted, archive, item, budget)
        members.append(ArchiveMember(path, item.size, chunks))
    return members


def _left_behind(path: str) -> bool:
    parts = path.split("/")
    return parts[0] == "__MACOSX" or parts[-1] in LEFT_BY_SYSTEMS


def _problem(path: str, mode: int, seen: set[str]) -> ArchiveError | None:
    shown = path.replace("\0", "\\0")[:200]
    if not path or "\0" in path or path.startswith("/") or _DRIVE.match(path) or ".." in path.split("/"):
        return UnsafeArchive(f"The name {shown!r} leads outside the archive.")
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return UnsafeArchive(f"{shown!r} is a link or a device, not a file.")
    if path in seen:
        return DuplicateMember(f"{shown!r} stands in the archive twice; only the first is taken.")
    return None


def _refused(problem: ArchiveError) -> Iterator[bytes]:
    raise problem


@contextmanager
def _on_disk(member: ArchiveMember) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="legajo-", suffix=".member") as copy:
        for chunk in member.chunks():
            copy.write(chunk)
        copy.flush()
        if sniff(Path(copy.name), member.path).format in _ARCHIVES:
            raise NestedArchive(f"{member.path!r} is an archive itself; unpack it and import its files.")
        yield Path(copy.name)


def _counted(archive: SevenZip, item: Item, budget: _Budget) -> Iterator[bytes]:
    for chunk in archive.chunks(item):
        budget.spend(len(chunk))
        yield chunk


def _checked(archive: Path, entry: zipfile.ZipInfo, path: str, budget: _Budget) -> Iterator[bytes]:
    written = 0
    for chunk in _chunks(archive, entry, path):
        budget.spend(len(chunk))
        written += len(chunk)
        if written > RATIO_FROM and written > MOST_RATIO * max(entry.compress_size, 1):
            raise UnsafeArchive(f"{path!r} unpacks to far more than it holds; it may be a bomb.")
        yield chunk


def _chunks(archive: Path, entry: zipfile.ZipInfo, path: str) -> Iterator[bytes]:
    try:
        with _opened_member(archive, entry) as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise DamagedArchive(f"{path!r} cannot be unpacked ({error}).") from error


def _opened_member(archive: Path, entry: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return _OPEN.of(archive).open(entry)
    except ValueError:
        # Another thread's archive took its place between the two calls.
        return _OPEN.of(archive).open(entry)
