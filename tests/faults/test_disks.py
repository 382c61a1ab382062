"""A disk without room and one that takes no writes: refused by name, the rest stays readable, then on by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.env import PROJECT

pytestmark = [pytest.mark.faults, pytest.mark.slow]
ALONE = ["unshare", "--user", "--map-root-user", "--mount"]


@pytest.mark.parametrize(
    ("case", "status", "codes"),
    [
        pytest.param("full", 507, {"store_full"}, marks=pytest.mark.fault("F11")),
        pytest.param("read_only", 503, {"store_unavailable"}, marks=pytest.mark.fault("F12")),
    ],
)
def test_what_cannot_be_kept_is_refused_and_the_rest_goes_on(
    tmp_path: Path, case: str, status: int, codes: set[str]
) -> None:
    if subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk of their own (unshare --mount)")
    command = [*ALONE, sys.executable, "-m", "tests.faults.disk_story", str(tmp_path), case]
    played = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert played.returncode == 0, played.stderr
    refused, meanwhile, after, differences, records = json.loads(played.stdout)
    assert {told[0] for told in refused} == {status}, refused
    assert {told[1]["errors"][0]["code"] for told in refused} == codes
    assert meanwhile == [200, 1, 200, True, 200, 200, 200]
    assert after == [200, 1, 200, True, 200, 200, 200]
    assert (differences, records) == ([], 2)
