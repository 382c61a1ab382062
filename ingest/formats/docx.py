"""Word documents (ECMA-376 WordprocessingML): text, notes, running heads and feet; comments apart.

Paragraphs are lines; a table row is one line, its cells parted by ` | `. Deleted text of tracked changes is left
out, inserted text is kept, and the reader is told. A document is one page: where its pages break is decided by
whoever prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.formats.base import Extracted, Unreadable
from ingest.formats.docx_body import Body
from ingest.formats.docx_numbering import Numbering
from ingest.formats.flow import beside, heading_level
from ingest.formats.packages import (
    Package,
    attribute,
    core_properties,
    local_name,
    opened_package,
    part_events,
    related,
)
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of

_SEPARATORS = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_STYLE_PARTS = ("{*}outlineLvl", "{*}name", "{*}basedOn", "{*}numId", "{*}ilvl")
_MOST_RUNNING = 60
"""Heads and feet looked at: three kinds for each of so many sections."""


class DocxReader:
    """Reads the parts of a Word document that a person reads."""

    formats = frozenset({"docx"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, encrypted, unsafe_archive, unsafe_xml."""
        with opened_package(path) as package:
            main = _main_part(package)
            numbering = Numbering.read(package, main, _styles(package, main))
            body = Body(numbering)
            for event, element in part_events(package, main):
                body.take(event, element)
            for text in _notes(package, main, numbering):
                body.flow.paragraph(text)
            heads = _running(package, main, "header", numbering)
            feet = _running(package, main, "footer", numbering)
            comments = list(_comments(package, main, numbering))
            metadata = core_properties(package)
        page, headings = body.flow.page(heads=heads, feet=feet)
        return Extracted(
            format="docx",
            media_type=MEDIA_TYPES["docx"],
            language=language_of([page.text]),
            pages=[page],
            headings=headings,
            metadata=metadata,
            warnings=body.changes(),
            parts=beside("comments", comments),
        )


def _main_part(package: Package) -> str:
    """The part the package's relationships name as its document; Word itself always says word/document.xml."""
    try:
        mains = related(package, "", "officeDocument")
    except Unreadable as error:
        if error.failure.code != "damaged":
            raise
        mains = []
    return mains[0] if mains else "word/document.xml"


def _beside(package: Package, main: str, kind: str) -> list[str]:
    """Parts of a kind; without relationships, those that lie where Word puts them."""
    found = related(package, main, kind)
    usual = f"{main.rpartition('/')[0]}/{kind}.xml".lstrip("/")
    return found or ([usual] if usual in package.names else [])


def _styles(package: Package, main: str) -> dict[str, tuple[int, str, str]]:
    """Of each paragraph style its level as a heading, its list and its level there; inherited from what it rests on."""
    own: dict[str, tuple[int, str, str]] = {}
    based: dict[str, str] = {}
    for part in _beside(package, main, "styles"):
        for _, element in part_events(package, part, "style"):
            style, level, number, depth = attribute(element, "styleId"), 0, "", ""
            for child in element.iter(*_STYLE_PARTS):
                tag = local_name(child)
                if tag == "outlineLvl":
                    level = outline(attribute(child, "val"))
                elif tag == "name" and not level:
                    level = heading_level(attribute(child, "val"))
                elif tag == "basedOn":
                    based[style] = attribute(child, "val")
                elif tag == "numId":
                    number = attribute(child, "val")
                elif tag == "ilvl":
                    depth = attribute(child, "val")
            own[style] = (level, number, depth)
            element.clear()
    return {style: found for style in own if any(found := _inherited(style, own, based))}


def outline(value: str) -> int:
    """The level of a heading whose outline level this is, counted from nought; 9 is body text."""
    return int(value) + 1 if value in tuple("012345678") else 0


def _inherited(style: str, own: dict[str, tuple[int, str, str]], based: dict[str, str]) -> tuple[int, str, str]:
    level, number, depth = 0, "", ""
    for _ in range(20):
        found = own.get(style, (0, "", ""))
        level, number, depth = level or found[0], number or found[1], depth or found[2]
        if style not in based:
            break
        style = based[style]
    return level, number, depth


def _notes(package: Package, main: str, numbering: Numbering) -> Iterator[str]:
    for kind in ("footnotes", "endnotes"):
        for part in _beside(package, main, kind):
            yield from (text for _, text in _pieces(package, part, kind[:-1], numbering))


def _comments(package: Package, main: str, numbering: Numbering) -> Iterator[str]:
    for part in _beside(package, main, "comments"):
        for author, text in _pieces(package, part, "comment", numbering):
            yield f"{author}: {text}" if author else text


def _pieces(package: Package, part: str, tag: str, numbering: Numbering) -> Iterator[tuple[str, str]]:
    """The notes or comments of a part, each with its author, without the lines that Word draws between notes."""
    body = Body(numbering)
    for event, element in part_events(package, part):
        ours = local_name(element) == tag
        if ours and event == "start":
            body = Body(numbering)
        body.take(event, element)
        if ours and event == "end" and attribute(element, "type") not in _SEPARATORS:
            text = "\n".join(line for line in body.flow.lines if line)
            if text:
                yield attribute(element, "author"), text


def _running(package: Package, main: str, kind: str, numbering: Numbering) -> list[str]:
    found: list[str] = []
    for part in related(package, main, kind)[:_MOST_RUNNING]:
        body = Body(numbering)
        for event, element in part_events(package, part):
            body.take(event, element)
        found += body.flow.lines
    return found
