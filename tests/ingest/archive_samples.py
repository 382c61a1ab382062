"""7z archives as the tests invent them: members packed together by LZMA2, with any names and marks."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Sequence

DICTIONARY = 1 << 16


def seven_zip(
    members: Sequence[tuple[str, bytes]],
    *,
    attributes: Sequence[int] = (),
    method: bytes = b"\x21",
    settings: bytes = b"\x08",
    sizes: Sequence[int] = (),
) -> bytes:
    """An archive of these members in one folder; `sizes` may lie about how large they are."""
    body = b"".join(data for _, data in members)
    packed = lzma.compress(body, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": DICTIONARY}])
    told = list(sizes) or [len(data) for _, data in members]
    names = b"".join(name.encode("utf-16-le") + b"\0\0" for name, _ in members)
    streams = b"\x06" + _number(0) + _number(1) + b"\x09" + _number(len(packed)) + b"\0"
    coder = bytes((0x20 | len(method),)) + method + _number(len(settings)) + settings
    streams += b"\x07\x0b" + _number(1) + b"\0" + _number(1) + coder + b"\x0c" + _number(sum(told)) + b"\0"
    crcs = b"".join(struct.pack("<I", zlib.crc32(data)) for _, data in members)
    streams += b"\x08\x0d" + _number(len(members)) + b"\x09" + b"".join(map(_number, told[:-1])) + b"\x0a\x01" + crcs
    streams += b"\0"
    files = _number(len(members)) + b"\x11" + _number(len(names) + 1) + b"\0" + names
    if attributes:
        marks = b"\x01\0" + struct.pack(f"<{len(attributes)}I", *attributes)
        files += b"\x15" + _number(len(marks)) + marks
    header = b"\x01\x04" + streams + b"\0\x05" + files + b"\0\0"
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


def _number(value: int) -> bytes:
    for extra in range(8):
        if value < 1 << (7 * (extra + 1)):
            mark = (0xFF << (8 - extra)) & 0xFF
            return bytes((mark | value >> (8 * extra),)) + (value & ((1 << 8 * extra) - 1)).to_bytes(extra, "little")
    return b"\xff" + value.to_bytes(8, "little")
