"""Numbers of cells as people read them: days counted from 1900, shares as per cent, figures without noise."""

from __future__ import annotations

import datetime as dt
import re

_BUILT_IN_DATES = frozenset(f"#{number}" for number in [*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_BUILT_IN_SHARES = frozenset({"#9", "#10"})
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_LETTERS = re.compile("[dmyhs]", re.I)
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a sheet knows no zones


def is_date(number_format: str) -> bool:
    """Whether a number in this format is a day or a time (ECMA-376, 18.8.30)."""
    if number_format.startswith("#"):
        return number_format in _BUILT_IN_DATES
    plain = _LITERAL.sub("", number_format.partition(";")[0])
    return "general" not in plain.lower() and _DATE_LETTERS.search(plain) is not None


def date_of(value: str, *, from_1904: bool) -> str:
    """A count of days as an ISO date, with the time where there is one; a time alone where there is no day."""
    try:
        days = float(value)
        moment = (_EPOCH_1904 if from_1904 else _EPOCH) + dt.timedelta(days=days)
    except (ValueError, OverflowError):
        return value
    moment = (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    if 0 <= days < 1:
        return moment.time().isoformat("minutes")
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(" ", "minutes")


def number_text(value: str, number_format: str = "") -> str:
    """A number without the noise of binary fractions, as a share where its format says so."""
    try:
        number = float(value)
    except ValueError:
        return value
    share = number_format in _BUILT_IN_SHARES or number_format.endswith("%")
    text = f"{number * 100 if share else number:.15g}"
    if "e" in text and abs(number) < 1e21 and number == int(number):
        text = str(int(number))
    return f"{text}%" if share else text
