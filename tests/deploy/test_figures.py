"""Counts of outside calls: of all processes together, never falling, and never in the way of the call itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.figures import BOUNDS, Figures
from storage import outside

CALL = ("store", "read")
ANOTHER = """
import sys
from pathlib import Path
from deploy.figures import Figures
figures = Figures(Path(sys.argv[1]))
figures.note("store", "read", 0.3, "")
figures.note("store", "read", 7.0, "timeout")
figures.write()
print("counted", flush=True)
sys.stdin.readline()
"""


def another_process(folder: Path) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", ANOTHER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "counted\n"
    return started


def test_whoever_is_asked_tells_of_all_processes(tmp_path: Path) -> None:
    mine = Figures(tmp_path)
    mine.note("store", "read", 0.3, "")
    others = [another_process(tmp_path) for _ in range(2)]
    told = mine.of_all()
    assert sum(told.classes[CALL]) == 5
    assert told.failures == {("store", "read", "timeout"): 2}
    assert told.seconds[CALL] == pytest.approx(14.9)
    for process in others:
        process.communicate("\n")


def test_who_comes_after_a_dead_process_counts_on_from_there(tmp_path: Path) -> None:
    for number in range(1, 4):
        process = another_process(tmp_path)
        process.kill()
        process.communicate()
        assert sum(Figures(tmp_path).of_all().classes[CALL]) == 2 * number
    assert len(list(tmp_path.glob("calls-*.json"))) == 1


def test_a_forked_child_counts_for_itself(tmp_path: Path) -> None:
    figures = Figures(tmp_path)
    figures.note("store", "read", 0.3, "")
    child = os.fork()
    if child == 0:
        figures.note("store", "read", 0.3, "")
        figures.write()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    figures.note("store", "read", 0.3, "")
    assert sum(figures.of_all().classes[CALL]) == 3


def test_a_call_lies_in_the_class_that_holds_its_seconds(tmp_path: Path) -> None:
    figures = Figures(tmp_path)
    for seconds in (0.0, BOUNDS[0], 0.3, 1000.0):
        figures.note("search", "search", seconds, "")
    classes = figures.of_all().classes["search", "search"]
    assert (classes[0], classes[BOUNDS.index(0.5)], classes[-1]) == (2, 1, 1)


@pytest.mark.fault("F44")
def test_a_folder_that_cannot_be_written_spoils_no_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    figures = Figures(tmp_path / "file" / "figures")
    figures.note("store", "read", 0.3, "")
    assert figures.of_all().classes == {}
    (tmp_path / "calls-0.json").write_text("{half a fi")
    assert Figures(tmp_path).of_all().classes == {}


def test_a_call_says_how_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str, str]] = []
    monkeypatch.setattr(
        outside, "listeners", [lambda service, operation, _, failure: heard.append((service, operation, failure))]
    )
    with outside.outside_call("store", "look"):
        pass
    with outside.outside_call("store", "write") as call:
        call.failure = outside.FULL
    with pytest.raises(ValueError, match="odd"), outside.outside_call("queue", "send", lambda _: outside.AWAY):
        raise ValueError("odd")
    assert heard == [("store", "look", ""), ("store", "write", "full"), ("queue", "send", "away")]
