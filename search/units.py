"""Cutting a text into units: the pieces that are scored, counted as hits and shown by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.entries import Unit

LONGEST = 3000
"""Characters of a unit. Guide on search, A: sections cut at 3,000 gave the figures ours are measured against."""
SHORTEST_TAIL = 400


@dataclass(frozen=True, slots=True)
class Part:
    """A section as far as units care: where it begins, and how it is called."""

    page: int
    start: int
    anchor: str
    label: str


def units_of(
    pages: Iterable[tuple[int, str]], parts: Sequence[Part], inner: Mapping[int, str] | None = None
) -> Iterator[Unit]:
    """Yield the units of (number, text) pages in order: cut at sections, and long ones at paragraph or word ends.

    A page that begins inside a section carries that section's anchor, unless another of the `inner` files, sheets or
    slides, named by page, begins with it. Empty pieces are left out.
    """
    inner = inner or {}
    by_page: dict[int, list[Part]] = {}
    for part in parts:
        by_page.setdefault(part.page, []).append(part)
    running, within = Part(0, 0, "", ""), ""
    for number, text in pages:
        if inner.get(number, "") != within:
            running, within = Part(0, 0, "", ""), inner.get(number, "")
        cuts = [Part(number, 0, running.anchor, running.label)]
        for part in sorted(by_page.get(number, ()), key=lambda part: part.start):
            if part.start <= cuts[-1].start:
                cuts[-1] = Part(number, cuts[-1].start, part.anchor, part.label)
            else:
                cuts.append(part)
        running = cuts[-1]
        ends = [part.start for part in cuts[1:]] + [len(text)]
        for part, end in zip(cuts, ends, strict=True):
            yield from _pieces(number, text, part, end)


def _pieces(number: int, text: str, part: Part, end: int) -> Iterator[Unit]:
    start = part.start
    while start < end:
        stop = end if end - start <= LONGEST + SHORTEST_TAIL else _good_end(text, start, start + LONGEST)
        piece = text[start:stop]
        if piece.strip():
            yield Unit(page=number, start=start, end=stop, anchor=part.anchor, label=part.label, text=piece)
        start = stop


def _good_end(text: str, start: int, limit: int) -> int:
    """Return where to cut at or before `limit`: after a paragraph, a line, a sentence or a word, else right there."""
    for mark in ("\n\n", "\n", ". ", " "):
        found = text.rfind(mark, start + LONGEST // 2, limit)
        if found != -1:
            return found + len(mark)
    return limit
