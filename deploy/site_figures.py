"""What an operator watches, worked out from rows in a fixed number of queries, so that all processes agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Min, Sum
from django.utils import timezone

from ingest.models import Job
from records.models import Dirty, Event, Pulse, Record, Seal, Version
from search.models import SetAside

LANES = {0: "person", 1: "bulk"}
WEIGHTS = {False: "quick", True: "heavy"}


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """Counts of rows, and ages in seconds of the oldest."""

    records: int
    versions: dict[str, int]
    dirty: int
    dirty_oldest: float
    set_aside: int
    jobs: dict[str, int]
    waiting_oldest: dict[tuple[str, str], float]
    failures: dict[str, int]
    leases_over: int
    leases_lost: int
    unsealed: int
    unsealed_oldest: float
    pulses: dict[str, float] = field(default_factory=dict)

    @property
    def waiting_longest(self) -> float:
        return max(self.waiting_oldest.values(), default=0.0)


def site_figures() -> SiteFigures:
    """Return the figures of this moment."""
    now = timezone.now()
    failed = Job.objects.filter(state=Job.State.FAILED)
    # After the last that was sealed: looking for each event's seal would read the whole chain.
    sealed = Seal.objects.order_by("-position").values_list("event", flat=True).first() or 0
    unsealed = Event.objects.filter(pk__gt=sealed).aggregate(count=Count("pk"), at=Min("at"))
    # What was claimed more often than once lost its worker in between; most jobs are not, and the index holds none.
    lost = Job.objects.filter(attempt__gt=1).aggregate(times=Sum(F("attempt") - 1))["times"]
    return SiteFigures(
        records=Record.objects.count(),
        versions=dict.fromkeys(Version.State.values, 0) | _count_by(Version.objects.values_list("state")),
        dirty=Dirty.objects.count(),
        dirty_oldest=_age(Dirty.objects.aggregate(at=Min("created"))["at"], now),
        set_aside=SetAside.objects.count(),
        jobs=dict.fromkeys(Job.State.values, 0) | _count_by(Job.objects.values_list("state")),
        waiting_oldest=_waiting_oldest(now),
        failures=_count_by(failed.values_list("code")),
        leases_over=Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now).count(),
        leases_lost=int(lost or 0),
        unsealed=unsealed["count"],
        unsealed_oldest=_age(unsealed["at"], now),
        pulses={pulse.name: _age(pulse.at, now) for pulse in Pulse.objects.all()},
    )


def _waiting_oldest(now: dt.datetime) -> dict[tuple[str, str], float]:
    """Return how long the oldest waiting job has waited, by lane and by what reads it."""
    rows = Job.objects.filter(state=Job.State.WAITING).order_by().values_list("lane", "heavy")
    ages = {(lane, weight): 0.0 for lane in LANES.values() for weight in WEIGHTS.values()}
    for lane, heavy, at in rows.annotate(at=Min("created_at")):
        ages[LANES.get(lane, "bulk"), WEIGHTS[heavy]] = _age(at, now)
    return ages


def _count_by(rows: Any) -> dict[Any, int]:
    return dict(rows.order_by().annotate(count=Count("pk")))


def _age(at: dt.datetime | None, now: dt.datetime) -> float:
    return 0.0 if at is None else max(0.0, (now - at).total_seconds())
