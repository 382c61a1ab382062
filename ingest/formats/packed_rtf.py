"""The packing of RTF within Outlook messages (MS-OXRTFCP): letters, and references into the last 4,096 of them."""

from __future__ import annotations

import struct

_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    b"Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b"
    b"\\i\\u\\tab\\tx"
)
_PACKED, _PLAIN = b"LZFu", b"MELA"
_WINDOW = 4096
MOST_BYTES = 50 * 1024**2


def unpacked_rtf(data: bytes) -> bytes:
    """The RTF; empty where the bytes are not packed in this way. Damage ends it where it begins."""
    if len(data) < 16:
        return b""
    size, kind = struct.unpack_from("<I", data, 4)[0], data[8:12]
    if kind == _PLAIN:
        return data[16 : 16 + size]
    return _unpacked(data, min(size, MOST_BYTES)) if kind == _PACKED else b""


def _unpacked(data: bytes, size: int) -> bytes:
    """The window begins with `_START`, so the letters made so far and it are one row to refer back into."""
    made = bytearray(_START)
    place, end = 16, len(data)
    while place < end and len(made) - len(_START) < size:
        marks = data[place]
        place += 1
        for at in range(8):
            if place >= end:
                break
            if not marks & (1 << at):
                made.append(data[place])
                place += 1
                continue
            if place + 2 > end:
                return bytes(made[len(_START) :])
            reference = data[place] << 8 | data[place + 1]
            place += 2
            offset, length = reference >> 4, (reference & 15) + 2
            if offset == len(made) % _WINDOW:
                return bytes(made[len(_START) :][:size])
            back = (len(made) - offset) % _WINDOW
            for _ in range(length):
                made.append(made[-back] if back <= len(made) else 0x20)
    return bytes(made[len(_START) :][:size])
