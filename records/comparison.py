"""What differs between the texts of two versions, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from records.errors import InvalidValue
from records.models import Rendition

MOST_LINES = 20_000


class TooLongToCompare(InvalidValue):
    """Comparing takes time that grows with the square of what differs."""

    code = "too_long"
    default_detail = f"The parts that differ have more than {MOST_LINES} lines; compare the files instead."


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text: its page, the anchor of the section it stands in, and its words."""

    page: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Lines of the earlier text (`before`) that became those of the later (`after`); either may be none."""

    before: Sequence[Line]
    after: Sequence[Line]


def lines_of(text: Rendition) -> list[Line]:
    """Return the lines of a text that hold something, in order. Two queries."""
    begins: dict[int, list[tuple[int, str]]] = {}
    for page, start, anchor in text.sections.order_by("position").values_list("page", "start", "anchor"):
        begins.setdefault(page, []).append((start, anchor))
    lines: list[Line] = []
    anchor = ""
    for number, content in text.pages.order_by("number").values_list("number", "text"):
        coming = begins.get(number, [])
        place = 0
        for raw in content.split("\n"):
            while coming and coming[0][0] < place + len(raw) + 1:
                anchor = coming.pop(0)[1]
            if raw.strip():
                lines.append(Line(number, anchor, raw.strip()))
            place += len(raw) + 1
    return lines


def differences(before: Sequence[Line], after: Sequence[Line]) -> list[Difference]:
    """Return what differs, in order; where lines stand on other pages but read the same, nothing does.

    Raises TooLongToCompare.
    """
    old, new = [line.text for line in before], [line.text for line in after]
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(old), len(new)) > MOST_LINES:
        raise TooLongToCompare(attr="to")
    codes = SequenceMatcher(None, old, new).get_opcodes()
    return [
        Difference(before[head + i : head + j], after[head + k : head + m])
        for tag, i, j, k, m in codes
        if tag != "equal"
    ]


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many lines are the same from the start."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count
