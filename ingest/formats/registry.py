"""Which reader reads which format. Readers are loaded when their first file comes, so that a child stays small."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from ingest.formats.base import Reader

ENTRY_POINTS = "legajo.readers"
"""Packages may add readers under this entry point group; each names a callable without arguments."""

_FACTORIES: dict[str, Callable[[], Reader]] = {}
_READERS: dict[str, Reader] = {}
_BUILT_IN = {
    "pdf": "ingest.formats.pdf:PdfReader",
    "docx": "ingest.formats.docx:DocxReader",
    "doc": "ingest.formats.doc:DocReader",
    "eml": "ingest.formats.mail:MailReader",
    "html": "ingest.formats.html:HtmlReader",
    "odt": "ingest.formats.odf:OdfReader",
    "ods": "ingest.formats.odf:OdfReader",
    "odp": "ingest.formats.odf:OdfReader",
    "pptx": "ingest.formats.pptx:PptxReader",
    "xlsx": "ingest.formats.xlsx:XlsxReader",
    "zip": "ingest.formats.archive:ArchiveReader",
    "7z": "ingest.formats.archive:ArchiveReader",
    "xls": "ingest.formats.xls:XlsReader",
    "msg": "ingest.formats.msg:MsgReader",
    "rtf": "ingest.formats.rtf:RtfReader",
    "text": "ingest.formats.text:TextReader",
    "markdown": "ingest.formats.markdown:MarkdownReader",
    **dict.fromkeys(("png", "jpeg", "tiff", "gif", "jp2", "webp", "bmp"), "ingest.formats.images:ImageReader"),
}


def register(format_name: str, factory: Callable[[], Reader]) -> None:
    """Let `factory` make the reader of a format; the last one registered holds."""
    _FACTORIES[format_name] = factory
    _READERS.pop(format_name, None)


def reader_for(format_name: str) -> Reader | None:
    """The reader of a format, made once a process; None where there is none."""
    if not _FACTORIES:
        _fill()
    if format_name not in _READERS and format_name in _FACTORIES:
        _READERS[format_name] = _FACTORIES[format_name]()
    return _READERS.get(format_name)


def readable_formats() -> frozenset[str]:
    """The formats for which there is a reader."""
    if not _FACTORIES:
        _fill()
    return frozenset(_FACTORIES)


def _fill() -> None:
    for format_name, place in _BUILT_IN.items():
        _FACTORIES[format_name] = _later(place)
    for point in entry_points(group=ENTRY_POINTS):
        _FACTORIES[point.name] = _from_package(point)


def _from_package(point: EntryPoint) -> Callable[[], Reader]:
    def make() -> Reader:
        reader: Reader = point.load()()
        return reader

    return make


def _later(place: str) -> Callable[[], Reader]:
    module, _, name = place.partition(":")

    def make() -> Reader:
        reader: Reader = getattr(import_module(module), name)()
        return reader

    return make
