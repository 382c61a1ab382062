"""Lists by pages: a cursor stands for the last row seen, is signed, and belongs to one person and question."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db import models
from django.db.models import F, Q, QuerySet
from rest_framework.request import Request

from records.api import parameters
from records.errors import InvalidCursor
from records.persons import Person

_Row = TypeVar("_Row", bound=models.Model)
SIZE = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class PageOfRows(Generic[_Row]):
    """Some rows of a list, and the cursor of those that follow, if any do."""

    rows: Sequence[_Row]
    next: str | None


def page_of(
    rows: QuerySet[_Row], *, request: Request, person: Person, column: str, descending: bool, unique: str = "pk"
) -> PageOfRows[_Row]:
    """Return the page of `rows` that the request's `cursor` and `size` ask for, ordered by a column and then `unique`.

    Rows without a value in the column come last. Raises InvalidValue, InvalidCursor.
    """
    size = parameters.number(request.query_params, "size", most=MOST) or SIZE
    salt = _salt(request, person)
    after = _read(request.query_params.get("cursor", ""), salt)
    if after is not None:
        rows = rows.filter(_following(after, column, descending, unique))
    # Said only where it matters: an index knows nothing of the place of values that cannot be missing.
    last = {"nulls_last": True} if rows.model._meta.get_field(_name_of(rows, column)).null else {}
    order = F(column).desc(**last) if descending else F(column).asc(**last)
    found = list(rows.order_by(order, f"-{unique}" if descending else unique)[: size + 1])
    if len(found) <= size:
        return PageOfRows(found, None)
    end = found[size - 1]
    place = [_plain(getattr(end, column)), _plain(getattr(end, unique))]
    return PageOfRows(found[:size], signing.dumps(place, salt=salt, compress=True))


def _name_of(rows: QuerySet[_Row], column: str) -> str:
    return rows.model._meta.pk.name if column == "pk" else column


def _following(after: list[Any], column: str, descending: bool, unique: str) -> Q:
    value, key = after
    side = "lt" if descending else "gt"
    if value is None:
        return Q(**{f"{column}__isnull": True, f"{unique}__{side}": key})
    beyond = Q(**{f"{column}__{side}": value}) | Q(**{f"{column}__isnull": True})
    return beyond | Q(**{column: value, f"{unique}__{side}": key})


def _salt(request: Request, person: Person) -> str:
    """Bind a cursor to its person, address and question, so that nobody else's opens a list here."""
    asked = sorted((name, values) for name, values in request.query_params.lists() if name not in ("cursor", "size"))
    told = json.dumps([person.username, person.user_id, request.path, asked])
    return "cursor:" + hashlib.sha256(told.encode()).hexdigest()


def _read(text: str, salt: str) -> list[Any] | None:
    if not text:
        return None
    try:
        place = signing.loads(text, salt=salt)
    except signing.BadSignature:
        raise InvalidCursor(attr="cursor") from None
    assert isinstance(place, list)
    return place


def _plain(value: Any) -> Any:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return value if isinstance(value, (int, str)) or value is None else str(value)
