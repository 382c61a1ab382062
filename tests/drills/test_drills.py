"""The short form of each drill: the same people, promises and proof, for seconds instead of minutes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.full, pytest.mark.drill, pytest.mark.faults, pytest.mark.timeout(600)]


@pytest.mark.parametrize("drill", ["outages", "reindexing", "imports", "visible"])
def test_every_promise_is_kept_in_the_short_form_too(services: dict[str, str], drill: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.drills", drill, "--short"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
