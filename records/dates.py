"""Dates of documents: uncertain ones as EDTF (ISO 8601-2), and dates as Spanish and English texts write them.

Our policy where the standard leaves room: `~` (approximate) and `%` widen a date by one unit of what it states,
`1972~` to 1971-1973 and `2004-06~` to May-July; `?` doubts the source and widens nothing; an open or unknown end
of an interval has no bound.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from records.errors import InvalidValue
from records.numbering.ordinals import cardinal_value
from records.numbering.spelling import folded
from records.numbering.written import full_year


class InvalidDate(InvalidValue):
    """A date that cannot be read, or that no calendar has."""

    code = "invalid_date"
    default_detail = (
        "This is no date; use YYYY-MM-DD, YYYY-MM, YYYY, or EDTF such as 1955-XX, 1972~ or 2011-07/2011-09."
    )


@dataclass(frozen=True, slots=True)
class UncertainDate:
    """A date as written (EDTF) with the first and the last day it may be; None where it has no bound."""

    text: str
    earliest: dt.date | None
    latest: dt.date | None


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day named in a text, and where."""

    date: dt.date
    start: int
    end: int


_PLAIN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_OPEN = frozenset({"", ".."})


def _by_name(*months: str) -> dict[str, int]:
    """Return the number of each month by the names it is given, from January on."""
    return {name: number for number, names in enumerate(months, 1) for name in names.split()}


_MONTHS = _by_name(
    "enero january", "febrero february", "marzo march", "abril april", "mayo may", "junio june",
    "julio july", "agosto august", "septiembre setiembre september sept", "octubre october",
    "noviembre november", "diciembre december",
)  # fmt: skip
SHORT_MONTHS = _by_name(
    "ene jan", "feb", "mar", "abr apr", "may", "jun", "jul", "ago aug", "sep set sept", "oct", "nov", "dic dec"
)
"""Months as stamps and spreadsheets shorten them, Spanish and English, without the dot."""
_ENGLISH = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH = "|".join(_MONTHS)
_WORDS = r"[a-z]+(?: y [a-z]+)?"
_IN_WORDS = r"(?:dos mil(?: [a-z]+){0,3}|mil (?:ocho|nove)cientos(?: [a-z]+){0,3})"
_DATES = re.compile(
    rf"(?<![a-z0-9])(?:"
    rf"(?P<iso>\d{{4}}-\d\d-\d\d)(?!\d)"
    rf"|(?P<d1>\d{{1,2}})[°o]?(?: dias?)?(?: del mes)? ?(?:de |del? )?(?P<m1>{_MONTH})\.?,?(?: del?(?: ano)?)? "
    rf"(?P<y1>\d{{4}}|\d[.,]\d{{3}}|{_IN_WORDS})"
    rf"|(?P<m2>{_ENGLISH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>\d{{4}})"
    rf"|(?P<d3>\d{{1,2}})(?P<sign>[-/.])(?P<m3>\d{{1,2}})(?P=sign)(?P<y3>\d{{4}}|\d\d)(?![\d/-])"
    rf"|(?P<d4>{_WORDS})(?: \(\d+\))? dias? del mes de (?P<m4>{_MONTH}),?(?: del?(?: ano)?) (?P<y4>\d{{4}}|{_IN_WORDS})"
    rf"|(?P<d5>primero|uno) de (?P<m5>{_MONTH}),?(?: del?(?: ano)?) (?P<y5>\d{{4}}|{_IN_WORDS})"
    rf")"
)
_DAY_WORDS = re.compile(r"(?:[a-z]+ y )?[a-z]+$")
_SPACE = re.compile(r"\s")


def parse_edtf(text: str) -> UncertainDate:
    """Read an EDTF date (ISO 8601-2 levels 0 to 2); the text is kept as written, without outer space.

    Raises InvalidDate (attr `date`) for what is none, for a day no calendar has and for years outside 1 to 9999.
    """
    text = text.strip()
    if text.count("/") == 1:
        first, last = (part.strip() for part in text.split("/"))
        if first in _OPEN and last in _OPEN:
            raise InvalidDate(attr="date")
        earliest = None if first in _OPEN else _bounds(first)[0]
        latest = None if last in _OPEN else _bounds(last)[1]
        if earliest and latest and earliest > latest:
            raise InvalidDate(f"{text!r} ends before it starts.", attr="date")
        return UncertainDate(text, earliest, latest)
    earliest, latest = _bounds(text)
    return UncertainDate(text, earliest, latest)


