"""Text as it grows while an office file is walked: paragraphs on lines, rows with their cells parted, headings placed.

What a file prints on every page (its running heads and feet) stands around the text as furniture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ingest.formats.base import Extracted, Furniture, Heading, PageText
from ingest.formats.text import text_page

CELL_GAP = " | "
_HEADING_NAME = re.compile(r"(?:heading|título|titulo|encabezado)\s*([1-9])\Z", re.I)
_TITLES = ("title", "título", "titulo")


class Flow:
    """The lines of a page and the headings among them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.headings: list[Heading] = []
        self._length = 0

    def paragraph(self, text: str, level: int = 0) -> None:
        """Add a paragraph; above level 0 it is a heading."""
        text = text.strip()
        if level and text:
            one_line = " ".join(text.split())
            self.headings.append(Heading(1, self._length, self._length + len(text), level, one_line))
        self.lines.append(text)
        self._length += len(text) + 1

    def row(self, cells: Sequence[str]) -> None:
        """Add a row of a table as one line."""
        flat = [" ".join(cell.split()) for cell in cells]
        self.paragraph(CELL_GAP.join(flat) if any(flat) else "")

    def page(self, *, heads: Iterable[str] = (), feet: Iterable[str] = ()) -> tuple[PageText, list[Heading]]:
        """The page with its running heads and feet around it, and the headings where they then stand."""
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        above, below = _lines_once(heads), _lines_once(feet)
        start = len(above) + 1 if above else 0
        text = "\n".join(part for part in (above, "\n".join(self.lines), below) if part)
        furniture: list[Furniture] = []
        if above:
            furniture.append((0, len(above), "head"))
        if below:
            furniture.append((len(text) - len(below), len(text), "foot"))
        page = text_page(1, text)
        moved = [replace(one, start=one.start + start, end=one.end + start) for one in self.headings]
        return (replace(page, furniture=tuple(furniture)), moved) if page.text else (page, [])


@dataclass(slots=True)
class Column:
    """Text that grows: that of the document, or of a note or a running head beside it."""

    flow: Flow = field(default_factory=Flow)
    letters: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    def words(self) -> str:
        """The letters since the last paragraph or cell ended."""
        text = "".join(self.letters)
        self.letters.clear()
        # Two halves of a letter beyond the first plane were written one after the other.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def end_paragraph(self, level: int, in_table: bool) -> None:
        """A paragraph ends; in a table it is one of its cell."""
        if in_table:
            self.cell.append(self.words())
        else:
            self.flow.paragraph(self.words(), level)

    def end_cell(self) -> None:
        """A cell ends, with all its paragraphs."""
        self.cells.append(" ".join(filter(None, [*self.cell, self.words()])))
        self.cell.clear()

    def end_row(self) -> None:
        """A row ends, and with it a cell that had no end of its own."""
        if self.letters or self.cell:
            self.end_cell()
        self.flow.row(self.cells)
        self.cells.clear()

    def text(self) -> str:
        """All of it, what is still open too."""
        if self.cells:
            self.end_row()
        rest = " ".join(filter(None, [*self.cell, self.words()]))
        if rest.strip():
            self.flow.paragraph(rest)
        return "\n".join(self.flow.lines).strip()


def heading_level(name: str) -> int:
    """The level of the heading that a style of this name is, in English or Spanish; 0 for others."""
    match = _HEADING_NAME.match(name)
    return int(match[1]) if match else int(name.lower() in _TITLES)


def beside(name: str, lines: Iterable[str]) -> list[Extracted]:
    """What stands beside the text, such as comments, as a part of that name; none where there is nothing."""
    text = "\n".join(line for line in lines if line.strip())
    return [Extracted(format="text", media_type="text/plain", pages=[text_page(1, text)], name=name)] if text else []


def _lines_once(texts: Iterable[str]) -> str:
    lines = [line.strip() for text in texts for line in text.split("\n")]
    return "\n".join(dict.fromkeys(line for line in lines if line))
