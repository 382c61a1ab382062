"""OpenDocument texts, sheets and slides (ODF 1.3): what `content.xml` holds, and running heads of `styles.xml`.

A text is one page, as where its pages break is decided by whoever prints it; each sheet and each slide is a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.formats.base import Extracted, Heading, PageText
from ingest.formats.flow import Flow, beside
from ingest.formats.numerals import whole_number
from ingest.formats.odf_lists import ListNumbers
from ingest.formats.packages import Package, attribute, local_name, opened_package, part_events
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of

_ASIDE = frozenset({"note", "annotation", "notes"})
_SKIPPED = frozenset({"tracked-changes", "forms", "ruby-text", "note-citation", "annotation-end", "creator", "date"})
_NOT_IN_LINE = frozenset({"note", "annotation", "frame", "custom-shape", "p", "h", "ruby-text", "tracked-changes"})
_META = {
    "title": "title",
    "subject": "subject",
    "description": "description",
    "creator": "modified_by",
    "initial-creator": "author",
    "creation-date": "created",
    "date": "modified",
    "keyword": "keywords",
    "language": "language",
}
_MOST_SPACES = 100
_MOST_REPEATED = 20
"""A cell that is said to be repeated more often is a background, not a row of figures."""


class OdfReader:
    """Reads OpenDocument files of three kinds, told apart by what they contain."""

    formats = frozenset({"odt", "ods", "odp"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, encrypted, unsafe_archive, unsafe_xml."""
        with opened_package(path) as package:
            heads, feet, outline = _styles(package)
            body = _Body(outline)
            for event, element in part_events(package, "content.xml"):
                body.take(event, element)
            metadata = _metadata(package)
        kind, pages, headings = body.finished(heads, feet)
        deleted = body.deleted
        return Extracted(
            format=kind,
            media_type=MEDIA_TYPES[kind],
            language=language_of(page.text for page in pages),
            pages=pages,
            headings=headings,
            metadata=metadata,
            warnings=[f"tracked_changes: {deleted} deleted passages were left out"] if deleted else [],
            parts=beside("comments", body.comments),
        )


class _Body:
    """Collects pages from the events of the content."""

    def __init__(self, outline: ListNumbers) -> None:
        self.comments: list[str] = []
        self.deleted = 0
        self._kind = "odt"
        self._lists = outline
        self._done: list[tuple[PageText, list[Heading]]] = []
        self._flow = Flow()
        self._notes: list[str] = []
        self._aside: list[tuple[str, list[str]]] = []
        self._rows: list[list[list[str]]] = []
        self._skipped = 0
        self._name = ""

    def take(self, event: str, element: Any) -> None:
        tag = local_name(element)
        if tag in _SKIPPED:
            self._skipped += 1 if event == "start" else -1
            self.deleted += tag == "deletion"
        elif tag == "deletion" and event == "end":
            self.deleted += 1
        if self._skipped:
            return
        if event == "start":
            self._start(tag, element)
        else:
            self._end(tag, element)

    def finished(self, heads: list[str], feet: list[str]) -> tuple[str, list[PageText], list[Heading]]:
        if self._kind == "odt" or not self._done:
            self._close_page(heads, feet)
        pages: list[PageText] = []
        headings: list[Heading] = []
        for number, (page, found) in enumerate(self._done, 1):
            pages.append(replace(page, number=number))
            headings += [replace(one, page=number) for one in found]
        return self._kind, pages, headings

    def _start(self, tag: str, element: Any) -> None:
        if tag == "spreadsheet":
            self._kind = "ods"
        elif tag == "presentation":
            self._kind = "odp"
        elif tag in _ASIDE:
            self._aside.append((tag, []))
        elif tag == "table":
            self._rows.append([])
            self._name = attribute(element, "name") if len(self._rows) == 1 else self._name
        elif tag == "table-row" and self._rows:
            self._rows[-1].clear()
        elif tag in ("table-cell", "covered-table-cell") and self._rows:
            self._rows[-1].append([])
        elif tag == "page" and self._kind == "odp":
            self._name = ""
        else:
            self._lists.start(tag, element)

    def _end(self, tag: str, element: Any) -> None:
        if tag in ("p", "h"):
            self._paragraph(tag, element)
        elif tag in _ASIDE and self._aside:
            self._close_aside(element)
        elif tag == "table-cell" and self._rows:
            self._close_cell(element)
        elif tag == "table-row" and self._rows:
            self._close_row(element)
        elif tag == "table" and self._rows:
            self._rows.pop()
            if self._kind == "ods" and not self._rows:
                self._close_page()
        elif tag == "page" and self._kind == "odp":
            self._close_page()
        else:
            self._lists.end(tag, element)

    def _paragraph(self, tag: str, element: Any) -> None:
        text = self._lists.label(tag, element) + _line(element)
        for child in list(element):
            element.remove(child)
        element.text = None
        if self._aside:
            self._aside[-1][1].append(text.strip())
        elif self._rows and self._rows[-1]:
            self._rows[-1][-1].append(text.strip())
        else:
            level = attribute(element, "outline-level") if tag == "h" else ""
            self._flow.paragraph(text, min(whole_number(level, int(tag == "h")), 9))

    def _close_aside(self, element: Any) -> None:
        kind, lines = self._aside.pop()
        text = "\n".join(filter(None, lines))
        if kind == "annotation":
            author = next((one.text for one in element if local_name(one) == "creator" and one.text), "")
            self.comments.append(f"{author}: {text}" if author else text)
        elif text:
            self._notes.append(text)
        for child in list(element):
            element.remove(child)

    def _close_cell(self, element: Any) -> None:
        repeated = whole_number(attribute(element, "number-columns-repeated"), 1)
        row = self._rows[-1]
        if row and any(row[-1]) and 1 < repeated <= _MOST_REPEATED:
            row += [list(row[-1]) for _ in range(repeated - 1)]

    def _close_row(self, element: Any) -> None:
        cells = [" ".join(" ".join(filter(None, cell)).split()) for cell in self._rows[-1]]
        self._rows[-1].clear()
        while cells and not cells[-1]:
            cells.pop()
        if len(self._rows) > 1 and self._rows[-2]:
            self._rows[-2][-1].append(" | ".join(cells))
        elif cells or self._kind == "odt":
            self._flow.row(cells)
        element.clear(keep_tail=False)

    def _close_page(self, heads: list[str] | None = None, feet: list[str] | None = None) -> None:
        for note in self._notes:
            self._flow.paragraph(note)
        page, headings = self._flow.page(heads=heads or (), feet=feet or ())
        self._done.append((replace(page, part=self._name if self._kind == "ods" else ""), headings))
        self._flow, self._notes = Flow(), []


