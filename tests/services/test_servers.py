"""The real servers, once more asked for: they go on as they are."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.full


def test_asked_twice_the_same_servers_go_on(services: dict[str, str]) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "deploy.services", "up"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert dict(line.split("=", 1) for line in again.stdout.splitlines()) == services
    assert again.stderr == ""


def test_each_url_has_the_shape_the_design_gives_it(services: dict[str, str]) -> None:
    schemes = {name: url.split("://")[0] for name, url in services.items()}
    assert schemes == {
        "DATABASE_URL": "postgres",
        "STORAGE_URL": "s3+http",
        "SEARCH_URL": "elasticsearch+http",
        "TASKS_URL": "celery+redis",
    }
