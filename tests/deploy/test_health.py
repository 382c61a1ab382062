"""Health and metrics: what is down is named, and figures are for operators only."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from django.test import Client

from deploy.metrics import METRICS
from records.persons import operator
from records.services.people import make_token, put_user

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


def test_live_says_so(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}


def test_ready_checks_every_part(client: Client, tmp_path: Path) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "store": "ok", "search": "ok"},
    }
    left = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert left == []


def test_a_store_that_refuses_is_named_and_its_reason_is_not_told(client: Client, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "files", ignore_errors=True)
    (tmp_path / "files").write_text("a file where the folder should be")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["store"] == "failed"
    assert str(tmp_path) not in json.dumps(answer.json())


def test_metrics_tell_every_figure_to_this_machine(client: Client, tmp_path: Path) -> None:
    text = client.get("/metrics").content.decode()
    assert [name for name in METRICS if f"# TYPE {name} gauge" not in text] == []
    assert 'legajo_part_up{part="database"} 1.0' in text


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
