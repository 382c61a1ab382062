"""From the bytes of a text file to its characters: UTF-8, UTF-16, UTF-32, else what Windows, DOS or a Mac wrote."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from ingest.formats.base import Unreadable

MOST_TEXT_BYTES = 100 * 1024 * 1024
"""A text file above this is stored but not read: one page of it would fill a child's memory."""

_MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024
_DOS, _MAC, _WINDOWS = (
    re.compile(rb"(?<=[a-z])[" + letters + rb"](?=[a-z])")
    for letters in (rb"\x82\xa0-\xa4", rb"\x87\x8e\x97\x9c", rb"\xe1\xe9\xed\xf3\xfa\xf1")
)
"""The accented letters of Spanish within a word, as each of the three writes them; to the others they are signs."""
_FEWEST = 3
_FEWEST_WIDE = 16
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x85")
_ODD_LINE_ENDS = ("\r", "\u2028", "\u2029", "\x85")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def text_bytes(path: Path) -> bytes:
    """The bytes of a text file. Raises Unreadable (`too_large`)."""
    size = path.stat().st_size
    if size > MOST_TEXT_BYTES:
        raise Unreadable(
            "too_large", f"Text files are read up to {MOST_TEXT_BYTES // 2**20} MB; this one has {size // 2**20} MB."
        )
    return path.read_bytes()


def decoded(data: bytes, declared: str = "") -> tuple[str, str]:
    """Characters and the encoding used: the mark at the start, UTF-8, the declared one, Windows-1252.

    Lines end with `\\n`. UTF-8 comes before what is declared because bytes that form it by chance are rare, and
    wrong declarations are not (guide on extraction, D). What old DOS and Mac files wrote is told by their accents.
    """
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return _tidy(data[len(mark) :].decode(encoding, "replace")), encoding
    if encoding := unmarked_utf16(data):
        return _tidy(data.decode(encoding, "replace")), encoding
    for encoding in _guessed(data, declared):
        try:
            return _tidy(data.decode(encoding)), encoding
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    # Five bytes have no meaning in Windows-1252; Latin-1 gives each some character.
    return _tidy(data.decode("latin-1")), "latin-1"


def _guessed(data: bytes, declared: str) -> Iterator[str]:
    yield "utf-8"
    yield declared
    # Looked for last: it costs more than the decoding of a whole text.
    yield _written_by(data)


def unmarked_utf16(data: bytes) -> str:
    """UTF-16 without a mark, told by the NUL bytes of its Latin letters: all at odd places, or all at even ones.

    Numbers of two bytes look the same but for the controls that the small ones are.
    """
    sample = data[:_SAMPLE]
    if 0 not in sample:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < _FEWEST_WIDE or max(even, odd) <= len(sample) // 4 or min(even, odd) * 20 >= max(even, odd):
        return ""
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    return "" if _CONTROLS.search(sample.decode(encoding, "replace")) else encoding


def _written_by(data: bytes) -> str:
    """The encoding of a text that is no Unicode and declares none: Windows's, unless its words are those of others."""
    sample = data[:_SAMPLE]
    windows = len(_WINDOWS.findall(sample))
    dos, mac = len(_DOS.findall(sample)), len(_MAC.findall(sample))
    if max(dos, mac) < max(_FEWEST, 2 * windows):
        return "cp1252"
    return "cp850" if dos >= mac else "mac-roman"


def has_mark(head: bytes) -> bool:
    """Whether a byte order mark opens the file; NUL bytes after one of UTF-16 are no sign of binary data."""
    return any(head.startswith(mark) for mark, _ in _MARKED)


def _tidy(text: str) -> str:
    if any(end in text for end in _ODD_LINE_ENDS):
        text = _LINE_ENDS.sub("\n", text)
    return _CONTROLS.sub("\ufffd", text)
