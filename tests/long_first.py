"""The longest files come first: where each process takes a file at a time, the last one decides when a run ends.

xdist by itself begins with the files of most tests, and ended with one of a single test of six minutes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

LONG = ("faults", "slow")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files whose tests kill processes first, then those with slow tests; the order is else as collected."""
    place: dict[Path, int] = {}
    for item in items:
        own = next((at for at, marker in enumerate(LONG) if item.get_closest_marker(marker)), len(LONG))
        place[item.path] = min(own, place.get(item.path, own))
    items.sort(key=lambda item: place[item.path])
