"""The plain form in which the sample papers are written, and the blocks it becomes before they are printed.

A paper is paragraphs with blank lines between. The first sign says what one is: `@` letterhead, `=` title,
`#` heading, `>` a centred line, `-` an item, `|` a row of a table, `===` a new page; anything else is running text.
`**words**` are bold. A paragraph marked `{1}` or `{2}` stands in that version of the paper only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TEXTS = Path(__file__).resolve().parent / "texts"
SIGNS = {"@": "letterhead", "=": "title", "#": "heading", ">": "centred", "-": "item"}
_VERSION = re.compile(r"\{(\d)\}\s*")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph (`text`), table (`rows`, the first of them its head) or page break."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = field(default=())

    def runs(self) -> Iterator[tuple[str, bool]]:
        """Yield the pieces of the text, each with whether it is bold."""
        return bold_runs(self.text)


def bold_runs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text in order, each with whether it stood between `**`."""
    for at, piece in enumerate(_BOLD.split(text)):
        if piece:
            yield piece, at % 2 == 1


def read_paper(name: str, *, version: int = 1) -> list[Block]:
    """Return the blocks of a paper of `texts/`, as its version has them."""
    text = (TEXTS / f"{name}.paper").read_text(encoding="utf-8")
    return [block for part in re.split(r"\n\s*\n", text.strip()) for block in _blocks(part, version)]


def _blocks(part: str, version: int) -> Iterator[Block]:
    marked = _VERSION.match(part)
    if marked:
        if int(marked[1]) != version:
            return
        part = part[marked.end() :]
    lines = part.splitlines()
    if lines[0].startswith("==="):
        yield Block("page")
    elif lines[0].startswith("|"):
        yield Block("table", rows=tuple(_cells(line) for line in lines))
    else:
        yield from _paragraphs(lines)


def _paragraphs(lines: list[str]) -> Iterator[Block]:
    """Yield one block for each marked line with those that continue it."""
    kind, words = "text", [""]
    for line in lines:
        sign = SIGNS.get(line[0]) if line[1:2] == " " else None
        if sign and words != [""]:
            yield Block(kind, " ".join(words).strip())
        if sign:
            kind, words = sign, [line[2:]]
        else:
            words.append(line.strip())
    yield Block(kind, " ".join(words).strip())


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
