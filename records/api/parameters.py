"""Values of the query string: every name known, every value in its type, wrong ones named."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection

from django.http import QueryDict

from records.errors import InvalidValue, NotFound, UnknownParameter

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_NUMBER = re.compile(r"[0-9]{1,9}\Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
LONGEST_VALUE = 300


def refuse_unknown(query: QueryDict, known: Collection[str]) -> None:
    """Raise UnknownParameter for the first name that is not one of `known`."""
    for name in query:
        if name not in known:
            raise UnknownParameter(f"{name[:60]!r} is not a parameter here.", attr=name[:60])


def day(query: QueryDict, name: str) -> dt.date | None:
    """Return an ISO day, or None where none is given. Raises InvalidValue with the name."""
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        if _DAY.match(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidValue(f"{text[:40]!r} is not a day such as 2024-03-15.", attr=name)


def number(query: QueryDict, name: str, *, least: int = 1, most: int = 999_999_999) -> int | None:
    """Return a whole number, or None where none is given. Raises InvalidValue with the name."""
    text = query.get(name, "").strip()
    if not text:
        return None
    if not _NUMBER.match(text) or not least <= int(text) <= most:
        raise InvalidValue(f"A whole number from {least} to {most} is needed.", attr=name)
    return int(text)


def boolean(query: QueryDict, name: str) -> bool | None:
    """Return true or false, or None where none is given. Raises InvalidValue with the name."""
    text = query.get(name, "").strip().lower()
    if not text:
        return None
    if text not in _BOOLEANS:
        raise InvalidValue("Use true or false.", attr=name)
    return _BOOLEANS[text]


def choice(query: QueryDict, name: str, known: Collection[str], default: str) -> str:
    """Return one of `known`. Raises InvalidValue with the name."""
    value = query.get(name, "").strip() or default
    if value not in known:
        raise InvalidValue(f"{value[:40]!r} is not one of {', '.join(known)}.", attr=name)
    return value


def values(query: QueryDict, name: str) -> list[str]:
    """Return the values of a filter, which may be repeated. Raises InvalidValue for one that no column can hold."""
    given = [value.strip() for value in query.getlist(name) if value.strip()]
    if any(len(value) > LONGEST_VALUE or "\x00" in value for value in given):
        raise InvalidValue(f"A value has at most {LONGEST_VALUE} characters.", attr=name)
    return given


def id_of(text: str) -> uuid.UUID:
    """Return an id of an address. What is no id names nothing: raises NotFound."""
    if not _UUID.match(text):
        raise NotFound()
    return uuid.UUID(text)


def number_of(text: str) -> int:
    """Return a version's or page's number of an address. Raises NotFound for what is none."""
    if not _NUMBER.match(text):
        raise NotFound()
    return int(text)
