"""What a file's name says: a number, a day, a title. People name files well more often than not.

Of 66 sampled file names of a ministry's decrees 65 held the right day and number (guide on real files).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.describing.description import Value
from records.dates import find_dates
from records.numbers import parse_number

_SUFFIX = re.compile(r"(?:\.[A-Za-z0-9]{1,5}){1,2}$")
_ISO = re.compile(r"(?<!\d)(\d{4})[-_. ](\d\d)[-_. ](\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PERIOD = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_ \u2013]{1,3}((?:19|20)\d\d)(?!\d)")
_COUNTRY = re.compile(r"^pe(?:-[a-z]{3}(?:-met)?)?__")
_DATE_LEAD = re.compile(r"^\s*\d{4}[-_. ]\d\d[-_. ]\d\d\s*[-_]?\s*")


@dataclass(frozen=True, slots=True)
class Named:
    """The parts of a file name; None or empty where it says nothing."""

    number: Value | None = None
    day: Value | None = None
    year: Value | None = None
    title: str = ""
    words: str = ""


def named(name: str) -> Named:
    """Read a file name, with or without folders before it."""
    stem = _COUNTRY.sub("", _SUFFIX.sub("", PurePosixPath(name).name))
    words = " ".join(re.sub(r"[_+#]+", " ", stem).split())
    day = _day(stem, words)
    rest = _DATE_LEAD.sub("", stem)
    year = _YEAR.search(_PERIOD.sub(_without_period, stem))
    return Named(
        number=Value(rest, "file_name") if _holds_a_number(rest) else None,
        day=Value(day, "file_name") if day else None,
        year=Value(year[0], "file_name") if year else None,
        title=_title(rest),
        words=words,
    )


def _without_period(years: re.Match[str]) -> str:
    """Leave out a term of office, `2024-2027`: of a document within it, it tells no year."""
    return "" if years[1] < years[2] else years[0]


def _holds_a_number(rest: str) -> bool:
    """Tell a designation from a mere figure: `AS_102_MODELO` and the period `2024-2027-57` name no number."""
    number = parse_number(rest)
    if number is None:
        return False
    return bool(number.kind_prefix) or (number.year is not None and not 1900 <= number.seq <= 2100)


def _day(stem: str, words: str) -> str:
    for candidate in (_ISO.sub(r"\1-\2-\3", stem).replace("_", " "), words):
        for found in find_dates(candidate):
            return found.date.isoformat()
    return ""


def _title(rest: str) -> str:
    """Return the name as a title: the last part of `D.S. 008-2020-MC - Decreto Supremo que …`, else all of it."""
    parts = [part.strip() for part in rest.split(" - ") if part.strip()]
    chosen = parts[-1] if len(parts) > 1 and parse_number(parts[0]) is not None else rest
    return " ".join(re.sub(r"[_+]+", " ", chosen).split()).strip(" -")
