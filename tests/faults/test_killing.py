"""The kill loop over every point of the story, one visit each; `make faults-long` has all chapters and more visits."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from deploy.env import PROJECT
from tests.faults.points import named_points

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.fault("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F10"),
]
ON_SERVERS = ("s3.",)


def killed(*options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.faults.killing", *options]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ended.stdout, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    assert told["broken"] == {}
    assert told["killed"] == told["of"]
    return told


def test_whatever_moment_an_embedded_site_is_ended_at_every_promise_is_kept() -> None:
    told = killed("--visits", "points")
    missing = named_points() - set(told["points"])
    assert {point for point in missing if not point.startswith(ON_SERVERS)} == set(), "no chapter visits these"
    assert told["killed"] >= 100
