"""The cells of an OpenDocument spreadsheet by row and column, with their values and not as they are shown.

A day is its ISO date however it is formatted, a number its figures (OpenDocument 1.3 part 3, 19.384 and 19.681). The
file repeats a cell or a row by a count; of what is empty only the count is gone on by.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.formats.numerals import whole_number
from ingest.formats.packages import attribute, local_name, opened_package, part_events
from ingest.formats.sheet_values import number_text

_MOST_COLUMNS = 16_384
_MOST_REPEATED = 1_000
"""A cell or row that holds something stands so often at most: more is a sheet filled to its edge."""


def cells_of(path: Path) -> Iterator[tuple[str, Iterator[tuple[int, dict[int, str]]]]]:
    """Yield, as one sheet without a name, the rows of the first that holds something: numbers, and texts by column.

    Raises Unreadable: damaged, encrypted, unsafe_archive, unsafe_xml.
    """
    with opened_package(path) as package:
        yield "", _cells(part_events(package, "content.xml"))


def _cells(events: Iterator[tuple[str, Any]]) -> Iterator[tuple[int, dict[int, str]]]:
    cells: dict[int, str] = {}
    column, number, depth, held = 0, 1, 0, False
    for event, element in events:
        tag = local_name(element)
        if tag == "table":
            depth += 1 if event == "start" else -1
            if event == "end" and depth == 0:
                if held:
                    return
                number = 1
        elif event == "end" and depth == 1 and tag in ("table-cell", "covered-table-cell"):
            repeated = max(whole_number(attribute(element, "number-columns-repeated"), 1), 1)
            if (text := _value(element)) and column < _MOST_COLUMNS:
                cells |= dict.fromkeys(range(column, column + min(repeated, _MOST_REPEATED)), text)
            column += repeated
        elif event == "end" and depth == 1 and tag == "table-row":
            repeated = max(whole_number(attribute(element, "number-rows-repeated"), 1), 1)
            if cells:
                held = True
                yield from ((number + at, cells) for at in range(min(repeated, _MOST_REPEATED)))
            number += repeated
            cells, column = {}, 0
            element.clear(keep_tail=False)


def _value(cell: Any) -> str:
    kind = attribute(cell, "value-type")
    if kind == "date":
        return attribute(cell, "date-value").removesuffix("T00:00:00")
    if kind in ("float", "currency"):
        return number_text(attribute(cell, "value"))
    lines = (" ".join("".join(one.itertext()).split()) for one in cell if local_name(one) == "p")
    return " ".join(filter(None, lines))
