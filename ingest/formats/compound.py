"""Compound files (MS-CFB), the container of old Office documents and Outlook messages: streams by name, within limits.

Chains of sectors are followed with a count, so that a loop in them is damage and not a hang.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from ingest.formats.base import Unreadable

MOST_BYTES = 200 * 1024**2
"""A compound file above this is not read: the whole of it is held while its streams are followed."""
_FREE = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""
_HEADER = 512
_ENTRY = 128
_MOST_ENTRIES = 100_000
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_NONE = 0xFFFFFFFF
_SMALL_STREAM = 4096


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory: a stream, or a storage that holds others."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class CompoundFile:
    """The streams of a compound file, by their paths such as `__attach_version1.0_#00000000/__substg1.0_3707001F`."""

    def __init__(self, data: bytes) -> None:
        """Raises Unreadable (`damaged`) for what is no compound file."""
        if len(data) < _HEADER or data[:8] != b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise _damaged("it has no header")
        self._data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small_shift != 6:
            raise _damaged("its sectors have no known size")
        self._sector = 1 << shift
        self._table = self._allocation()
        self._entries = self._directory(struct.unpack_from("<I", data, 48)[0])
        root = self._entries[0]
        self._small = self._chain(root.start, self._table, root.size)
        self._small_table = _numbers(self._chain(struct.unpack_from("<I", data, 60)[0], self._table, None))
        self.streams = self._named()

    @classmethod
    def opened(cls, path: Path) -> CompoundFile:
        """The compound file at `path`. Raises Unreadable: damaged, too_large."""
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable("too_large", f"Files of this kind are read up to {MOST_BYTES // 2**20} MB.")
        return cls(path.read_bytes())

    def read(self, name: str) -> bytes:
        """The bytes of a stream. Raises Unreadable (`damaged`) where there is none."""
        entry = self.streams.get(name)
        if entry is None:
            raise _damaged(f"it lacks its stream {name}")
        if entry.size < _SMALL_STREAM:
            return self._small_chain(entry.start, entry.size)
        return self._chain(entry.start, self._table, entry.size)

    def _at(self, sector: int) -> bytes:
        place = (sector + 1) * self._sector
        return self._data[place : place + self._sector]

    def _allocation(self) -> tuple[int, ...]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        following, count = struct.unpack_from("<II", self._data, 68)
        most = len(self._data) // self._sector + 1
        for _ in range(min(count, most)):
            if following >= _FREE:
                break
            numbers = _numbers(self._at(following))
            if len(numbers) * 4 < self._sector:
                break
            sectors += numbers[:-1]
            following = numbers[-1]
        used = [sector for sector in sectors if sector < _FREE][:most]
        return _numbers(b"".join(map(self._at, used)))

    def _chain(self, sector: int, table: tuple[int, ...], size: int | None) -> bytes:
        wanted = len(self._data) if size is None else min(size, len(self._data))
        parts, left = [], wanted
        steps = len(table) + 1
        while sector < _FREE and left > 0 and steps > 0:
            part = self._at(sector)
            parts.append(part)
            left -= len(part)
            steps -= 1
            sector = table[sector] if sector < len(table) else _NONE
        return b"".join(parts)[:wanted]

    def _small_chain(self, sector: int, size: int) -> bytes:
        parts = []
        for _ in range(_SMALL_STREAM // 64):
            if sector >= len(self._small_table):
                break
            parts.append(self._small[sector * 64 : sector * 64 + 64])
            sector = self._small_table[sector]
        return b"".join(parts)[:size]

    def _directory(self, start: int) -> list[Entry]:
        data = self._chain(start, self._table, None)[: _MOST_ENTRIES * _ENTRY]
        entries = [_entry(data[place : place + _ENTRY]) for place in range(0, len(data) - _ENTRY + 1, _ENTRY)]
        if not entries or entries[0].kind != _ROOT:
            raise _damaged("it has no directory")
        return entries

    def _named(self) -> dict[str, Entry]:
        """The streams by path: each storage's children form a tree; an entry met twice is damage and left out."""
        found: dict[str, Entry] = {}
        met = {0}
        waiting = [(self._entries[0].child, "")]
        while waiting:
            number, folder = waiting.pop()
            if number >= len(self._entries) or number in met:
                continue
            met.add(number)
            entry = self._entries[number]
            waiting += [(entry.left, folder), (entry.right, folder)]
            if entry.kind == _STREAM:
                found.setdefault(folder + entry.name, entry)
            elif entry.kind == _STORAGE and folder.count("/") < 20:
                waiting.append((entry.child, f"{folder}{entry.name}/"))
        return found


def _entry(line: bytes) -> Entry:
    length = min(max(struct.unpack_from("<H", line, 64)[0] - 2, 0), 62)
    left, right, child = struct.unpack_from("<III", line, 68)
    start, size = struct.unpack_from("<II", line, 116)
    return Entry(line[:length].decode("utf-16-le", "replace"), line[66], left, right, child, start, size)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _damaged(why: str) -> Unreadable:
    return Unreadable("damaged", f"The document is damaged: {why}.")
