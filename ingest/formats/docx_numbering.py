"""Numbers that Word puts before paragraphs: not in the file as text, but counted from its lists (ECMA-376, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.formats.numerals import numeral, whole_number
from ingest.formats.packages import Package, attribute, local_name, part_events, related

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_LONGEST = 60
Style = tuple[int, str, str]
"""Level as a heading, list, level in the list."""


@dataclass(frozen=True, slots=True)
class _Level:
    kind: str = "decimal"
    shown: str = ""
    start: int = 1


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted."""

    styles: dict[str, Style] = field(default_factory=dict)
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, package: Package, main: str, styles: dict[str, Style]) -> Numbering:
        """The numbering of a document; empty where it has none."""
        found = cls(styles)
        for part in related(package, main, "numbering"):
            for _, element in part_events(package, part, "abstractNum", "num"):
                if local_name(element) == "abstractNum":
                    levels = {
                        number: level for one in element if (number := _number(one)) >= 0 and (level := _level(one))
                    }
                    found.levels[attribute(element, "abstractNumId")] = levels
                else:
                    found._learn(element)
        return found

    def label(self, number: str, depth: str) -> str:
        """The number of the next paragraph of a list, with a space; empty for bullets and where there is no list."""
        abstract = self.lists.get(number, "")
        levels = self.levels.get(abstract)
        at = whole_number(depth, 0)
        if levels is None or at >= _LEVELS:
            return ""
        counts = self.counts.setdefault(abstract, [0] * _LEVELS)
        restart = self.restarts.pop((number, at), None)
        first = levels.get(at, _Level()).start
        counts[at] = restart if restart is not None else counts[at] + 1 if counts[at] else first
        counts[at + 1 :] = [0] * (_LEVELS - at - 1)
        level = levels.get(at, _Level())
        if level.kind in ("bullet", "none") or not level.shown:
            return ""
        return self._shown(level, levels, counts) + " "

    def _shown(self, level: _Level, levels: dict[int, _Level], counts: list[int]) -> str:
        def of_place(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            above = levels.get(place, _Level())
            return numeral(above.kind, counts[place] or above.start)

        return _PLACE.sub(of_place, level.shown)[:_LONGEST]

    def _learn(self, element: Any) -> None:
        number = attribute(element, "numId")
        for one in element:
            if local_name(one) == "abstractNumId":
                self.lists[number] = attribute(one, "val")
            elif local_name(one) == "lvlOverride":
                start = next((attribute(two, "val") for two in one if local_name(two) == "startOverride"), "")
                if (begins := whole_number(start, -1)) >= 0 and (at := _number(one)) >= 0:
                    self.restarts[number, at] = begins


def _number(element: Any) -> int:
    value = whole_number(attribute(element, "ilvl"), -1)
    return value if value < _LEVELS else -1


def _level(element: Any) -> _Level | None:
    if local_name(element) != "lvl":
        return None
    told = {local_name(one): attribute(one, "val") for one in element}
    return _Level(told.get("numFmt", "decimal"), told.get("lvlText", ""), whole_number(told.get("start", ""), 1))
