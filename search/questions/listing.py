"""What was asked, added up over days, for those whose office it is."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet, Sum

from records.persons import Person
from records.spreadsheets import harmless
from search.language import fold
from search.models import AskedQuestion

ORDERS = ("asked", "empty")
MOST_ROWS = 20_000
COLUMNS = ("question", "asked", "without_results", "last", "median_ms", "relevance", "persons")


@dataclass(frozen=True, slots=True)
class Told:
    """A question over the days looked at. `persons` is empty unless the site keeps them."""

    text: str
    asked: int
    empty: int
    last: dt.datetime
    median: int | None
    relevance: int
    persons: tuple[str, ...]


def may_read_questions(person: Person) -> bool:
    """Tell whether a person may see what is asked: archivists, whose office is that things are found.

    Not operators: words of a question may tell of a document, and operators see figures without content.
    """
    return person.has_role("archivist")


def totals(*, since: dt.date, order: str, text: str = "") -> QuerySet[AskedQuestion, Any]:
    """Return questions with their sums, those asked most (or most in vain, and only those) first."""
    rows = AskedQuestion.objects.filter(day__gte=since)
    if text:
        rows = rows.filter(text__contains=fold(text.strip()))
    summed = (
        rows.order_by()
        .values("text")
        .annotate(times_asked=Sum("asked"), times_empty=Sum("empty"), last=Max("last_at"), newest=Max("relevance"))
    )
    if order == "empty":
        return summed.filter(times_empty__gt=0).order_by("-times_empty", "-last", "text")
    return summed.order_by("-times_asked", "-last", "text")


def told(sums: Iterable[dict[str, Any]], *, since: dt.date) -> list[Told]:
    """Return these sums with their median times and, where kept, who asked: one query for all."""
    rows = list(sums)
    times: dict[str, Counter[int]] = {}
    persons: dict[str, set[str]] = {}
    texts = [row["text"] for row in rows]
    kept = (
        AskedQuestion.objects.filter(day__gte=since, text__in=texts)
        if len(texts) <= 500
        else (AskedQuestion.objects.filter(day__gte=since))
    )
    for text, person, counted in kept.values_list("text", "person", "times"):
        times.setdefault(text, Counter()).update({int(step): number for step, number in counted.items()})
        if person:
            persons.setdefault(text, set()).add(person)
    return [_told(row, times.get(row["text"], Counter()), persons.get(row["text"], set())) for row in rows]


def _told(row: dict[str, Any], times: Counter[int], persons: set[str]) -> Told:
    return Told(
        text=row["text"],
        asked=row["times_asked"],
        empty=row["times_empty"],
        last=row["last"],
        median=_median(times),
        relevance=row["newest"],
        persons=tuple(sorted(persons)),
    )


def _median(times: Counter[int]) -> int | None:
    """Return the step that the median lies under, in milliseconds."""
    passed = 0
    for step in sorted(times):
        passed += times[step]
        if passed * 2 >= times.total():
            return step
    return None


def written(rows: Sequence[Told]) -> str:
    """Return questions as CSV; no spreadsheet takes one for a formula."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for row in rows:
        median = "" if row.median is None else row.median
        table.writerow(
            [
                harmless(row.text),
                row.asked,
                row.empty,
                row.last.isoformat(),
                median,
                row.relevance,
                "; ".join(row.persons),
            ]
        )
    return out.getvalue()
