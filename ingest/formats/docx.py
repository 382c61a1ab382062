"""Word documents (ECMA-376 WordprocessingML): body text, headings by style, tables as lines of cells.

Paragraphs are lines; a table row is one line, its cells parted by ` | `. Deleted text of tracked changes is left
out, inserted text is kept. A document is one page: where its pages break is decided by whoever prints it.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.formats.base import Extracted, Heading, Unreadable
from ingest.formats.packages import opened_package, part_events
from ingest.formats.text import text_page
from ingest.reading.language import language_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_HEADING_NAME = re.compile(r"(?:heading|título|titulo|encabezado)\s*([1-9])\Z", re.I)
_TITLES = ("title", "título", "titulo")
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CORE = {
    "title": "title",
    "creator": "author",
    "subject": "subject",
    "keywords": "keywords",
    "description": "description",
    "lastModifiedBy": "modified_by",
    "created": "created",
    "modified": "modified",
    "language": "language",
}


class DocxReader:
    """Reads the main part of a Word document."""

    formats = frozenset({"docx"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, encrypted, unsafe_archive, unsafe_xml."""
        with opened_package(path) as package:
            main = _main_part(package)
            body = _Body(_heading_styles(package, main))
            for event, element in part_events(package, main):
                body.take(event, element)
            metadata = _core(package)
        page = text_page(1, body.text())
        return Extracted(
            format="docx",
            media_type=MEDIA_TYPE,
            language=language_of([page.text]),
            pages=[page],
            headings=body.headings if page.text else [],
            metadata=metadata,
        )


@dataclass(slots=True)
class _Paragraph:
    text: list[str] = field(default_factory=list)
    level: int = 0


class _Body:
    """Collects the lines of the document from the events of its XML."""

    def __init__(self, heading_styles: dict[str, int]) -> None:
        self.headings: list[Heading] = []
        self._styles = heading_styles
        self._lines: list[str] = []
        self._length = 0
        self._open: list[_Paragraph] = []
        self._tables: list[list[list[str]]] = []
        self._skipped = 0

    def text(self) -> str:
        return "\n".join(self._lines)

    def take(self, event: str, element: Any) -> None:
        tag = _local(element)
        if tag in ("Fallback", "del", "moveFrom"):
            # A fallback repeats what its choice says; deleted and moved-away text is not the document's.
            self._skipped += 1 if event == "start" else -1
        if event == "start":
            self._start(tag)
        else:
            if not self._skipped:
                self._end(tag, element)
            if tag in ("p", "tr", "tbl"):
                element.clear(keep_tail=False)

    def _start(self, tag: str) -> None:
        if self._skipped:
            return
        if tag == "p":
            self._open.append(_Paragraph())
        elif tag == "tbl":
            self._tables.append([])
        elif tag == "tr" and self._tables:
            self._tables[-1].clear()
        elif tag == "tc" and self._tables:
            self._tables[-1].append([])

    def _end(self, tag: str, element: Any) -> None:
        if tag == "p" and self._open:
            self._close_paragraph(self._open.pop())
        elif tag == "tr" and self._tables:
            self._close_row()
        elif tag == "tbl" and self._tables:
            self._tables.pop()
        elif self._open:
            self._inside(self._open[-1], tag, element)

    def _inside(self, paragraph: _Paragraph, tag: str, element: Any) -> None:
        if tag == "t":
            paragraph.text.append(element.text or "")
        elif tag in _MARKS and _local(element.getparent()) == "r":
            paragraph.text.append(_MARKS[tag])
        elif tag == "pStyle":
            paragraph.level = self._styles.get(_value(element), 0)
        elif tag == "outlineLvl":
            paragraph.level = _outline(element)

    def _close_paragraph(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.text).strip()
        if self._tables and self._tables[-1]:
            self._tables[-1][-1].append(" ".join(text.split()))
            return
        start = self._length
        self._line(text)
        if paragraph.level and text:
            one_line = " ".join(text.split())
            self.headings.append(Heading(1, start, start + len(text), paragraph.level, one_line))

    def _close_row(self) -> None:
        cells = [" ".join(filter(None, cell)) for cell in self._tables[-1]]
        self._tables[-1].clear()
        row = " | ".join(cells) if any(cells) else ""
        if len(self._tables) > 1 and self._tables[-2]:
            self._tables[-2][-1].append(row)
        else:
            self._line(row)

    def _line(self, text: str) -> None:
        self._lines.append(text)
        self._length += len(text) + 1


def _main_part(package: zipfile.ZipFile) -> str:
    """The part the package's relationships name as its document; Word itself always says word/document.xml."""
    try:
        for event, element in part_events(package, "_rels/.rels"):
            if event == "end" and element.get("Type", "").endswith("/officeDocument"):
                return str(element.get("Target", "")).lstrip("/")
    except Unreadable as error:
        if error.failure.code != "damaged":
            raise
    return "word/document.xml"


def _heading_styles(package: zipfile.ZipFile, main: str) -> dict[str, int]:
    """Levels of the paragraph styles that are headings, by style id; inherited from the style they rest on."""
    part = f"{main.rpartition('/')[0]}/styles.xml".lstrip("/")
    if part not in package.namelist():
        return {}
    own: dict[str, int] = {}
    based: dict[str, str] = {}
    for event, element in part_events(package, part):
        if event != "end" or _local(element) != "style":
            continue
        style = _attribute(element, "styleId")
        for child in element.iter():
            tag = _local(child)
            if tag == "outlineLvl":
                own[style] = _outline(child)
            elif tag == "name" and style not in own:
                own[style] = _named_level(_value(child))
            elif tag == "basedOn":
                based[style] = _value(child)
        element.clear()
    return {style: level for style in own if (level := _inherited(style, own, based))}


def _inherited(style: str, own: dict[str, int], based: dict[str, str]) -> int:
    for _ in range(20):
        if own.get(style):
            return own[style]
        if style not in based:
            return 0
        style = based[style]
    return 0


def _named_level(name: str) -> int:
    match = _HEADING_NAME.match(name)
    return int(match[1]) if match else int(name.lower() in _TITLES)


def _outline(element: Any) -> int:
    value = _value(element)
    return int(value) + 1 if value in tuple("012345678") else 0


def _core(package: zipfile.ZipFile) -> dict[str, str | int | float | bool | None]:
    found: dict[str, str | int | float | bool | None] = {}
    if "docProps/core.xml" in package.namelist():
        for event, element in part_events(package, "docProps/core.xml"):
            name = _CORE.get(_local(element))
            if event == "end" and name and (element.text or "").strip():
                found[name] = element.text.strip()
    return found


def _local(element: Any) -> str:
    tag = element.tag if element is not None else ""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _value(element: Any) -> str:
    return _attribute(element, "val")
