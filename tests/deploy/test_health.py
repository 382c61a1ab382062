"""Health and metrics: what is away is named, asking costs little, and figures are for operators only."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deploy import health, health_checks
from deploy.metrics import METRICS
from deploy.worker import tick
from ingest.models import Job
from records.models import Pulse
from records.persons import operator
from records.services.people import make_token, put_user
from storage import outside

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def silence() -> Iterator[threading.Event]:
    """Holds back whoever waits for it until the test ends."""
    event = threading.Event()
    yield event
    event.set()


def test_live_says_so(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}


def test_ready_asks_every_part_and_leaves_nothing_in_the_store(client: Client, tmp_path: Path) -> None:
    tick()
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    parts = dict.fromkeys(("database", "migrations", "store", "search", "worker"), "ok")
    assert answer.json() == {"status": "ready", "checks": parts, "since": {}}
    left = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert left == []


def test_without_a_worker_the_site_answers_and_says_what_it_lacks(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["worker"] == "away"
    assert list(answer.json()["since"]) == ["worker"]
    health.forget()
    tick()
    assert client.get("/health/ready").json()["checks"]["worker"] == "ok"
    long_ago = timezone.now() - dt.timedelta(seconds=health_checks.WORKER_SECONDS + 1)
    Pulse.objects.update(at=long_ago)
    health.forget()
    assert client.get("/health/ready").json()["checks"]["worker"] == "away"


def test_a_store_that_refuses_is_named_and_its_reason_is_not_told(client: Client, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "files", ignore_errors=True)
    (tmp_path / "files").write_text("a file where the folder should be")
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["checks"]["store"] == "away"
    assert str(tmp_path) not in json.dumps(answer.json())


def test_without_its_tables_no_page_can_be_answered(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def behind() -> None:
        raise RuntimeError("2 migrations are not applied")

    monkeypatch.setattr(health_checks, "migrations", behind)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")


def test_parts_are_asked_once_in_a_while_whoever_asks(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(health_checks, "store", lambda: asked.append("store"))
    for _ in range(5):
        client.get("/health/ready")
        client.get("/metrics")
    assert asked == ["store"]
    monkeypatch.setattr(health, "KEPT_SECONDS", 0.0)
    client.get("/health/ready")
    assert asked == ["store", "store"]


def test_since_when_a_part_is_away_is_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_SECONDS", 0.0)
    first = health.state_of_parts()["worker"]
    again = health.state_of_parts()["worker"]
    assert first == again
    tick()
    assert health.state_of_parts()["worker"].since > first.since


def test_a_part_that_says_nothing_holds_up_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch, silence: threading.Event
) -> None:
    asked: list[str] = []

    def hangs() -> None:
        asked.append("store")
        silence.wait()

    monkeypatch.setattr(health_checks, "store", hangs)
    monkeypatch.setattr(health, "LIMIT_SECONDS", 0.05)
    monkeypatch.setattr(health, "KEPT_SECONDS", 0.0)
    for _ in range(3):
        assert client.get("/health/ready").json()["checks"]["store"] == "away"
    # One thread waits for it, and not one more at each question.
    assert asked == ["store"]


def test_metrics_tell_every_figure_to_this_machine(client: Client) -> None:
    tick()
    outside.tell("store", "read", 0.2, outside.TIMEOUT)
    text = client.get("/metrics").content.decode()
    assert [name for name in METRICS if f"# HELP {name} " not in text.replace("failures_total", "failures")] == []
    assert 'legajo_part_up{part="database"} 1.0' in text
    assert 'legajo_pulse_age_seconds{pulse="tick"}' in text
    assert 'legajo_outside_call_failures_total{kind="timeout",operation="read",service="store"}' in text
    assert 'legajo_outside_call_seconds_bucket{le="+Inf",operation="read",service="store"}' in text


def test_figures_tell_of_waiting_and_of_lost_workers(client: Client, make_record: Callable[..., Any]) -> None:
    for number in range(3):
        make_record(f"Acta {number}", text=f"Texto {number}.")
    first, second = Job.objects.order_by("pk")[:2]
    past = timezone.now() - dt.timedelta(hours=1)
    Job.objects.filter(pk=first.pk).update(state="running", lease_until=past, attempt=3)
    Job.objects.filter(pk=second.pk).update(created_at=past, heavy=True)
    text = client.get("/metrics").content.decode()
    assert "legajo_job_leases_over 1.0" in text
    assert "legajo_job_leases_lost 2.0" in text
    assert 'legajo_lane_oldest_waiting_seconds{lane="person",queue="heavy"} 36' in text
    assert "legajo_job_oldest_waiting_seconds 36" in text
    assert "legajo_dirty_records 3.0" in text


def test_figures_cost_as_many_queries_for_many_rows_as_for_few(client: Client, make_record: Callable[..., Any]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/metrics")
        return len(asked)

    client.get("/metrics")
    few = queries()
    for number in range(10):
        make_record(f"Acta {number}", text=f"Texto {number}.")
    assert queries() == few


def test_metrics_are_closed_to_others(client: Client) -> None:
    assert client.get("/metrics", **ELSEWHERE).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Token nonsense"}, **ELSEWHERE).status_code == 403


@pytest.mark.parametrize(("roles", "status"), [([], 403), (["archivist", "auditor"], 403), (["operator"], 200)])
def test_metrics_answer_an_operators_token_from_anywhere(
    client: Client, tmp_path: Path, roles: list[str], status: int
) -> None:
    user = put_user(username="olga", by=operator(), roles=roles)
    token = make_token(user=user, by=operator())
    answer = client.get("/metrics", headers={"Authorization": f"Token {token}"}, **ELSEWHERE)
    assert answer.status_code == status
