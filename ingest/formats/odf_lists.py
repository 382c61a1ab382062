"""Numbers of list items and headings in OpenDocument texts: not in the text of the file, but counted by its styles."""

from __future__ import annotations

from typing import Any

from ingest.formats.numerals import numeral, whole_number
from ingest.formats.packages import attribute, local_name

_LEVELS = 10
Level = tuple[str, str, str, int, int]
"""Kind of numeral (empty: none), what stands before and after it, first number, how many levels are shown."""


class ListNumbers:
    """Learns list styles and counts items as they come."""

    def __init__(self) -> None:
        self._styles: dict[str, dict[int, Level]] = {}
        self._open: list[str] = []
        self._counts: dict[str, list[int]] = {}
        self._fresh: list[bool] = []
        self._outline: list[int] = [0] * (_LEVELS + 1)

    def learn(self, tag: str, element: Any) -> None:
        """Take in a list style or the numbering of headings."""
        if tag in ("list-style", "outline-style"):
            name = attribute(element, "name") if tag == "list-style" else "outline"
            levels = {}
            for one in element:
                level = whole_number(attribute(one, "level"), 0)
                if 1 <= level <= _LEVELS:
                    levels[level] = _level(one)
            self._styles[name] = levels

    def start(self, tag: str, element: Any) -> None:
        """A list or an item of one begins."""
        if tag == "list":
            name = attribute(element, "style-name") or (self._open[-1] if self._open else "")
            self._open.append(name)
            goes_on = attribute(element, "continue-numbering") == "true" or attribute(element, "continue-list")
            if len(self._open) == 1 and not goes_on:
                self._counts.pop(name, None)
        elif tag == "list-item":
            self._fresh.append(True)
            if self._open:
                self._count(self._open[-1], len(self._open), attribute(element, "start-value"))

    def end(self, tag: str, element: Any) -> None:
        """A list, an item, or a style defined within the content ends."""
        if tag == "list" and self._open:
            self._open.pop()
        elif tag == "list-item" and self._fresh:
            self._fresh.pop()
        else:
            self.learn(tag, element)

    def label(self, tag: str, element: Any) -> str:
        """The number to be put before this paragraph, with a space; empty for none."""
        if tag == "h":
            return self._heading(element)
        if not (self._fresh and self._fresh[-1] and self._open):
            return ""
        self._fresh[-1] = False
        depth = min(len(self._open), _LEVELS)
        return self._shown(self._open[-1], depth, self._counts.get(self._open[-1], []))

    def _heading(self, element: Any) -> str:
        if self._fresh:
            self._fresh[-1] = False
        depth = min(whole_number(attribute(element, "outline-level"), 1), _LEVELS)
        if "outline" not in self._styles or attribute(element, "is-list-header") == "true" or depth < 1:
            return ""
        first = self._styles["outline"].get(depth, ("", "", "", 1, 1))[3]
        self._outline[depth] = self._outline[depth] + 1 if self._outline[depth] else first
        self._outline[depth + 1 :] = [0] * (_LEVELS - depth)
        return self._shown("outline", depth, self._outline[1:])

    def _count(self, name: str, depth: int, start: str) -> None:
        if depth > _LEVELS:
            return
        counts = self._counts.setdefault(name, [0] * _LEVELS)
        first = self._styles.get(name, {}).get(depth, ("", "", "", 1, 1))[3]
        counts[depth - 1] = whole_number(start, counts[depth - 1] + 1 if counts[depth - 1] else first)
        counts[depth:] = [0] * (_LEVELS - depth)

    def _shown(self, name: str, depth: int, counts: list[int]) -> str:
        style = self._styles.get(name, {})
        kind, before, after, _, levels = style.get(depth, ("", "", "", 1, 1))
        if not kind or len(counts) < depth:
            return ""
        first = max(depth - levels, 0)
        numbers = [
            numeral(style.get(at + 1, (kind, "", "", 1, 1))[0] or kind, counts[at]) for at in range(first, depth)
        ]
        return f"{before}{'.'.join(numbers)}{after} "


def _level(element: Any) -> Level:
    if local_name(element) not in ("list-level-style-number", "outline-level-style"):
        return ("", "", "", 1, 1)
    return (
        attribute(element, "num-format"),
        attribute(element, "num-prefix"),
        attribute(element, "num-suffix"),
        whole_number(attribute(element, "start-value"), 1),
        whole_number(attribute(element, "display-levels"), 1),
    )
