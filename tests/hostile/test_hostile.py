"""The hostile set through the real pool: everything ends in a state, nothing is reached, nobody hangs.

Here a share of it; `make hostile` runs all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.run import run
from tests.hostile.samples import Hostile, good_files

pytestmark = pytest.mark.slow

SLOW = ("deep", "million", "200,000", "MB", "20,000", "endless", "100,000 times", "400,000", "150,000", "phrases")
LARGE = 2_000_000


class Short:
    """Chooses what is read in a moment, and of the plain damage every fourth file; counts the whole set."""

    def __init__(self) -> None:
        self.whole = 0

    def __call__(self, files: Iterator[Hostile]) -> Iterator[Hostile]:
        for number, file in enumerate(files):
            self.whole += 1
            heavy = len(file.data) >= LARGE or any(word in file.how for word in SLOW)
            plain = file.how.startswith(("cut", "with rubbish")) or "flipped" in file.how
            if not heavy and (not plain or number % 4 == 0):
                yield file


@pytest.mark.fault("F28", "F29", "F30")
@pytest.mark.enable_socket
def test_hostile_files_cost_nothing_but_themselves(tmp_path: Path) -> None:
    short = Short()
    outcome = run(tmp_path, short, wall_seconds=20.0)
    assert short.whole >= 400
    assert outcome.files > 150
    assert outcome.sound, (outcome.memory, outcome.opened, outcome.connections, outcome.overdue, outcome.leaks)
    assert outcome.states["read"] > 40


def test_what_is_damaged_was_sound_before(tmp_path: Path) -> None:
    sound = [Hostile(name, data, "sound") for name, data in good_files().items()]
    outcome = run(tmp_path, lambda files: iter(sound))
    assert set(outcome.states) <= {"read", "no_text_layer", "no_reader", "empty_text"}
    assert outcome.states["read"] >= len(sound) - 5
