"""Rows in files, the same from every database: a line is a portion of rows as JSON, the whole compressed.

A portion is what is restored in one transaction: rows come with those of their own table that they point to.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Model
from django.utils.duration import duration_iso_string

from deploy.moving import rows
from deploy.moving.rows import Fingerprint, Row, Tally

LEVEL = 3


def write_table(model: type[Model], path: Path, *, using: str) -> Fingerprint:
    """Write all rows of a table and return what it holds in short; some hundreds are in hand at a time."""
    tally = Tally()
    with gzip.open(path, "xt", LEVEL, encoding="ascii") as file:
        for portion in rows.portions(model, using=using):
            tally.add(portion)
            whole = rows.with_parents(model, portion, using=using)
            file.write(json.dumps(whole, default=_plain, separators=(",", ":")) + "\n")
    return tally.fingerprint()


def read_table(model: type[Model], path: Path, *, after: int = 0) -> Iterator[list[Row]]:
    """Yield the portions of a file behind the first `after`, their values as the fields want them."""
    fields = model._meta.concrete_fields
    with gzip.open(path, "rt", encoding="ascii") as file:
        for number, line in enumerate(file):
            if number >= after:
                yield [
                    tuple(field.to_python(value) for field, value in zip(fields, row, strict=True))
                    for row in json.loads(line)
                ]


def _plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return duration_iso_string(value)
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    raise TypeError(f"a value of {type(value).__name__} has no place in a backup")
