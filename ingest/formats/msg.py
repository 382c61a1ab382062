"""Outlook messages (MS-OXMSG): the words of the message as its page, what is attached as parts."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.formats.base import Extracted, Heading, ReadFailure, Unreadable
from ingest.formats.compound import CompoundFile
from ingest.formats.html import page_of_html
from ingest.formats.inner import may_take, nested, read_part, refused_part, safe_name
from ingest.formats.packed_rtf import unpacked_rtf
from ingest.formats.rtf import read_rtf
from ingest.formats.summary import decoded_ansi, filetime
from ingest.formats.text import text_page
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of

_PROPERTIES = "__properties_version1.0"
_ATTACHED = re.compile(r"__attach_version1\.0_#[0-9A-Fa-f]{8}/")
_SUBJECT, _BODY, _PACKED_RTF, _HTML = "0037", "1000", "1009", "1013"
_DATA, _LONG_NAME, _SHORT_NAME, _SHOWN_NAME = "3701", "3707", "3704", "3001"
_CODE_PAGE, _HTML_CODE_PAGE, _SENT, _RECEIVED = 0x3FFD, 0x3FDE, 0x0039, 0x0E06
_METADATA = {"0037": "title", "0C1A": "author", "0E04": "to", "0E03": "cc", "1035": "message_id"}
_LONGEST = 2000


class MsgReader:
    """Reads one message with all it carries."""

    formats = frozenset({"msg"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, too_large."""
        file = CompoundFile.opened(path)
        try:
            return _message(file, "")
        except struct.error as error:
            raise Unreadable("damaged", "The message is damaged: its properties are cut short.") from error


def _message(file: CompoundFile, folder: str) -> Extracted:
    """A message that lies in a storage of the file; attached messages lie within their attachment's."""
    numbers = _numbers(file, folder, 24 if folder else 32)
    page_number = numbers.get(_CODE_PAGE, 1252)
    text, headings = _body(file, folder, page_number, numbers.get(_HTML_CODE_PAGE, page_number))
    page = text_page(1, text)
    with nested():
        parts = [_attachment(file, place, page_number) for place in _attachments(file, folder)]
    metadata: dict[str, str | int | float | bool | None] = {
        name: value[:_LONGEST]
        for code, name in _METADATA.items()
        if (value := " ".join(_string(file, folder, code, page_number).split()))
    }
    if sent := filetime(numbers.get(_SENT) or numbers.get(_RECEIVED) or 0):
        metadata["created"] = sent
    return Extracted(
        format="msg",
        media_type=MEDIA_TYPES["msg"],
        language=language_of([page.text]),
        pages=[page],
        headings=headings if page.text else [],
        metadata=metadata,
        parts=parts,
    )


def _numbers(file: CompoundFile, folder: str, head: int) -> dict[int, int]:
    """Properties of fixed size: eight bytes each, whatever they mean."""
    if folder + _PROPERTIES not in file.streams:
        return {}
    data = file.read(folder + _PROPERTIES)
    found = {}
    for place in range(head, len(data) - 15, 16):
        _, number, _, value = struct.unpack_from("<HHIQ", data, place)
        found[number] = value if number in (_SENT, _RECEIVED) else value & 0xFFFFFFFF
    return found


def _stream(file: CompoundFile, folder: str, code: str, kind: str) -> bytes:
    name = f"{folder}__substg1.0_{code}{kind}"
    return file.read(name) if name in file.streams else b""


def _string(file: CompoundFile, folder: str, code: str, code_page: int) -> str:
    if data := _stream(file, folder, code, "001F"):
        return data.decode("utf-16-le", "replace").rstrip("\0")
    return decoded_ansi(_stream(file, folder, code, "001E"), code_page).rstrip("\0")


def _body(file: CompoundFile, folder: str, code_page: int, html_page: int) -> tuple[str, list[Heading]]:
    """The plain text; without one the HTML, without that the RTF that Outlook keeps packed."""
    text = _string(file, folder, _BODY, code_page).replace("\r\n", "\n").strip("\n")
    if text.strip():
        return text, []
    html = _stream(file, folder, _HTML, "0102")
    if html:
        return page_of_html(html, "utf-8" if html_page == 65001 else f"cp{html_page}")
    if marked := _string(file, folder, _HTML, code_page):
        return page_of_html(marked.encode("utf-8", "replace"), "utf-8")
    rtf = unpacked_rtf(_stream(file, folder, _PACKED_RTF, "0102"))
    if not rtf:
        return "", []
    read = read_rtf(rtf)
    return read.pages[0].text, read.headings


def _attachments(file: CompoundFile, folder: str) -> Iterator[str]:
    ours = (name for name in file.streams if name.startswith(folder))
    found = {match[0] for name in ours if (match := _ATTACHED.match(name, len(folder)))}
    return iter(sorted(folder + one for one in found))


def _attachment(file: CompoundFile, folder: str, code_page: int) -> Extracted:
    names = (_string(file, folder, code, code_page) for code in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
    name = safe_name(next(filter(None, names), "") or folder.strip("/")[-8:])
    inner = f"{folder}__substg1.0_{_DATA}000D/"
    if any(one.startswith(inner) for one in file.streams):
        failure = may_take(0)
        if failure is not None:
            return refused_part(name, failure)
        try:
            return replace(_message(file, inner), name=name)
        except Unreadable as error:
            return refused_part(name, error.failure)
    if f"{folder}__substg1.0_{_DATA}0102" not in file.streams:
        return refused_part(name, ReadFailure("no_reader", "What is attached is a link or an object, not a file."))
    return read_part(name, _stream(file, folder, _DATA, "0102"))
