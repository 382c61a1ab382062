"""Texts in old workbooks (MS-XLS 2.5.293 and 2.5.296): letters of one or two bytes, and the table that cells share.

The table runs over several records; a text that is cut says at the start of the next record how wide its letters go on.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_WIDE, _FOREIGN, _RICH = 1, 4, 8


def unicode_text(data: bytes, letters: int, *, wide_at: int) -> str:
    """A text of so many letters; the mark for their width stands at `wide_at`, they follow it."""
    wide = data[wide_at] & _WIDE if len(data) > wide_at else 0
    body = data[wide_at + 1 : wide_at + 1 + letters * (2 if wide else 1)]
    return body.decode("utf-16-le" if wide else "latin-1", "replace")


def shared_texts(records: Sequence[bytes]) -> list[str]:
    """The texts of the table, as far as it goes; a table cut short gives those before the cut."""
    reader = _Reader(records)
    if len(reader.record) < 8:
        return []
    count = struct.unpack_from("<I", reader.record, 4)[0]
    reader.place = 8
    found: list[str] = []
    while len(found) < count and not reader.at_end():
        found.append(reader.text())
    return found


class _Reader:
    def __init__(self, records: Sequence[bytes]) -> None:
        self._records = records
        self._at = 0
        self.record = records[0] if records else b""
        self.place = 0

    def at_end(self) -> bool:
        while self.place >= len(self.record) and self._at + 1 < len(self._records):
            self._next()
        return self.place >= len(self.record)

    def text(self) -> str:
        head = self._bytes(3)
        if len(head) < 3:
            return ""
        letters, marks = struct.unpack("<HB", head)
        runs = int.from_bytes(self._bytes(2), "little") if marks & _RICH else 0
        more = int.from_bytes(self._bytes(4), "little") if marks & _FOREIGN else 0
        text = self._letters(letters, bool(marks & _WIDE))
        self._bytes(4 * runs + more, keep=False)
        return text

    def _letters(self, letters: int, wide: bool) -> str:
        parts: list[str] = []
        while letters > 0:
            width = 2 if wide else 1
            here = min(letters, (len(self.record) - self.place) // width)
            data = self.record[self.place : self.place + here * width]
            parts.append(data.decode("utf-16-le" if wide else "latin-1", "replace"))
            self.place += here * width
            letters -= here
            if letters:
                if self._at + 1 >= len(self._records):
                    self.place = len(self.record)
                    break
                self._next()
                wide = bool(self.record[:1] and self.record[0] & _WIDE)
                self.place = 1
        return "".join(parts)

    def _bytes(self, count: int, *, keep: bool = True) -> bytes:
        parts: list[bytes] = []
        while count > 0 and not self.at_end():
            part = self.record[self.place : self.place + count]
            self.place += len(part)
            count -= len(part)
            if keep:
                parts.append(part)
        return b"".join(parts)

    def _next(self) -> None:
        self._at += 1
        self.record, self.place = self._records[self._at], 0
