"""Presentations (ECMA-376 PresentationML): a page for each slide, with its table rows and the speaker's notes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.formats.base import Extracted, Heading, PageText, Unreadable
from ingest.formats.flow import Flow, beside
from ingest.formats.packages import (
    Package,
    attribute,
    core_properties,
    local_name,
    opened_package,
    part_events,
    related,
    relations,
)
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of

MOST_SLIDES = 5_000
_TITLES = frozenset({"title", "ctrTitle"})
_SHAPES = frozenset({"sp", "graphicFrame", "pic"})
_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr"})


class PptxReader:
    """Reads the slides of a presentation in the order in which they are shown."""

    formats = frozenset({"pptx"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, encrypted, unsafe_archive, unsafe_xml."""
        pages: list[PageText] = []
        headings: list[Heading] = []
        comments: list[str] = []
        with opened_package(path) as package:
            for number, slide in enumerate(_slides(package), 1):
                page, found = _slide(package, slide)
                pages.append(replace(page, number=number))
                headings += [replace(one, page=number) for one in found]
                comments += [text for part in related(package, slide, "comments") for text in _texts(package, part)]
            metadata = core_properties(package)
        return Extracted(
            format="pptx",
            media_type=MEDIA_TYPES["pptx"],
            language=language_of(page.text for page in pages),
            pages=pages,
            headings=headings,
            metadata=metadata,
            parts=beside("comments", comments),
        )


def _slides(package: Package) -> list[str]:
    mains = related(package, "", "officeDocument") or ["ppt/presentation.xml"]
    known = relations(package, mains[0])
    found = [
        known[identity].part
        for event, element in part_events(package, mains[0])
        if event == "end" and local_name(element) == "sldId" and (identity := _relation_id(element)) in known
    ]
    if len(found) > MOST_SLIDES:
        raise Unreadable("too_large", f"The presentation has {len(found)} slides; at most {MOST_SLIDES} are read.")
    return found


def _relation_id(element: Any) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}id")), "")


def _slide(package: Package, part: str) -> tuple[PageText, list[Heading]]:
    flow = Flow()
    _walk(package, part, flow)
    for notes in related(package, part, "notesSlide"):
        _walk(package, notes, flow)
    return flow.page()


def _walk(package: Package, part: str, flow: Flow) -> None:
    """The paragraphs of the shapes of a slide; numbers, dates and feet that stand on every slide are left out."""
    kind = ""
    cell: list[str] | None = None
    cells: list[str] = []
    for event, element in part_events(package, part):
        tag = local_name(element)
        if event == "start":
            kind = "" if tag in _SHAPES else kind
            cell = [] if tag == "tc" else cell
        elif tag == "ph":
            kind = attribute(element, "type")
        elif tag == "p" and kind not in _FURNITURE:
            _paragraph(_line(element), int(kind in _TITLES), cell, flow)
        elif tag == "tc":
            cells.append(" ".join(filter(None, cell or [])))
            cell = None
        elif tag == "tr":
            flow.row(cells)
            cells = []


def _paragraph(words: str, level: int, cell: list[str] | None, flow: Flow) -> None:
    if cell is not None:
        cell.append(words)
    elif words:
        flow.paragraph(words, level)


def _line(paragraph: Any) -> str:
    parts = []
    for one in paragraph.iter():
        tag = local_name(one)
        if tag == "t":
            parts.append(one.text or "")
        elif tag == "br":
            parts.append("\n")
    return "".join(parts).strip()


def _texts(package: Package, part: str) -> list[str]:
    return [
        element.text.strip()
        for event, element in part_events(package, part)
        if event == "end" and local_name(element) in ("text", "t") and (element.text or "").strip()
    ]
