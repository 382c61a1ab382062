"""What an operator watches, in Prometheus' text format: from rows, from the parts, and from every process's calls."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from knox.auth import TokenAuthentication
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from rest_framework.exceptions import AuthenticationFailed

from deploy.figures import BOUNDS, Sums, figures
from deploy.health import SLOW, Parts, state_of_parts
from deploy.health_checks import disk_room, needed
from deploy.site_figures import SiteFigures, site_figures
from records.api.failures import DATABASE_AWAY
from records.models import RoleAssignment
from records.persons import person_for

log = structlog.get_logger(__name__)

# Every metric, with what it means; `docs/operations.md` is held to this list by a test.
METRICS: dict[str, str] = {
    "legajo_part_up": "1 when the part (database, migrations, store, search, queue, counters, worker) answers, else 0",
    "legajo_part_slow": "1 when the part answers slowly, else 0",
    "legajo_part_away_seconds": "how long the part has been away",
    "legajo_outside_call_seconds": "calls to servers outside by service and operation, sorted by their seconds",
    "legajo_outside_call_failures": "calls to servers outside that failed, by service, operation and kind",
    "legajo_disk_free_bytes": "free bytes of the disk that holds the site's folder, and of that of its files",
    "legajo_records": "records held",
    "legajo_versions": "versions by state",
    "legajo_dirty_records": "records whose search entries are behind",
    "legajo_dirty_oldest_seconds": "how long the oldest of them has waited",
    "legajo_set_aside_records": "records that the search engine does not take",
    "legajo_jobs": "reading jobs by state",
    "legajo_job_oldest_waiting_seconds": "how long the oldest waiting job has waited",
    "legajo_lane_oldest_waiting_seconds": "the same by lane (person, bulk) and queue (quick, heavy)",
    "legajo_job_failures": "failed reading jobs by reason",
    "legajo_job_leases_over": "jobs whose worker's lease ran out and that nobody has taken up yet",
    "legajo_job_leases_lost": "how often a job now held lost its worker",
    "legajo_events_unsealed": "events not yet chained by `tick`",
    "legajo_events_unsealed_oldest_seconds": "how long the oldest of them has waited",
    "legajo_pulse_age_seconds": "how long ago what is due by the clock was done, and the last backup taken",
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
        return [_family(name) for name in METRICS]

    def collect(self) -> Iterator[Metric]:
        """Yield every figure. Counts of rows; times in seconds. Without the database, only what needs none."""
        parts = state_of_parts()
        yield from _of_parts(parts)
        yield from _of_outside_calls(figures().of_all())
        yield _gauge("legajo_disk_free_bytes", ("folder",), {(name,): free for name, free in disk_room().items()})
        if all(parts[name].works for name in needed()):
            try:
                yield from _of_rows(site_figures())
            except DATABASE_AWAY:
                log.warning("database went away while figures were asked for")


def _of_parts(parts: Parts) -> Iterator[Metric]:
    away = {name: time.time() - part.since if not part.works else 0.0 for name, part in parts.items()}
    yield _gauge("legajo_part_up", ("part",), {(name,): part.works for name, part in parts.items()})
    yield _gauge("legajo_part_slow", ("part",), {(name,): part.state == SLOW for name, part in parts.items()})
    yield _gauge("legajo_part_away_seconds", ("part",), {(name,): seconds for name, seconds in away.items()})


def _of_outside_calls(sums: Sums) -> Iterator[Metric]:
    name = "legajo_outside_call_seconds"
    took = HistogramMetricFamily(name, METRICS[name], labels=["service", "operation"])
    bounds = [*map(str, BOUNDS), "+Inf"]
    for call, classes in sums.classes.items():
        buckets = zip(bounds, map(float, accumulate(classes)), strict=True)
        took.add_metric(call, list(buckets), sum_value=sums.seconds[call])
    yield took
    name = "legajo_outside_call_failures"
    failed = CounterMetricFamily(name, METRICS[name], labels=["service", "operation", "kind"])
    for failure, count in sums.failures.items():
        failed.add_metric(failure, count)
    yield failed


def _of_rows(found: SiteFigures) -> Iterator[Metric]:
    yield _gauge("legajo_records", value=found.records)
    yield _gauge("legajo_versions", ("state",), _by_one(found.versions))
    yield _gauge("legajo_dirty_records", value=found.dirty)
    yield _gauge("legajo_dirty_oldest_seconds", value=found.dirty_oldest)
    yield _gauge("legajo_set_aside_records", value=found.set_aside)
    yield _gauge("legajo_jobs", ("state",), _by_one(found.jobs))
    yield _gauge("legajo_job_oldest_waiting_seconds", value=found.waiting_longest)
    yield _gauge("legajo_lane_oldest_waiting_seconds", ("lane", "queue"), found.waiting_oldest)
    yield _gauge("legajo_job_failures", ("code",), _by_one(found.failures))
    yield _gauge("legajo_job_leases_over", value=found.leases_over)
    yield _gauge("legajo_job_leases_lost", value=found.leases_lost)
    yield _gauge("legajo_events_unsealed", value=found.unsealed)
    yield _gauge("legajo_events_unsealed_oldest_seconds", value=found.unsealed_oldest)
    yield _gauge("legajo_pulse_age_seconds", ("pulse",), _by_one(found.pulses))


def _by_one(values: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {(name,): value for name, value in values.items()}


def _family(name: str) -> Metric:
    if name == "legajo_outside_call_seconds":
        return HistogramMetricFamily(name, METRICS[name])
    kind = CounterMetricFamily if name == "legajo_outside_call_failures" else GaugeMetricFamily
    return kind(name, METRICS[name])


def _gauge(
    name: str,
    labels: Sequence[str] = (),
    values: Mapping[Any, float] | None = None,
    *,
    value: float | None = None,
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, METRICS[name], labels=labels or None, value=value)
    for key, count in (values or {}).items():
        family.add_metric(key, float(count))
    return family