def _line(paragraph: Any) -> str:
    """The text of a paragraph but for what stands in it as paragraphs of their own."""
    parts: list[str] = []
    for child, entering in _inside(paragraph):
        tag = local_name(child)
        if not entering:
            parts.append(child.tail or "")
        elif tag == "s":
            parts.append(" " * min(whole_number(attribute(child, "c"), 1), _MOST_SPACES))
        elif tag in ("tab", "line-break"):
            parts.append("\t" if tag == "tab" else "\n")
        elif tag not in _NOT_IN_LINE:
            parts.append(_single_spaced(child.text))
    return _single_spaced(paragraph.text) + "".join(parts)


def _inside(paragraph: Any) -> Iterator[tuple[Any, bool]]:
    """What lies in a paragraph, entering and leaving; nothing within what is not in its line."""
    stack = [(child, True) for child in reversed(paragraph)]
    while stack:
        child, entering = stack.pop()
        yield child, entering
        if entering:
            stack.append((child, False))
            if local_name(child) not in _NOT_IN_LINE:
                stack += [(one, True) for one in reversed(child)]


def _single_spaced(text: str | None) -> str:
    return (text or "").replace("\n", " ").replace("\t", " ")


def _styles(package: Package) -> tuple[list[str], list[str], ListNumbers]:
    heads: list[str] = []
    feet: list[str] = []
    lists = ListNumbers()
    if "styles.xml" not in package.names:
        return heads, feet, lists
    for _, element in part_events(package, "styles.xml", "master-page", "list-style", "outline-style"):
        lists.learn(local_name(element), element)
        for child in element if local_name(element) == "master-page" else ():
            where = heads if local_name(child).startswith("header") else feet
            where += [_line(one) for one in child.iter() if local_name(one) == "p"]
    return heads, feet, lists


def _metadata(package: Package) -> dict[str, str | int | float | bool | None]:
    found: dict[str, str | int | float | bool | None] = {}
    if "meta.xml" in package.names:
        for event, element in part_events(package, "meta.xml"):
            name = _META.get(local_name(element))
            if event == "end" and name and (element.text or "").strip():
                found[name] = element.text.strip()[:2000]
    return found
