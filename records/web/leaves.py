"""A long text cut into leaves that a browser can show: a few pages each, or a stretch of one very long page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from records.models import Section

LONGEST = 60_000
"""Characters of a leaf: some twenty printed pages."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters `start` to `end` (code points, end excluded) of one page."""

    page: int
    start: int
    end: int


Leaf = tuple[Stretch, ...]


def leaves_of(lengths: Sequence[tuple[int, int]], sections: Sequence[Section]) -> list[Leaf]:
    """Cut a text, given as (page number, length) in order, into leaves. Always the same for the same text.

    A page longer than a leaf is cut before a section where there is one, else at the limit.
    """
    leaves: list[Leaf] = []
    running: list[Stretch] = []
    held = 0
    for number, length in lengths:
        pieces = [Stretch(number, 0, length)] if length <= LONGEST else _cut(number, length, sections)
        for piece in pieces:
            size = piece.end - piece.start
            if running and held + size > LONGEST:
                leaves.append(tuple(running))
                running, held = [], 0
            running.append(piece)
            held += size
    if running:
        leaves.append(tuple(running))
    return leaves


def _cut(number: int, length: int, sections: Sequence[Section]) -> list[Stretch]:
    starts = [section.start for section in sections if section.page == number and 0 < section.start < length]
    cuts = [0]
    while length - cuts[-1] > LONGEST:
        limit = cuts[-1] + LONGEST
        cuts.append(max((start for start in starts if cuts[-1] + LONGEST // 2 < start <= limit), default=limit))
    return [Stretch(number, start, end) for start, end in pairwise([*cuts, length])]


def leaf_with(leaves: Sequence[Leaf], page: int, offset: int = 0) -> int:
    """Return the place (from 0) of the leaf that holds an offset of a page; the first where none does."""
    for at, leaf in enumerate(leaves):
        for stretch in leaf:
            if stretch.page == page and (stretch.start <= offset < stretch.end or stretch.end == stretch.start):
                return at
    return 0
