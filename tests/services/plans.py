"""What PostgreSQL does to answer: the statements as the code issues them, each explained while it is carried out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

SCANS = frozenset({"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan"})


@dataclass(frozen=True, slots=True)
class Looked:
    """One table looked at: whole or by an index, and at how many of its rows."""

    table: str
    whole: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Work:
    """All that some statements made the database do."""

    statements: int
    milliseconds: float
    looked: tuple[Looked, ...]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.looked)

    def whole_tables(self, most: int) -> set[str]:
        """Return the tables that were gone through from end to end, of those with more rows than this."""
        return {one.table for one in self.looked if one.whole and one.rows > most}


def work_of(deed: Callable[[], object]) -> Work:
    """Return what the statements of a deed cost. They are carried out once more and taken back."""
    with CaptureQueriesContext(connection) as captured:
        deed()
    statements = [one["sql"] for one in captured if one["sql"].startswith(("SELECT", "UPDATE", "DELETE", "("))]
    plans = [explained(sql) for sql in statements]
    looked = tuple(found for plan in plans for found in _looked_at(plan["Plan"]))
    return Work(len(statements), sum(plan["Execution Time"] for plan in plans), looked)


def explained(sql: str) -> dict[str, Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        [[told]] = cursor.fetchall()
        transaction.set_rollback(True)
    plan = json.loads(told) if isinstance(told, str) else told
    assert isinstance(plan, list)
    return dict(plan[0])


def _looked_at(node: dict[str, Any]) -> Iterator[Looked]:
    times = node["Actual Loops"]
    if node["Node Type"] in SCANS and times:
        dropped = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
        rows = (node["Actual Rows"] + sum(node.get(name, 0) for name in dropped)) * times
        yield Looked(node["Relation Name"], node["Node Type"] == "Seq Scan", int(rows))
    for below in node.get("Plans", []):
        yield from _looked_at(below)