def parse_date(text: str) -> dt.date | None:
    """Return the first day that a text names in figures or words, Spanish or English; None if it names none."""
    return next((found.date for found in find_dates(text)), None)


def find_dates(text: str, *, month_first: bool = False) -> Iterator[FoundDate]:
    """Yield the days that a text names, in order; what looks like one and is none (31 February) is passed over.

    In figures the day comes first, as Spanish writes, or the month, as the United States do. Years 1800 to 2199.
    Linear in the text.
    """
    plain = _SPACE.sub(" ", folded(text))
    for match in _DATES.finditer(plain):
        day = _day(match, month_first=month_first)
        if day is not None and 1800 <= day.year < 2200:
            yield FoundDate(day, match.start(), match.end())


def _day(match: re.Match[str], *, month_first: bool) -> dt.date | None:
    try:
        if match["iso"]:
            return dt.date.fromisoformat(match["iso"])
        for which in "12345":
            if day := match[f"d{which}"]:
                month = match[f"m{which}"]
                if month_first and which == "3" and int(day) > 0 and int(month) <= 31:
                    day, month = month, day
                number = int(month) if month.isdecimal() else _MONTHS[month]
                return dt.date(_year(match[f"y{which}"]), number, _day_number(day))
    except ValueError:
        return None
    return None


def _day_number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    # Words may stand before the day: `a los veintiseis dias`.
    for words in (text, text.rsplit(maxsplit=1)[-1]):
        if value := cardinal_value(words):
            return value
    return 0


def _year(text: str) -> int:
    if text.isdecimal():
        return full_year(text)
    if text[0].isdecimal():
        return int(text.replace(".", "").replace(",", ""))
    words = text.split()
    # The sentence may go on after the year: `dos mil dieciocho en Lima`.
    for length in range(len(words), 1, -1):
        if value := cardinal_value(" ".join(words[:length])):
            return value
    return 0


@lru_cache(maxsize=4096)
def _bounds(text: str) -> tuple[dt.date | None, dt.date | None]:
    match = _PLAIN.fullmatch(text)
    try:
        if match is not None:
            return _whole(int(match[1]), match[2], match[3])
        return _with_library(text)
    except (ValueError, OverflowError) as error:
        raise InvalidDate(f"{text[:60]!r} is no date; use YYYY-MM-DD or EDTF.", attr="date") from error


def _whole(year: int, month: str | None, day: str | None) -> tuple[dt.date, dt.date]:
    if day:
        exact = dt.date(year, int(month or 0), int(day))
        return exact, exact
    if month and 21 <= int(month) <= 41:
        return _with_library(f"{year:04}-{month}")  # type: ignore[return-value]
    return dt.date(year, int(month or 1), 1), _month_end(year, int(month or 12))


def _month_end(year: int, month: int) -> dt.date:
    if not 1 <= month <= 12:
        raise ValueError(month)
    first_of_next = dt.date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None
    return first_of_next - dt.timedelta(days=1) if first_of_next else dt.date.max


def _with_library(text: str) -> tuple[dt.date | None, dt.date | None]:
    # Slow to import, and rarely needed: most dates are plain.
    from edtf import parse_edtf as parse
    from edtf.parser.edtf_exceptions import EDTFParseException

    approximate = text.rstrip("?").endswith(("~", "%"))
    try:
        parsed = parse(text.rstrip("?~%") if approximate else text.removesuffix("?"))
        lower, upper = _as_date(parsed.lower_strict()), _as_date(parsed.upper_strict())
    except (EDTFParseException, AttributeError, TypeError, KeyError, IndexError) as error:
        raise ValueError(text) from error
    if approximate:
        lower, upper = _widened(lower, upper, text)
    return lower, upper


def _as_date(moment: Any) -> dt.date:
    if not hasattr(moment, "tm_year"):
        raise ValueError(moment)
    return dt.date(moment.tm_year, moment.tm_mon, moment.tm_mday)


def _widened(lower: dt.date, upper: dt.date, text: str) -> tuple[dt.date, dt.date]:
    parts = text.rstrip("?~%").count("-")
    if parts >= 2:
        return lower - dt.timedelta(days=1), upper + dt.timedelta(days=1)
    if parts == 1:
        before = lower - dt.timedelta(days=1)
        after = upper + dt.timedelta(days=1)
        return before.replace(day=1), _month_end(after.year, after.month)
    return lower.replace(year=lower.year - 1), upper.replace(year=upper.year + 1)
