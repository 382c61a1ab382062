"""Processes that end with their supervisor, however it ends, and come back when they die alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from deploy.env import PROJECT
from deploy.supervision.children import Child, stop_all

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]
ENVIRON = {**os.environ, "PYTHONPATH": str(PROJECT)}


def until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_child_that_died_comes_back_after_its_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.supervision.children.FIRST_DELAY", 0.05)
    child = Child("sleeper", SLEEPS, ENVIRON)
    child.start()
    assert child.process is not None
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    def back() -> bool:
        child.look()
        return child.process is not None and child.process.pid != first

    assert until(back)
    stop_all([child], grace=5)


def test_the_delay_doubles_up_to_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("deploy.supervision.children.time.monotonic", lambda: now)
    child = Child("fails", [sys.executable, "-c", "raise SystemExit(3)"], ENVIRON)
    delays = []
    for _ in range(7):
        child.start()
        assert child.process is not None
        child.process.wait()
        child.look()
        delays.append(child.not_before - now)
    assert delays == [1, 2, 4, 8, 16, 30, 30]
    child.start()
    assert child.process is not None
    child.process.wait()
    now += 61
    child.look()
    assert child.not_before - now == 1


def test_stopping_kills_a_child_that_ignores_the_request_and_what_it_started(tmp_path: Path) -> None:
    stubborn = (
        "import pathlib, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "below = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(below.pid))\n"
        "time.sleep(600)\n"
    )
    child = Child("stubborn", [sys.executable, "-c", stubborn], ENVIRON)
    child.start()
    assert child.process is not None
    pid = child.process.pid
    assert until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
    stop_all([child], grace=0.2)
    assert gone(pid)
    assert until(lambda: gone(int((tmp_path / "pid").read_text())))


def test_no_child_outlives_a_supervisor_killed_with_kill_9(tmp_path: Path) -> None:
    supervisor = (
        "import os, pathlib, sys, time\n"
        "from deploy.supervision.children import Child\n"
        "child = Child('sleeper', [sys.executable, '-c', 'import time; time.sleep(600)'], os.environ)\n"
        "child.start()\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.process.pid))\n"
        "time.sleep(600)\n"
    )
    running = subprocess.Popen([sys.executable, "-c", supervisor], env=ENVIRON, cwd=PROJECT)
    assert until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
    pid = int((tmp_path / "pid").read_text())
    # Tied means: the wrapper has become the command.
    assert until(lambda: psutil.Process(pid).cmdline()[1:2] == ["-c"])
    running.kill()
    running.wait()
    assert until(lambda: gone(pid))


def test_a_process_whose_parent_ended_before_the_tie_ends_itself() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "deploy.supervision.tied", "1", *SLEEPS], env=ENVIRON, cwd=PROJECT, check=False
    )
    assert run.returncode == 1
