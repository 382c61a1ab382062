"""7z archives: the bytes of their members, unpacked as they are asked for, by what Python brings along.

Members packed together are unpacked one after the other: asked for in their order, each costs only its own bytes.
"""

from __future__ import annotations

import bz2
import lzma
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from ingest.archives.errors import ArchiveError, DamagedArchive, EncryptedMember, UnknownMethod, UnsafeArchive
from ingest.archives.seven_zip_header import START, Folder, Item, Malformed, read_header

MOST_DICTIONARY = 256 * 1024**2
"""Memory that unpacking may take; 7z itself asks for more only when told to."""
_CHUNK = 1024 * 1024
_FILTERS = {
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}
_COPY, _DELTA, _LZMA, _LZMA2 = b"\x00", b"\x03", b"\x03\x01\x01", b"\x21"
_DEFLATE, _BZIP2, _AES = b"\x04\x01\x08", b"\x04\x02\x02", b"\x06\xf1\x07\x01"


class SevenZip:
    """An open archive; its members may be read by several threads, one at a time."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedArchive, EncryptedMember, UnknownMethod, UnsafeArchive."""
        self._file: IO[bytes] = path.open("rb")
        self._lock = threading.Lock()
        self._at: tuple[int, int, Iterator[bytes], bytes] = (-1, 0, iter(()), b"")
        try:
            size = path.stat().st_size
            self.items, self.folders = read_header(self._file.read(START), size, self._read, self._whole)
        except Malformed as error:
            self._file.close()
            raise DamagedArchive(f"The archive cannot be opened ({error}).") from error
        except ArchiveError:
            self._file.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def chunks(self, item: Item) -> Iterator[bytes]:
        """The bytes of a member. Raises ArchiveError."""
        if item.folder < 0:
            return
        with self._lock:
            folder = self.folders[item.folder]
            at, place, source, rest = self._at
            if at != item.folder or place > item.place:
                place, source, rest = 0, self._unpacked(folder), b""
            self._at = (-1, 0, iter(()), b"")
            crc, end = 0, item.place + item.size
            while place < end:
                chunk = rest or next(source, b"")
                if not chunk:
                    raise DamagedArchive(f"{item.name!r} cannot be unpacked (its bytes end too soon).")
                wanted = chunk[max(item.place - place, 0) : end - place]
                rest = chunk[end - place :]
                place += len(chunk) - len(rest)
                if wanted:
                    crc = zlib.crc32(wanted, crc)
                    yield wanted
            if item.crc is not None and crc != item.crc:
                raise DamagedArchive(f"{item.name!r} cannot be unpacked (its bytes do not agree with their checksum).")
            self._at = (item.folder, place, source, rest)

    def _read(self, place: int, size: int) -> bytes:
        self._file.seek(place)
        return self._file.read(size)

    def _whole(self, folder: Folder) -> bytes:
        return b"".join(self._unpacked(folder))

    def _unpacked(self, folder: Folder) -> Iterator[bytes]:
        """The bytes of a folder, never more than it says it holds."""
        decoder = _decoder(folder)
        left, place, packed_left = folder.size, folder.offset, folder.packed
        try:
            while left > 0:
                data = b""
                if getattr(decoder, "needs_input", True) and packed_left > 0:
                    data = self._read(place, min(_CHUNK, packed_left))
                    place, packed_left = place + len(data), packed_left - len(data)
                chunk = decoder.decompress(data, min(_CHUNK, left))
                if not chunk and (packed_left <= 0 or not data):
                    return
                left -= len(chunk)
                if chunk:
                    yield chunk
        except (lzma.LZMAError, zlib.error, OSError, EOFError, ValueError) as error:
            raise DamagedArchive(f"The archive cannot be unpacked ({error}).") from error


class _Copied:
    """What was stored as it is."""

    needs_input = True

    def decompress(self, data: bytes, most: int) -> bytes:
        return data[:most]


class _Deflated:
    """zlib's decoder keeps what it has not used; the others of Python do that themselves."""

    def __init__(self) -> None:
        self._inside = zlib.decompressobj(-15)

    @property
    def needs_input(self) -> bool:
        return not self._inside.unconsumed_tail

    def decompress(self, data: bytes, most: int) -> bytes:
        return self._inside.decompress(self._inside.unconsumed_tail + data, most)


def _decoder(folder: Folder) -> Any:
    methods = [method for method, _ in folder.coders]
    if _AES in methods:
        raise EncryptedMember("The archive asks for a password; unpack it and import its files.")
    if methods == [_COPY]:
        return _Copied()
    if methods == [_DEFLATE]:
        return _Deflated()
    if methods == [_BZIP2]:
        return bz2.BZ2Decompressor()
    # What was done first to the bytes comes first for lzma; writers put it on either side of the compression.
    coders = sorted(folder.coders, key=lambda coder: coder[0] in (_LZMA, _LZMA2))
    methods = [method for method, _ in coders]
    if methods[-1] in (_LZMA, _LZMA2) and all(one in _FILTERS or one == _DELTA for one in methods[:-1]):
        try:
            return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[_filter(*coder) for coder in coders])
        except (lzma.LZMAError, ValueError) as error:
            raise DamagedArchive(f"The archive cannot be unpacked ({error}).") from error
    raise UnknownMethod("The archive was packed in a way that is not unpacked here; pack it anew as ZIP.")


def _filter(method: bytes, properties: bytes) -> dict[str, Any]:
    if method == _DELTA:
        return {"id": lzma.FILTER_DELTA, "dist": (properties[0] if properties else 0) + 1}
    if method == _LZMA:
        if len(properties) < 5 or properties[0] >= 225:
            raise DamagedArchive("The archive cannot be unpacked (its settings are not valid).")
        packing, rest = divmod(properties[0], 9)
        return {
            "id": lzma.FILTER_LZMA1,
            "dict_size": _dictionary(int.from_bytes(properties[1:5], "little")),
            "lc": rest,
            "lp": packing % 5,
            "pb": packing // 5,
        }
    if method == _LZMA2:
        step = properties[0] if properties else 0
        return {"id": lzma.FILTER_LZMA2, "dict_size": _dictionary((2 | (step & 1)) << (min(step, 40) // 2 + 11))}
    return {"id": _FILTERS[method]}


def _dictionary(size: int) -> int:
    if size > MOST_DICTIONARY:
        raise UnsafeArchive(f"Unpacking would take {size // 2**20} MB of memory; pack it with a smaller dictionary.")
    return max(size, 4096)
