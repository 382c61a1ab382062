"""What a file is, told from its bytes; its name only chooses among texts and shows when the two disagree.

Guide on extraction, E: a sniffer of our own was right on all 506 files tried, without a library.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ingest.formats.decoding import has_mark, unmarked_utf16
from ingest.reading.formats import EXTENSIONS, MEDIA_TYPES, ZIP_MIMETYPES

_HEAD = 8192
_MAGICS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"{\\rtf", "rtf"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"II+\x00", "tiff"),
    (0, b"GIF8", "gif"),
    (0, b"\x00\x00\x00\x0cjP  ", "jp2"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"\x1f\x8b", "gz"),
    (257, b"ustar", "tar"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted_office"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_MAIL_LINE = re.compile(rb"[!-9;-~]{1,70}:[ \t]?[^\n]*\n(?:[ \t]+[^\n]*\n)*")
_MAIL_SIGNS = re.compile(rb"^(?:received|message-id|mime-version|return-path|x-[a-z-]+):", re.I | re.M)
_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n[A-Za-z_][\w -]{0,60}:")
_TEXTS = frozenset({"text", "markdown", "html"})


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`format` is `empty` for no bytes and empty for none we know."""

    format: str
    media_type: str
    mislabelled: str = ""


def sniff(path: Path, name: str) -> Sniffed:
    """Format and media type of the file at `path`; `mislabelled` says so when its name claims another format."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    extension = Path(name).suffix.lower()
    found = "empty" if not head else _binary(head, path) or _text(head, path, extension)
    media_type = MEDIA_TYPES.get(found, "application/octet-stream")
    claimed = EXTENSIONS.get(extension)
    wrong = claimed is not None and found not in ("", "empty", *claimed) and not {found, *claimed} <= _TEXTS
    note = f"mislabelled: the name says {extension[1:]}, the bytes are {found}" if wrong else ""
    return Sniffed(found, media_type, note)


def _binary(head: bytes, path: Path) -> str:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(path)
    if head.startswith(_OLE):
        return _compound(path)
    for offset, magic, found in _MAGICS:
        if head.startswith(magic, offset):
            return found
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return "bmp" if head.startswith(b"BM") and head[6:10] == bytes(4) else ""


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                return ZIP_MIMETYPES.get(package.read("mimetype").decode("ascii", "replace").strip(), "zip")
            if "[Content_Types].xml" in names:
                for folder, found in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
                    if any(name.startswith(folder) for name in names):
                        return found
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return "zip"
    return "zip"


def _compound(path: Path) -> str:
    """OLE2 (MS-CFB): stream names stand in UTF-16 in its directory, which may lie anywhere in the file."""
    with path.open("rb") as stream:
        data = stream.read(64 * 1024 * 1024)
    for stream_name, found in _OLE_STREAMS:
        if stream_name.encode("utf-16-le") in data:
            return found
    return "ole"


def _text(head: bytes, path: Path, extension: str) -> str:
    if not has_mark(head) and not unmarked_utf16(head) and not _is_text(path, extension):
        return ""
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    claimed = EXTENSIONS.get(extension, ())
    if "text" not in claimed and "markdown" not in claimed and _is_mail(head):
        return "eml"
    if "markdown" in claimed or (_FRONT_MATTER.match(head) and "text" not in claimed):
        return "markdown"
    return "html" if "html" in claimed else "text"


def _is_text(path: Path, extension: str) -> bool:
    """No NUL byte; or, in what is named a text and is UTF-8, so few that they are slips of a converter.

    The national corpus has such a norm (Ley 9024): two NUL bytes in half a megabyte of good text.
    """
    with path.open("rb") as stream:
        nuls = sum(chunk.count(0) for chunk in iter(lambda: stream.read(1 << 20), b""))
    if nuls == 0:
        return True
    if not _TEXTS.intersection(EXTENSIONS.get(extension, ())) or nuls * 1000 > path.stat().st_size:
        return False
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_mail(head: bytes) -> bool:
    """RFC 5322: the file opens with header lines, and one that only a mail program writes is among them."""
    lines = 0
    place = 0
    while (line := _MAIL_LINE.match(head, place)) is not None:
        lines += 1
        place = line.end()
    return lines >= 3 and _MAIL_SIGNS.search(head, 0, place) is not None
