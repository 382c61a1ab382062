"""The shape of the document that `configure` takes: which keys there are, and what each value has to be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from records.errors import InvalidValue

_Reader = Callable[[Any, str], Any]

# Elsewhere null is as good as a key left out; here it takes away what was said before.
_NULL_SAYS_NONE = frozenset({"parent", "to"})


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the document with its path, such as `users[2]`; values are read, absent keys are absent."""

    path: str
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, or the default where the document leaves it out."""
        return self.values.get(name, default)

    def has(self, name: str) -> bool:
        """Tell whether the document says anything of it, were it null."""
        return name in self.values


@dataclass(slots=True)
class SiteDocument:
    """The entries by part, in the document's order."""

    users: list[Item] = field(default_factory=list)
    groups: list[Item] = field(default_factory=list)
    series: list[Item] = field(default_factory=list)
    bodies: list[Item] = field(default_factory=list)
    memberships: list[Item] = field(default_factory=list)
    sessions: list[Item] = field(default_factory=list)


def read_document(document: Any) -> SiteDocument:
    """Return the document's entries. Raises InvalidValue whose `attr` is the path of the value at fault."""
    if not isinstance(document, dict):
        raise InvalidValue(f"The document must be an object with any of {', '.join(PARTS)}.", attr="$")
    for name in document:
        if name not in PARTS:
            raise InvalidValue(f"{name!r} is not known; the parts are {', '.join(PARTS)}.", attr=str(name))
    site = SiteDocument()
    for name, part in PARTS.items():
        setattr(site, name, _items(name, part, document.get(name, [])))
    return site


@dataclass(frozen=True, slots=True)
class _Part:
    """What one entry holds: its keys, those it must have, and those that tell it from every other."""

    keys: Mapping[str, _Reader]
    required: tuple[str, ...]
    identity: tuple[str, ...]


def _items(name: str, part: _Part, entries: Any) -> list[Item]:
    if not isinstance(entries, list):
        raise InvalidValue("This must be a list.", attr=name)
    items = [_item(f"{name}[{at}]", part, entry) for at, entry in enumerate(entries)]
    seen: dict[tuple[Any, ...], str] = {}
    for item in items:
        identity = tuple(item.get(key) for key in part.identity)
        if identity in seen:
            raise InvalidValue(f"{item[part.identity[0]]!r} is already in {seen[identity]}.", attr=item.path)
        seen[identity] = item.path
    return items


def _item(path: str, part: _Part, entry: Any) -> Item:
    if isinstance(entry, str) and part.required == ("name",):
        entry = {"name": entry}
    if not isinstance(entry, dict):
        raise InvalidValue(f"This must be an object with {', '.join(part.keys)}.", attr=path)
    for key in entry:
        if key not in part.keys:
            raise InvalidValue(f"{key!r} is not known; the keys are {', '.join(part.keys)}.", attr=f"{path}.{key}")
    for key in part.required:
        if entry.get(key) in (None, ""):
            raise InvalidValue("This is missing.", attr=f"{path}.{key}")
    said = {key: value for key, value in entry.items() if value is not None or key in _NULL_SAYS_NONE}
    return Item(path, {key: part.keys[key](value, f"{path}.{key}") for key, value in said.items()})


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidValue("This must be a text.", attr=path)
    if "\x00" in value or len(value) > 300:
        raise InvalidValue("This must be a text of at most 300 characters without NUL.", attr=path)
    return value.strip()


def _secret(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidValue("This must be a text that is not empty.", attr=path)
    return value


def _code(value: Any, path: str) -> str | None:
    return None if value is None else _text(value, path)


def _texts(value: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        raise InvalidValue("This must be a list of texts.", attr=path)
    return [_text(entry, f"{path}[{at}]") for at, entry in enumerate(value)]


def _yes(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue("This must be true or false.", attr=path)
    return value


def _whole(value: Any, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 99_999:
        raise InvalidValue("This must be a whole number from 1 to 99999.", attr=path)
    return value


def _day(value: Any, path: str) -> dt.date:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise InvalidValue(f"{value!r} is not a day such as 2024-05-31.", attr=path)


def _open_day(value: Any, path: str) -> dt.date | None:
    return None if value in (None, "") else _day(value, path)


PARTS: dict[str, _Part] = {
    "users": _Part(
        {"username": _text, "password": _secret, "roles": _texts, "groups": _texts, "active": _yes},
        ("username",),
        ("username",),
    ),
    "groups": _Part({"name": _text}, ("name",), ("name",)),
    "series": _Part(
        {"code": _text, "title": _text, "parent": _code, "access": _text, "belonging": _text}, ("code",), ("code",)
    ),
    "bodies": _Part({"code": _text, "name": _text, "kind": _text, "parent": _code}, ("code",), ("code",)),
    "memberships": _Part(
        {"user": _text, "body": _text, "capacity": _text, "from": _day, "to": _open_day, "entity": _text},
        ("user", "body", "from"),
        ("user", "body", "capacity", "from"),
    ),
    "sessions": _Part(
        {"code": _text, "body": _text, "kind": _text, "number": _whole, "date": _day, "year": _whole},
        ("code", "body", "number", "date"),
        ("code",),
    ),
}
