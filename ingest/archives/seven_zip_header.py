"""What a 7z archive says of itself: its members, and how the bytes they were packed into are unpacked.

After the format's own description (7zFormat.txt of the LZMA SDK). Every count is checked against the bytes that are
there, so that a lie costs no memory.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate

MAGIC = b"7z\xbc\xaf\x27\x1c"
START = 32
MOST_HEADER = 64 * 1024**2
_END, _HEADER, _ADDITIONAL, _MAIN, _FILES, _PACKED, _FOLDERS, _SUBSTREAMS = 0, 1, 3, 4, 5, 6, 7, 8
_SIZE, _CRC, _FOLDER, _UNPACKED_SIZES, _STREAM_COUNTS, _EMPTY, _EMPTY_FILE, _ANTI = 9, 10, 11, 12, 13, 14, 15, 16
_NAMES, _ATTRIBUTES, _ENCODED = 17, 21, 23
_MOST_CODERS = 4
_MOST_ENCODINGS = 4


class Malformed(ValueError):
    """The header is not what the format allows."""


@dataclass(slots=True)
class Folder:
    """Bytes packed together: the coders they went through, where they lie, and the members they hold."""

    coders: list[tuple[bytes, bytes]] = field(default_factory=list)
    packed_streams: int = 1
    offset: int = 0
    packed: int = 0
    size: int = 0
    crc: int | None = None
    sizes: list[int] = field(default_factory=list)
    crcs: list[int | None] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """A member: `folder` and `place` in its unpacked bytes, or none of these where it is empty."""

    name: str
    size: int = 0
    attributes: int = 0
    is_folder: bool = False
    folder: int = -1
    place: int = 0
    crc: int | None = None


class _Bytes:
    """The header as it is read; beyond its end is damage."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._place

    def take(self, count: int) -> bytes:
        if count < 0 or count > self.left:
            raise Malformed("its header is cut short")
        self._place += count
        return self._data[self._place - count : self._place]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        first, value = self.byte(), 0
        for at in range(8):
            mask = 0x80 >> at
            if not first & mask:
                return value | ((first & (mask - 1)) << (8 * at))
            value |= self.byte() << (8 * at)
        return value

    def count(self) -> int:
        """A number of things of which each takes at least a bit."""
        number = self.number()
        if number > 8 * self.left + 64:
            raise Malformed("its header promises more than it holds")
        return number

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[at // 8] & (0x80 >> at % 8)) for at in range(count)]

    def known(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.bits(count)

    def crcs(self, count: int) -> list[int | None]:
        return [struct.unpack("<I", self.take(4))[0] if known else None for known in self.known(count)]


def read_header(
    start: bytes, file_size: int, read: Callable[[int, int], bytes], unpack: Callable[[Folder], bytes]
) -> tuple[list[Item], list[Folder]]:
    """The members and folders. `read` gives bytes of the file, `unpack` those of a folder. Raises Malformed."""
    if len(start) < START or not start.startswith(MAGIC):
        raise Malformed("it has no header")
    offset, size, crc = struct.unpack_from("<QQI", start, 12)
    if size == 0:
        return [], []
    if size > MOST_HEADER or START + offset + size > file_size:
        raise Malformed("its header lies outside the file")
    data = read(START + offset, size)
    if zlib.crc32(data) != crc:
        raise Malformed("its header has changed since it was written")
    for _ in range(_MOST_ENCODINGS):
        source = _Bytes(data)
        kind = source.byte()
        if kind == _HEADER:
            return _header(source)
        if kind != _ENCODED:
            break
        folders = _streams(source)
        if len(folders) != 1 or folders[0].size > MOST_HEADER:
            break
        data = unpack(folders[0])
    raise Malformed("its header is of no known kind")


def _header(source: _Bytes) -> tuple[list[Item], list[Folder]]:
    folders: list[Folder] = []
    items: list[Item] = []
    while (kind := source.byte()) != _END:
        if kind == _MAIN:
            folders = _streams(source)
        elif kind == _FILES:
            items = _files(source, folders)
        elif kind == _ADDITIONAL:
            _streams(source)
        else:
            raise Malformed("its header holds what is not known")
    return items, folders


def _streams(source: _Bytes) -> list[Folder]:
    folders: list[Folder] = []
    offset, sizes = 0, list[int]()
    while (kind := source.byte()) != _END:
        if kind == _PACKED:
            offset, sizes = _packed(source)
        elif kind == _FOLDERS:
            folders = _folders(source)
        elif kind == _SUBSTREAMS:
            _substreams(source, folders)
        else:
            raise Malformed("its streams are of no known kind")
    at = 0
    for folder in folders:
        folder.offset = START + offset + sum(sizes[:at])
        folder.packed = sum(sizes[at : at + folder.packed_streams])
        at += folder.packed_streams
        if not folder.sizes and not folder.crcs:
            folder.sizes, folder.crcs = [folder.size], [folder.crc]
    return folders


def _packed(source: _Bytes) -> tuple[int, list[int]]:
    offset, count, sizes = source.number(), source.count(), list[int]()
    while (kind := source.byte()) != _END:
        if kind == _SIZE:
            sizes = [source.number() for _ in range(count)]
        elif kind == _CRC:
            source.crcs(count)
        else:
            raise Malformed("its packed streams are of no known kind")
    return offset, sizes


def _folders(source: _Bytes) -> list[Folder]:
    if source.byte() != _FOLDER:
        raise Malformed("its folders are of no known kind")
    count = source.count()
    if source.byte():
        raise Malformed("its folders lie elsewhere")
    folders: list[Folder] = []
    outputs: list[int] = []
    for _ in range(count):
        folder, made = _folder(source)
        folders.append(folder)
        outputs.append(made)
    while (kind := source.byte()) != _END:
        if kind == _UNPACKED_SIZES:
            for folder, made in zip(folders, outputs, strict=True):
                # That of the first coder is what comes out in the end, in the chains that are unpacked here.
                folder.size, *_ = [source.number() for _ in range(made)]
        elif kind == _CRC:
            for folder, crc in zip(folders, source.crcs(count), strict=True):
                folder.crc = crc
        else:
            raise Malformed("its folders hold what is not known")
    return folders


def _folder(source: _Bytes) -> tuple[Folder, int]:
    folder, inputs, outputs = Folder(), 0, 0
    count = source.number()
    if not 1 <= count <= _MOST_CODERS:
        raise Malformed("a member went through too many coders")
    for _ in range(count):
        marks = source.byte()
        method = source.take(marks & 15)
        made, taken = (1, 1) if not marks & 0x10 else (source.number(), source.number())[::-1]
        inputs, outputs = inputs + taken, outputs + made
        folder.coders.append((method, source.take(source.number()) if marks & 0x20 else b""))
    if max(inputs, outputs) > 32:
        raise Malformed("a member went through too many coders")
    for _ in range(2 * (outputs - 1)):
        source.number()
    folder.packed_streams = inputs - (outputs - 1)
    if folder.packed_streams > 1:
        for _ in range(folder.packed_streams):
            source.number()
    return folder, outputs


def _substreams(source: _Bytes, folders: list[Folder]) -> None:
    counts = [1] * len(folders)
    kind = source.byte()
    if kind == _STREAM_COUNTS:
        counts = [source.count() for _ in folders]
        kind = source.byte()
    for folder, count in zip(folders, counts, strict=True):
        sizes = [source.number() for _ in range(count - 1)] if kind == _SIZE else []
        folder.sizes = [*sizes, folder.size - sum(sizes)] if count else []
        if any(size < 0 for size in folder.sizes):
            raise Malformed("its members are larger than what holds them")
        folder.crcs = [folder.crc if count == 1 else None] * count
    if kind == _SIZE:
        kind = source.byte()
    if kind == _CRC:
        unknown = [folder for folder in folders if len(folder.sizes) != 1 or folder.crc is None]
        crcs = iter(source.crcs(sum(len(folder.sizes) for folder in unknown)))
        for folder in unknown:
            folder.crcs = [next(crcs) for _ in folder.sizes]
        kind = source.byte()
    if kind != _END:
        raise Malformed("its members are of no known kind")


def _files(source: _Bytes, folders: list[Folder]) -> list[Item]:
    count = source.count()
    names, attributes = [""] * count, [0] * count
    empty, files, anti = [False] * count, list[bool](), list[bool]()
    while (kind := source.byte()) != _END:
        part = _Bytes(source.take(source.number()))
        if kind == _EMPTY:
            empty = part.bits(count)
        elif kind == _EMPTY_FILE:
            files = part.bits(sum(empty))
        elif kind == _ANTI:
            anti = part.bits(sum(empty))
        elif kind == _NAMES and not part.byte():
            names = part.take(part.left).decode("utf-16-le", "replace").split("\0")[:count]
        elif kind == _ATTRIBUTES:
            known = part.known(count)
            part.byte()
            attributes = [struct.unpack("<I", part.take(4))[0] if one else 0 for one in known]
    if len(names) < count:
        raise Malformed("its members lack their names")
    return _items(names, attributes, empty, files, anti, folders)


def _items(
    names: list[str],
    attributes: list[int],
    empty: list[bool],
    files: list[bool],
    anti: list[bool],
    folders: list[Folder],
) -> list[Item]:
    places = [
        (number, place, size, crc)
        for number, folder in enumerate(folders)
        for place, size, crc in zip(accumulate(folder.sizes, initial=0), folder.sizes, folder.crcs, strict=False)
    ]
    items: list[Item] = []
    held, hollow = iter(places), 0
    for name, marks, is_empty in zip(names, attributes, empty, strict=True):
        if is_empty:
            is_file = hollow < len(files) and files[hollow]
            if not (hollow < len(anti) and anti[hollow]):
                items.append(Item(name, attributes=marks, is_folder=not is_file))
            hollow += 1
            continue
        found = next(held, None)
        if found is None:
            raise Malformed("it has more members than streams")
        items.append(Item(name, found[2], marks, False, found[0], found[1], found[3]))
    return items
