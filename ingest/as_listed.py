"""What people's lists write in their own way, put as a manifest has it: "not known" as nothing, days as ISO days.

Each change is told. What could be two days, and what is none, stays as it is and is a fault of its cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from ingest.columns import FIELDS
from ingest.manifest import Row
from ingest.manifest_tables import FILE_COLUMN, Fault
from records.dates import SHORT_MONTHS, InvalidDate, find_dates, parse_edtf
from records.numbering.spelling import folded
from records.numbering.written import full_year

_NOT_KNOWN = re.compile(
    r"no (?:determinad|identificad|registrad|especificad|indicad)[oa]"
    r"|no (?:consta|aplica|disponible|figura|registra|tiene)"
    r"|sin (?:datos?|fecha|numero|informacion|especificar|determinar)|por determinar|(?:se )?desconoc(?:id[oa]|e)"
    r"|not (?:known|determined|available|applicable)|unknown|undated|undetermined|null|none|nan"
    r"|[sn] ?[./] ?[adfnr]\.?|[-\u2013\u2014?¿]{1,3}"
)
# A title or an identifier may well be one of these, and notes are free.
_EMPTIED = (FILE_COLUMN, *(name for name in FIELDS if name not in ("external_id", "title", "notes")))
_DAYS = ("date", "valid_from", "valid_to")
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(?::00(?:\.0+)?)?Z?")
_FIGURES = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)")
# As spreadsheets show days: `28-mar-2019`, `3 ene. 19`.
_SHORT = re.compile(r"(\d{1,2})[-/. ]+([a-z]{3,4})\.?[-/. ]+(\d{4}|\d\d)")


def as_listed(rows: Iterable[Row]) -> tuple[list[Row], list[Fault]]:
    """Return the rows with what is not known left empty and days as ISO days, and what was changed.

    Figures are read day first, as Spanish writes, unless a column has a day that only reads month first; where a
    column has both, those that could be either stay.
    """
    told: list[Fault] = []
    emptied = [_emptied(row, told) for row in rows]
    orders = {name: _orders(row.fields.get(name, "") for row in emptied) for name in _DAYS}
    return [_dated(row, orders, told) for row in emptied], told


def _emptied(row: Row, told: list[Fault]) -> Row:
    said = {name: value for name, value in (*row.fields.items(), (FILE_COLUMN, row.file)) if name in _EMPTIED}
    unknown = [name for name, value in said.items() if _NOT_KNOWN.fullmatch(" ".join(folded(value).split()))]
    if not unknown:
        return row
    told += [Fault(row.number, name, f"{said[name]!r} says that it is not known; left empty") for name in unknown]
    fields = {name: value for name, value in row.fields.items() if name not in unknown}
    return replace(row, fields=fields, file="" if FILE_COLUMN in unknown else row.file)


def _orders(values: Iterable[str]) -> set[bool]:
    """Return what a column's figures prove: True for month first, False for day first."""
    proven: set[bool] = set()
    for value in values:
        if figures := _FIGURES.fullmatch(value.strip()):
            first, second = int(figures[1]), int(figures[3])
            if first > 12 or second > 12:
                proven.add(second > 12)
    return proven


def _dated(row: Row, orders: dict[str, set[bool]], told: list[Fault]) -> Row:
    fields = dict(row.fields)
    for name in _DAYS:
        value = fields.get(name, "").strip()
        if value and not _is_edtf(value) and (day := _day(value, orders[name])):
            fields[name] = day
            told.append(Fault(row.number, name, f"{value!r} is read as {day}"))
    return replace(row, fields=fields)


def _is_edtf(value: str) -> bool:
    try:
        parse_edtf(value)
    except InvalidDate:
        return False
    return True


def _day(value: str, proven: set[bool]) -> str:
    """Return the one day that is all a cell says, or nothing."""
    if midnight := _MIDNIGHT.fullmatch(value):
        value = midnight[1]
    if figures := _FIGURES.fullmatch(value):
        first, second = int(figures[1]), int(figures[3])
        if len(proven) > 1 and first <= 12 and second <= 12:
            return ""
        month_first = second > 12 or (first <= 12 and proven == {True})
        return _iso(figures[4], first if month_first else second, second if month_first else first)
    if (short := _SHORT.fullmatch(folded(value))) and short[2] in SHORT_MONTHS:
        return _iso(short[3], SHORT_MONTHS[short[2]], int(short[1]))
    found = list(find_dates(value))
    alone = len(found) == 1 and not re.search(r"\d", value[: found[0].start] + value[found[0].end :])
    return found[0].date.isoformat() if alone else ""


def _iso(year: str, month: int, day: int) -> str:
    try:
        return dt.date(full_year(year), month, day).isoformat()
    except ValueError:
        return ""


def with_both_days(faults: Iterable[Fault], rows: Iterable[Row]) -> list[Fault]:
    """Return the faults, those of figures that could be two days with both, so that the list can be mended."""
    values = {(row.number, name): row.fields.get(name, "").strip() for row in rows for name in _DAYS}
    return [_with_both(fault, values.get((fault.row, fault.column), "")) for fault in faults]


def _with_both(fault: Fault, value: str) -> Fault:
    figures = _FIGURES.fullmatch(value)
    if figures is None:
        return fault
    first, second = int(figures[1]), int(figures[3])
    days = [day for day in (_iso(figures[4], second, first), _iso(figures[4], first, second)) if day]
    if len(days) < 2:
        return fault
    return replace(fault, detail=f"{value!r} may be {days[0]} or {days[1]}: other rows of this column write both ways")
