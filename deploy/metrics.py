"""What an operator watches, worked out from rows when asked, so that any number of processes agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from knox.auth import TokenAuthentication
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from rest_framework.exceptions import AuthenticationFailed

from deploy.health import state_of_parts
from ingest.models import Job
from records.models import Dirty, Event, Record, RoleAssignment, Version
from records.persons import person_for
from search.models import SetAside

# Every metric, with what it means; `docs/operations.md` is held to this list by a test.
METRICS: dict[str, str] = {
    "legajo_part_up": "1 when the part (database, migrations, store, search) works, else 0",
    "legajo_records": "records held",
    "legajo_versions": "versions by state",
    "legajo_dirty_records": "records whose search entries are behind",
    "legajo_dirty_oldest_seconds": "how long the oldest of them has waited",
    "legajo_set_aside_records": "records that the search engine does not take",
    "legajo_jobs": "reading jobs by state",
    "legajo_job_oldest_waiting_seconds": "how long the oldest waiting job has waited",
    "legajo_job_failures": "failed reading jobs by reason",
    "legajo_events_unsealed": "events not yet chained by `tick`",
}
LOOPBACK = frozenset({"127.0.0.1", "::1"})
# Behind a proxy on the same machine everyone comes from loopback; these say that there is one.
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in Prometheus' text format, from loopback or to an operator's token; refuse everyone else."""
    if not (_from_this_machine(request) or _is_operator(request)):
        return HttpResponseForbidden("Metrics need an operator's token.\n", content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _from_this_machine(request: HttpRequest) -> bool:
    forwarded = any(name in request.headers for name in FORWARDED)
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded


def _is_operator(request: HttpRequest) -> bool:
    try:
        found = TokenAuthentication().authenticate(request)
    except AuthenticationFailed:
        return False
    return found is not None and person_for(found[0]).has_role(RoleAssignment.Role.OPERATOR)


class _Figures(Collector):
    def describe(self) -> Iterable[Metric]:
        return [_gauge(name) for name in METRICS]

    def collect(self) -> Iterator[Metric]:
        """Yield every figure. Counts of rows; times in seconds."""
        parts = {name: int(works) for name, works in state_of_parts().items()}
        yield _gauge("legajo_part_up", "part", parts)
        if not (parts["database"] and parts["migrations"]):
            return
        now = timezone.now()
        yield _gauge("legajo_records", value=Record.objects.count())
        versions = dict.fromkeys(Version.State.values, 0) | _count_by(Version.objects.values_list("state"))
        yield _gauge("legajo_versions", "state", versions)
        yield _gauge("legajo_dirty_records", value=Dirty.objects.count())
        yield _gauge("legajo_dirty_oldest_seconds", value=_age(Dirty.objects.aggregate(at=Min("created")), now))
        yield _gauge("legajo_set_aside_records", value=SetAside.objects.count())
        jobs = dict.fromkeys(Job.State.values, 0) | _count_by(Job.objects.values_list("state"))
        yield _gauge("legajo_jobs", "state", jobs)
        waiting = Job.objects.filter(state=Job.State.WAITING)
        yield _gauge("legajo_job_oldest_waiting_seconds", value=_age(waiting.aggregate(at=Min("created_at")), now))
        failed = Job.objects.filter(state=Job.State.FAILED)
        yield _gauge("legajo_job_failures", "code", _count_by(failed.values_list("code")))
        yield _gauge("legajo_events_unsealed", value=Event.objects.filter(seal=None).count())


def _gauge(
    name: str, label: str = "", values: dict[str, int] | None = None, *, value: float | None = None
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, METRICS[name], labels=[label] if label else None, value=value)
    for key, count in (values or {}).items():
        family.add_metric([key], count)
    return family


def _count_by(rows: Any) -> dict[str, int]:
    return dict(rows.order_by().annotate(count=Count("pk")))


def _age(oldest: dict[str, dt.datetime | None], now: dt.datetime) -> float:
    at = oldest["at"]
    return 0.0 if at is None else max(0.0, (now - at).total_seconds())
