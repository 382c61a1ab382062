"""Days that were stamped on paper and recognised: `27 SET, 2012`, `0 5 OCT. 2009`, `a los 1.4. MAR, 2022`.

Recognition parts the two figures of a stamp, and often misreads one. A stamp shows what it should be: two figures for
the day, four for the year. What shows less is a stamp that nobody can read, and no day.
"""

from __future__ import annotations

import datetime as dt
import re

from records.dates import SHORT_MONTHS, FoundDate
from records.numbering.spelling import folded

_NAMES = "|".join(sorted(SHORT_MONTHS, key=len, reverse=True))
_STAMP = re.compile(
    r"^[^a-z0-9]{0,4}(?P<tens>\d)[ .]{0,2}(?P<ones>\d)[-/.,° ]{1,3}(?:de )?"
    rf"(?P<month>{_NAMES})[-/.,_ ]{{1,4}}(?:del? )?(?P<year>\d{{4}})(?![a-z0-9])"
)
_SPACE = re.compile(r"\s")
_MOST = 40
_FIRST_YEAR = 1900


def stamp_at_start(text: str, *, year: int | None) -> FoundDate | None:
    """Return the stamped day that a text begins with; None where there is none, and where nobody can read it.

    `year` is that of the document's number: it is signed then or the next, and a stamp of another year was misread.
    """
    plain = _SPACE.sub(" ", folded(text[:_MOST]))
    stamp = _STAMP.search(plain)
    if stamp is None or not _may_be(int(stamp["year"]), year):
        return None
    try:
        day = dt.date(int(stamp["year"]), SHORT_MONTHS[stamp["month"]], int(stamp["tens"] + stamp["ones"]))
    except ValueError:
        return None
    return FoundDate(day, stamp.start(), stamp.end())


def _may_be(stamped: int, year: int | None) -> bool:
    """Tell a year that a stamp may have: none to come, and where the number has one, that or the next."""
    now = dt.datetime.now(dt.UTC).year
    return _FIRST_YEAR <= stamped <= now if year is None else year <= stamped <= min(year + 1, now)
