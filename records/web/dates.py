"""Uncertain dates (EDTF, ISO 8601-2) as a person would say them, in the reader's language."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from records.models import Record

_YEAR = re.compile(r"\d{4}\Z")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-XX)?\Z")
_ONLY_YEAR = re.compile(r"(\d{4})-XX(?:-XX)?\Z")


def said_date(record: Record) -> str:
    """Return a record's date in words: a day, a month, a year, or the span it lies in. Empty where none is known."""
    text = record.date_text.strip()
    plain = text.rstrip("?~%")
    words = _plain(plain, record)
    if not words:
        return ""
    if text.endswith("%"):
        return _("about %(date)s, uncertain") % {"date": words}
    if text.endswith("~"):
        return _("about %(date)s") % {"date": words}
    if text.endswith("?"):
        return _("%(date)s, uncertain") % {"date": words}
    return words


def date_is_uncertain(record: Record) -> bool:
    """Tell whether the record's date is anything else than one known day."""
    return record.date_min is None or record.date_min != record.date_max or record.date_text.endswith(("?", "~", "%"))


def _plain(text: str, record: Record) -> str:
    if _YEAR.match(text):
        return text
    if only := _ONLY_YEAR.match(text):
        return only[1]
    if month := _MONTH.match(text):
        return date_format(dt.date(int(month[1]), int(month[2]), 1), "YEAR_MONTH_FORMAT")
    if record.date_min and record.date_min == record.date_max:
        return date_format(record.date_min, "DATE_FORMAT")
    if record.date_min and record.date_max:
        first, last = (date_format(day, "DATE_FORMAT") for day in (record.date_min, record.date_max))
        return _("between %(first)s and %(last)s") % {"first": first, "last": last}
    return text
