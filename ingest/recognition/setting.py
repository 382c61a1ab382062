"""Seen words set as the text of a page, with the box of each word where it stands on the page as shown."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ingest.recognition.engine import SeenWord
from ingest.recognition.signs import broken_capitals, mended
from records.words import WordBox

Box = tuple[float, float, float, float]
_NOISE = 20.0
"""A line of less confidence is dirt, a drawing or handwriting: what was read of it are no words."""
_YEAR_OPENS = re.compile(r"\d-(\d{1,3})$")
_YEAR_ENDS = re.compile(r"(\d{1,3})(?:-|[.,;:)]?$)")


@dataclass(frozen=True, slots=True)
class Way:
    """The way from a point of the picture that was read back to the page as shown, in points.

    The page was turned by quarters clockwise, then levelled by some degrees counter-clockwise about its middle.
    """

    size: tuple[int, int]
    points_a_dot: float
    degrees: float = 0.0
    turned: int = 0

    def back(self, box: tuple[int, int, int, int]) -> Box:
        """The box on the page as shown that holds a box of the picture."""
        x0, y0, x1, y1 = box
        width, height = self.size
        middle_x, middle_y = width / 2, height / 2
        cos, sin = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        # The middle line is turned and its height kept: a turned box would grow with the length of its word.
        half = (y1 - y0) / 2
        ends = []
        for x in (x0, x1):
            dx, dy = x - middle_x, (y0 + y1) / 2 - middle_y
            ends.append((middle_x + dx * cos - dy * sin, middle_y + dx * sin + dy * cos))
        left, right = sorted(x for x, _ in ends)
        high, low = sorted(y for _, y in ends)
        upright = (left, high - half, right, low + half)
        return self._unturned(upright)

    def _unturned(self, box: Box) -> Box:
        x0, y0, x1, y1 = box
        width, height = self.size
        if self.turned == 90:
            shown = (y0, width - x1, y1, width - x0)
        elif self.turned == 180:
            shown = (width - x1, height - y1, width - x0, height - y0)
        elif self.turned == 270:
            shown = (height - y1, x0, height - y0, x1)
        else:
            shown = box
        return (
            shown[0] * self.points_a_dot,
            shown[1] * self.points_a_dot,
            shown[2] * self.points_a_dot,
            shown[3] * self.points_a_dot,
        )


@dataclass(slots=True)
class _Text:
    parts: list[str] = field(default_factory=list)
    boxes: list[WordBox] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def set_in_text(
    words: Sequence[SeenWord], back: Callable[[tuple[int, int, int, int]], Box]
) -> tuple[str, list[WordBox]]:
    """The text of a page and its word boxes. Words broken at the end of a line are whole again (two boxes adjoin)."""
    words = _mended(_without_noise(words))
    text = _Text()
    broken = False
    for at, word in enumerate(words):
        joins = broken
        if at and not joins and not _one_number(words[at - 1], word):
            text.add(_gap(word))
        follower = words[at + 1] if at + 1 < len(words) else None
        shown, broken = _broken(word.text, follower)
        text.boxes.append(WordBox(text.length, text.length + len(shown), *back(word.box), word.confidence))
        text.add(shown)
        if joins and follower is not None and not follower.opens_line and not broken:
            # The line ends after the word it was broken in.
            words[at + 1] = replace(follower, opens_line=True)
    return "".join(text.parts), text.boxes


def _one_number(before: SeenWord, word: SeenWord) -> bool:
    """Whether two pieces are one number, `014-202 1-CPGP`: what is parted on a line is a year, whole."""
    opening, rest = _YEAR_OPENS.search(before.text), _YEAR_ENDS.match(word.text)
    if word.opens_line or opening is None or rest is None:
        return False
    return re.fullmatch(r"(?:18|19|20)\d\d", opening[1] + rest[1]) is not None


def _gap(word: SeenWord) -> str:
    if word.opens_paragraph or word.opens_block:
        return "\n\n"
    return "\n" if word.opens_line else " "


def _broken(text: str, follower: SeenWord | None) -> tuple[str, bool]:
    """The word without the hyphen of a line's end, and whether the next line goes on with it."""
    if follower is None or not follower.opens_line or len(text) < 2 or text[-1] not in "-‐":
        return text, False
    if text[-2].isalpha() and (follower.text[:1].islower() or broken_capitals(text[:-1], follower.text)):
        return text[:-1], True
    # "067-" and "2011-PCM", "154-2001-" and "EF" are one number, and its hyphen is part of it.
    return text, text[-2].isdigit() and (follower.text[:1].isdigit() or follower.text[:2].isupper())


def _mended(words: Sequence[SeenWord]) -> list[SeenWord]:
    texts = ["", *(word.text for word in words), ""]
    kept = []
    for at, word in enumerate(words, start=1):
        text = mended(word.text, texts[at - 1], texts[at + 1])
        kept.append(word if text == word.text else replace(word, text=text))
    return kept


def _without_noise(words: Sequence[SeenWord]) -> list[SeenWord]:
    kept: list[SeenWord] = []
    for line in _lines(words):
        letters = sum(len(word.text) for word in line)
        if sum(word.confidence * len(word.text) for word in line) >= _NOISE * letters:
            kept += line
    return kept


def _lines(words: Sequence[SeenWord]) -> list[list[SeenWord]]:
    lines: list[list[SeenWord]] = []
    for word in words:
        if word.opens_line or not lines:
            lines.append([])
        lines[-1].append(word)
    return lines
