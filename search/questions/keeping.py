"""The counts in the database: added up by day, kept for as many days as the site says."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from records.services.turns import in_turn
from search.models import AskedQuestion
from search.questions.wording import OTHER

AT_ONCE = 100
MOST_A_DAY = 20_000
"""Different questions of one day; a program that asks for nonsense all day fills no table."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is counted together: a day's same question, by the same version of the relevance settings."""

    day: dt.date
    text: str
    person: str
    relevance: int


@dataclass(frozen=True, slots=True)
class Count:
    """How often it was asked, how often without result, when last, and how many took up to how many milliseconds."""

    asked: int = 0
    empty: int = 0
    last: dt.datetime | None = None
    times: Counter[int] = field(default_factory=Counter)

    def plus(self, more: Count) -> Count:
        last = max((one.last for one in (self, more) if one.last is not None), default=None)
        return Count(self.asked + more.asked, self.empty + more.empty, last, self.times + more.times)


def keep_counts(counts: Mapping[Key, Count]) -> None:
    """Add what a process has counted to what is kept, some at a time: other writers need not wait long."""
    waiting = iter(sorted(counts.items(), key=lambda one: (one[0].day, one[0].text, one[0].person)))
    while some := list(islice(waiting, AT_ONCE)):
        with transaction.atomic():
            for key, count in some:
                _add(key, count)


def _add(key: Key, count: Count) -> None:
    row = _row(key)
    if row is None and AskedQuestion.objects.filter(day=key.day).count() >= MOST_A_DAY:
        key = replace(key, text=OTHER)
        row = _row(key)
    if row is None:
        try:
            with transaction.atomic():
                _filled(AskedQuestion(**_said(key)), count).save(force_insert=True)
        except IntegrityError:
            # Another process made it since we looked.
            row = _row(key)
    if row is not None:
        _filled(row, count).save()


def _row(key: Key) -> AskedQuestion | None:
    return in_turn(AskedQuestion.objects.filter(**_said(key))).first()


def _said(key: Key) -> dict[str, object]:
    return {"day": key.day, "text": key.text, "person": key.person, "relevance": key.relevance}


def _filled(row: AskedQuestion, count: Count) -> AskedQuestion:
    row.asked += count.asked
    row.empty += count.empty
    row.last_at = max(filter(None, (row.last_at, count.last)))
    times = Counter({int(step): number for step, number in row.times.items()}) + count.times
    row.times = {str(step): number for step, number in sorted(times.items())}
    return row


def forget_questions(*, today: dt.date) -> int:
    """Delete the counts that are older than the site keeps them; return how many rows went."""
    site: dict[str, Any] = settings.LEGAJO_SEARCH_LOG
    oldest = today - dt.timedelta(days=site["days"])
    return AskedQuestion.objects.filter(day__lt=oldest).delete()[0]
