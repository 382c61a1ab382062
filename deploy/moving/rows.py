"""The rows of a site: which tables there are, their rows a portion at a time, and what proves two tables equal.

Values go through Django's fields, so that each database gets them in its own form; nothing else touches them: no
default, no `auto_now`, no signal.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections
from django.db.models import Model

Row = tuple[Any, ...]

# Moves are told of where they happen; the others belong to a queue or an engine, and the new place has its own.
LEFT_BEHIND = frozenset({"deploy_move", "django_tasks_database_dbtaskresult", "search_indexrequest", "search_setaside"})
MOST_ROWS = 500
MOST_CHARACTERS = 2_000_000
READ_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many rows a table has, and a sum over the digests of all, whatever their order."""

    rows: int
    checksum: str


def tables() -> list[type[Model]]:
    """Return the models of all tables that a site consists of, each after those its rows point to."""
    models = {
        model: model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_BEHIND
    }
    order: TopologicalSorter[type[Model]] = TopologicalSorter()
    for model in sorted(models, key=lambda one: models[one]):
        pointed_to = [field.related_model for field in model._meta.concrete_fields if field.is_relation]
        order.add(model, *(other for other in pointed_to if isinstance(other, type) and other is not model))
    return list(order.static_order())


def portions(model: type[Model], *, using: str, after: Any = None) -> Iterator[list[Row]]:
    """Yield a table's rows by their keys, some hundreds or some megabytes at a time, those behind `after` alone."""
    found = model._base_manager.using(using).order_by("pk")
    if after is not None:
        found = found.filter(pk__gt=after)
    rows: list[Row] = []
    characters = 0
    for row in found.values_list(*names(model)).iterator(chunk_size=READ_AT_ONCE):
        rows.append(row)
        characters += sum(len(value) for value in row if isinstance(value, str | bytes | memoryview))
        if len(rows) == MOST_ROWS or characters >= MOST_CHARACTERS:
            yield rows
            rows, characters = [], 0
    if rows:
        yield rows


def names(model: type[Model]) -> list[str]:
    """Return what the values of a row are, in their order."""
    return [field.attname for field in model._meta.concrete_fields]


def key_of(model: type[Model], row: Row) -> Any:
    return row[names(model).index(model._meta.pk.attname)]


def with_parents(model: type[Model], rows: list[Row], *, using: str) -> list[Row]:
    """Add the rows of the same table that these point to and that would come later: trees have no order of keys."""
    within = [
        names(model).index(field.attname) for field in model._meta.concrete_fields if field.related_model is model
    ]
    if not within:
        return rows
    last = max(key_of(model, row) for row in rows)
    known = {key_of(model, row) for row in rows}
    added, looked_at = list(rows), rows
    while looked_at:
        wanted = {row[at] for row in looked_at for at in within if row[at] is not None and row[at] > last} - known
        known |= wanted
        looked_at = list(model._base_manager.using(using).filter(pk__in=wanted).values_list(*names(model)))
        added += looked_at
    return added


def write(model: type[Model], rows: Sequence[Row], *, using: str) -> None:
    """Insert rows as they are; one whose key is there already is passed over."""
    connection = connections[using]
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    prepared = [
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING",  # noqa: S608 - names of our own tables
            prepared,
        )


def count_on(models: Sequence[type[Model]], *, using: str) -> None:
    """Have new rows be numbered behind those that came, and a server know how its tables are filled."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")


class Tally:
    """The fingerprint of rows that come portion by portion, in any order."""

    def __init__(self) -> None:
        self._rows, self._total = 0, 0

    def add(self, rows: Sequence[Row]) -> None:
        self._rows += len(rows)
        for row in rows:
            said = "\x1f".join(_plain(value) for value in row).encode("utf-8", "surrogatepass")
            self._total += int.from_bytes(hashlib.blake2b(said, digest_size=16).digest())

    def fingerprint(self) -> Fingerprint:
        return Fingerprint(self._rows, f"{self._total % (1 << 128):032x}")


def fingerprint(model: type[Model], *, using: str) -> Fingerprint:
    """Read a whole table and return what it holds in short."""
    tally = Tally()
    for rows in portions(model, using=using):
        tally.add(rows)
    return tally.fingerprint()


def _plain(value: Any) -> str:
    """Return a value as one text, the same from every database."""
    if isinstance(value, bytes | memoryview):
        return hashlib.blake2b(value, digest_size=16).hexdigest()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return repr(value)
