"""What old Office files say of themselves: title, author and dates of their property set (MS-OLEPS)."""

from __future__ import annotations

import datetime as dt
import struct

from ingest.formats.base import Unreadable
from ingest.formats.compound import CompoundFile

Metadata = dict[str, str | int | float | bool | None]

SUMMARY = "\x05SummaryInformation"
_NAMES = {
    2: "title",
    3: "subject",
    4: "author",
    5: "keywords",
    6: "description",
    8: "modified_by",
    12: "created",
    13: "modified",
}
_ANSI, _UNICODE, _TIME, _SHORT = 0x1E, 0x1F, 0x40, 0x02
_UTF8, _UTF16 = 65001, 1200
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_MOST = 200


def summary_of(file: CompoundFile) -> Metadata:
    """Title, author, dates of a compound file; nothing where there is no property set, or a damaged one."""
    if SUMMARY not in file.streams:
        return {}
    try:
        return _properties(file.read(SUMMARY))
    except (struct.error, Unreadable):
        return {}


def _properties(data: bytes) -> Metadata:
    start = struct.unpack_from("<I", data, 44)[0]
    count = struct.unpack_from("<I", data, start + 4)[0]
    places = dict(struct.unpack_from("<II", data, start + 8 + 8 * at) for at in range(min(count, _MOST)))
    page = 1252
    if 1 in places:
        page = struct.unpack_from("<H", data, start + places[1] + 4)[0]
    found: Metadata = {}
    for number, name in _NAMES.items():
        if number in places and (value := _value(data, start + places[number], page)):
            found[name] = value
    return found


def _value(data: bytes, place: int, page: int) -> str:
    kind, length = struct.unpack_from("<II", data, place)
    body = data[place + 8 : place + 8 + min(length, 65536) * (2 if kind == _UNICODE else 1)]
    if kind == _UNICODE or (kind == _ANSI and page == _UTF16):
        return _clean(body.decode("utf-16-le", "replace"))
    if kind == _ANSI:
        return _clean(decoded_ansi(body, page))
    if kind == _TIME:
        return filetime(struct.unpack_from("<Q", data, place + 4)[0])
    return ""


def decoded_ansi(data: bytes, page: int) -> str:
    """Bytes of a Windows code page as text; Windows-1252 where the page is not known."""
    try:
        return data.decode("utf-8" if page == _UTF8 else f"cp{page}", "replace")
    except LookupError:
        return data.decode("cp1252", "replace")


def filetime(ticks: int) -> str:
    """A Windows time (tenths of microseconds since 1601) as ISO 8601; empty for none or one beyond the calendar."""
    try:
        moment = _EPOCH + dt.timedelta(microseconds=ticks // 10)
    except OverflowError:
        return ""
    return moment.isoformat(timespec="seconds") if moment.year > 1900 else ""


def _clean(text: str) -> str:
    return text.split("\x00", maxsplit=1)[0].strip()
