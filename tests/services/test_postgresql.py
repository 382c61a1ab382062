"""What PostgreSQL alone can show: a database made when it is missing, locks over machines, leases that skip."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.env import PROJECT

pytestmark = pytest.mark.full

CLAIM = """
import os, sys
import django
django.setup()
from django.db import transaction
from ingest.jobs import claim_jobs
with transaction.atomic():
    print(*sorted(str(job.pk) for job in claim_jobs(most=10)), flush=True)
    sys.stdin.readline()
"""
HOLD = """
import sys
import django
django.setup()
from records.exclusive import held_alone
with held_alone("indexing") as alone:
    print(alone, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def site(services: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a site on a database that does not exist yet."""
    server = services["DATABASE_URL"].rpartition("/")[0]
    name = f"site_{uuid.uuid4().hex}"
    yield os.environ | {
        "LEGAJO_HOME": str(tmp_path / "home"),
        "DATABASE_URL": f"{server}/{name}",
        "DJANGO_SETTINGS_MODULE": "deploy.settings",
    }
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def manage(site: dict[str, str], *words: str) -> str:
    ended = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=PROJECT, env=site, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def program(site: dict[str, str], source: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", source], cwd=PROJECT, env=site, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def end(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)


def test_an_operator_names_a_new_database_and_has_a_site(site: dict[str, str], tmp_path: Path) -> None:
    paper = tmp_path / "directiva.txt"
    paper.write_text("DIRECTIVA N° 003-2024-MTIGM\n\nArtículo 1.- Los trámites se atienden en ventanilla única.\n")
    assert '"imported"' in manage(site, "import", str(paper), "--wait", "--json")
    assert "directiva.txt" in manage(site, "search", "ventanilla única", "--json")
    assert '"ok": true' in manage(site, "audit", "--json")


@pytest.mark.fault("F27")
def test_two_workers_never_claim_the_same_job(site: dict[str, str], tmp_path: Path) -> None:
    for number in range(15):
        (tmp_path / f"acta-{number}.txt").write_text(f"Acta {number}")
    papers = [str(path) for path in tmp_path.glob("acta-*.txt")]
    manage(site, "import", *papers)
    first, second = program(site, CLAIM), None
    try:
        assert first.stdout is not None
        one = set(first.stdout.readline().split())
        # The first transaction is still open: the second must step over its rows, not wait for them.
        second = program(site, CLAIM)
        assert second.stdout is not None
        other = set(second.stdout.readline().split())
    finally:
        for process in filter(None, (first, second)):
            end(process)
    assert (len(one), len(other)) == (10, 5)
    assert not one & other


def test_one_indexer_at_a_time_and_a_dead_one_holds_nothing(site: dict[str, str]) -> None:
    manage(site, "audit")
    first = program(site, HOLD)
    assert first.stdout is not None
    assert first.stdout.readline() == "True\n"
    second = program(site, HOLD)
    assert second.stdout is not None
    assert second.stdout.readline() == "False\n"
    end(second)
    first.kill()
    first.communicate()
    third = program(site, HOLD)
    assert third.stdout is not None
    assert third.stdout.readline() == "True\n"
    end(third)
