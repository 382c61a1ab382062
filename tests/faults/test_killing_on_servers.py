"""The kill loop on the servers, at the points where the profiles differ; a file of its own, to run beside the other."""

from __future__ import annotations

import pytest

from tests.faults.killing import AT_STORES
from tests.faults.points import named_points
from tests.faults.test_killing import killed

pytestmark = [
    pytest.mark.full,
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.fault("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F10"),
]
EMBEDDED = ("local.", "index.generation", "index.pieces", "index.pointer", "index.swapped", "index.old")


def test_whatever_moment_a_site_on_servers_is_ended_at_every_promise_is_kept(services: dict[str, str]) -> None:
    told = killed("--profile", "servers", "--visits", "stores")
    missing = {point for point in named_points() if point.startswith(AT_STORES)} - set(told["points"])
    assert {point for point in missing if not point.startswith(EMBEDDED)} == set(), "no chapter visits these"
    assert told["killed"] >= 20
