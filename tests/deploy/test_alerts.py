"""Alerts: the rules ask for figures that are there, each says what to do, and the operator reads the same in words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import timezone

from deploy import health
from deploy.alerts import ALERTS
from deploy.env import PROJECT
from deploy.metrics import METRICS
from deploy.worker import tick
from ingest.models import Job
from records.models import Pulse

RULES = PROJECT / "deploy" / "prometheus" / "alerts.yaml"
# What Prometheus adds to the names of counters and histograms.
ADDED = re.compile(r"_(bucket|total|sum|count)$")
FUNCTIONS = {"sum", "by", "increase", "rate", "delta", "histogram_quantile"}


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    loaded = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return [rule for group in loaded["groups"] for rule in group["rules"]]


def test_each_rule_asks_for_figures_that_are_told(rules: list[dict[str, Any]]) -> None:
    for rule in rules:
        asked = re.sub(r"\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)", "", rule["expr"])
        names = set(re.findall(r"[a-z_]\w+", asked)) - FUNCTIONS
        unknown = {name for name in names if ADDED.sub("", name) not in METRICS and name not in METRICS} - {"up"}
        assert (unknown, bool(names)) == (set(), True), rule["alert"]
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_each_rule_is_whole(rules: list[dict[str, Any]]) -> None:
    for rule in rules:
        assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
        assert re.fullmatch(r"\d+m", rule.get("for", "1m"))


def test_each_rule_has_its_line_of_what_to_do(rules: list[dict[str, Any]]) -> None:
    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(Legajo\w+)` \|", page, re.MULTILINE))
    assert told == {rule["alert"] for rule in rules}
    assert set(ALERTS) <= told


@pytest.mark.django_db
def test_the_operator_reads_what_needs_somebody_in_their_language(
    client: Client, people: dict[str, Any], make_record: Callable[..., Any]
) -> None:
    tick()
    client.force_login(people["operator_user"])
    assert "Needs somebody" not in client.get("/operate/", headers={"Accept-Language": "en"}).content.decode()
    make_record("Acta", text="Texto.")
    past = timezone.now() - dt.timedelta(hours=1)
    Job.objects.update(created_at=past)
    Pulse.objects.update(at=past)
    health.forget()
    page = client.get("/operate/", headers={"Accept-Language": "en"}).content.decode()
    assert "Needs somebody" in page
    for sentence in ("No worker has reported for a while", "has waited more than ten minutes", "away since"):
        assert sentence in page
    page = client.get("/operate/", headers={"Accept-Language": "es"}).content.decode()
    for sentence in ("Requiere atención", "Ningún proceso de trabajo ha dado señales", "no responde desde"):
        assert sentence in page
    assert "LegajoReadingBehind" in page


@pytest.mark.django_db
def test_a_backup_of_yesterday_is_no_silent_worker(client: Client, people: dict[str, Any]) -> None:
    tick()
    Pulse.objects.create(name="backup", at=timezone.now() - dt.timedelta(days=1))
    client.force_login(people["operator_user"])
    page = client.get("/operate/", headers={"Accept-Language": "en"}).content.decode()
    assert "No worker has reported for a while" not in page
    Pulse.objects.filter(name="tick").update(at=timezone.now() - dt.timedelta(days=1))
    health.forget()
    page = client.get("/operate/", headers={"Accept-Language": "en"}).content.decode()
    assert "No worker has reported for a while" in page


@pytest.mark.django_db
def test_the_last_backup_is_shown_and_missed_after_two_days(client: Client, people: dict[str, Any]) -> None:
    tick()
    client.force_login(people["operator_user"])
    english = {"Accept-Language": "en"}
    assert "LegajoBackupOld" not in client.get("/operate/", headers=english).content.decode()
    Pulse.objects.create(name="backup", at=timezone.now() - dt.timedelta(hours=30))
    page = client.get("/operate/", headers=english).content.decode()
    assert re.search(r"Last backup</dt><dd>1\xa0day, 6\xa0hours ago", page)
    assert "LegajoBackupOld" not in page
    Pulse.objects.filter(name="backup").update(at=timezone.now() - dt.timedelta(days=3))
    assert "The last backup is more than two days old." in client.get("/operate/", headers=english).content.decode()
