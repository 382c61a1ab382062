"""Taking turns: who changes a record has it to themselves until their transaction ends.

SQLite has one writer anyway. PostgreSQL lets writers meet; then each service that reads a record to decide takes its
turn first, and reads afterwards. The order is the same everywhere, so that nobody waits in a ring: what brought the
change (an upload, a job), then records by their id, then what belongs to them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import connection, models

from records.models import Record

_Rows = TypeVar("_Rows", bound="models.QuerySet[Any, Any]")


def take_turn(records: Iterable[uuid.UUID]) -> None:
    """Wait until nobody else changes these records, and keep others waiting until the transaction ends."""
    if connection.features.has_select_for_update and (ids := set(records)):
        list(in_turn(Record.objects.filter(pk__in=ids)).values_list("pk"))


def in_turn(rows: _Rows) -> _Rows:
    """Return the rows so that reading them is taking one's turn, in the order of their keys.

    Rows that name them may still be added meanwhile: a lock that forbade it would make every upload wait.
    """
    return rows.order_by("pk").select_for_update(no_key=True)
