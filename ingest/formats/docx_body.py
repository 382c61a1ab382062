"""Lines from the XML of a Word document, as its events go by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ingest.formats.docx_numbering import Numbering
from ingest.formats.flow import Flow
from ingest.formats.packages import attribute, local_name

_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_LEFT_OUT = frozenset({"Fallback", "del", "moveFrom"})
"""A fallback repeats what its choice says; deleted and moved-away text is not the document's."""
_DONE_WITH = frozenset({"p", "tr", "tbl", "sdt", "sectPr"})


@dataclass(slots=True)
class _Paragraph:
    text: list[str] = field(default_factory=list)
    level: int = 0
    style: str = ""
    number: str = ""
    depth: str = ""


class Body:
    """Collects the lines of a part. Paragraphs may hold others: those of text boxes come before them."""

    def __init__(self, numbering: Numbering) -> None:
        self.flow = Flow()
        self._numbering = numbering
        self._open: list[_Paragraph] = []
        self._tables: list[list[list[str]]] = []
        self._skipped = 0
        self._inserted = 0
        self._deleted = 0

    def changes(self) -> list[str]:
        """What is to be said of tracked changes: the text is as if all were accepted."""
        if not self._inserted and not self._deleted:
            return []
        return [
            f"tracked_changes: {self._inserted} inserted passages were kept and {self._deleted} deleted ones left out"
        ]

    def take(self, event: str, element: Any) -> None:
        """Follow one event."""
        tag = local_name(element)
        if tag in _LEFT_OUT and local_name(element.getparent()) != "rPr":
            self._skipped += 1 if event == "start" else -1
            self._deleted += event == "start" and tag != "Fallback"
        elif tag in ("ins", "moveTo") and event == "start":
            self._inserted += 1
        if event == "start":
            self._start(tag)
        else:
            if not self._skipped:
                self._end(tag, element)
            if tag in _DONE_WITH:
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
        elif tag in _MARKS and local_name(element.getparent()) == "r":
            paragraph.text.append(_MARKS[tag])
        elif tag == "pStyle":
            paragraph.style = attribute(element, "val")
        elif tag == "outlineLvl":
            value = attribute(element, "val")
            paragraph.level = int(value) + 1 if value in tuple("012345678") else 0
        elif tag == "numId":
            paragraph.number = attribute(element, "val")
        elif tag == "ilvl":
            paragraph.depth = attribute(element, "val")

    def _close_paragraph(self, paragraph: _Paragraph) -> None:
        level, number, depth = self._numbering.styles.get(paragraph.style, (0, "", ""))
        text = "".join(paragraph.text).strip()
        if text:
            text = self._numbering.label(paragraph.number or number, paragraph.depth or depth or "0") + text
        if self._tables and self._tables[-1]:
            self._tables[-1][-1].append(" ".join(text.split()))
        else:
            self.flow.paragraph(text, paragraph.level or level)

    def _close_row(self) -> None:
        cells = [" ".join(filter(None, cell)) for cell in self._tables[-1]]
        self._tables[-1].clear()
        if len(self._tables) > 1 and self._tables[-2]:
            self._tables[-2][-1].append(" | ".join(cells) if any(cells) else "")
        else:
            self.flow.row(cells)
