"""The whole service as an operator starts and stops it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from deploy.env import PROJECT
from tests.deploy.test_children import gone, until

UP = [sys.executable, str(PROJECT / "manage.py"), "up", "--port", "0"]
pytestmark = [pytest.mark.faults, pytest.mark.slow]


class Service:
    """One `manage.py up` and what it said."""

    def __init__(self, home: Path, command: list[str] | None = None) -> None:
        self.errors = home.with_suffix(".err")
        environ = {**os.environ, "LEGAJO_HOME": str(home), "LEGAJO_LOG_LEVEL": "info"}
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                command or UP, cwd=PROJECT, env=environ, stdout=subprocess.PIPE, stderr=errors
            )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        assert self.line, self.errors.read_text()
        self.said = json.loads(self.line)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.said["url"] + path, timeout=20) as answer:
            return str(answer.read().decode())

    def answers(self, path: str) -> bool:
        with suppress(OSError):
            return bool(self.get(path))
        return False

    def below(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def pids(self, word: str) -> list[int]:
        """Return the running children whose command has this word; one that is just dying has no command."""
        found = []
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                found += [child.pid] if word in child.cmdline() else []
        return found

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    started = Service(tmp_path / "home")
    yield started
    started.end()


def test_up_serves_says_where_and_stops_everything_on_sigterm(service: Service) -> None:
    assert service.said["pid"] == service.process.pid
    assert json.loads(service.get("/health/ready"))["status"] == "ready"
    below = service.below()
    assert len(below) >= 3
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=40) == 0
    assert until(lambda: all(gone(child.pid) for child in below))


def test_the_first_account_is_made_through_the_link_it_prints(service: Service) -> None:
    link = re.search(r"http\S+/first-login\?key=\S+", service.errors.read_text())
    assert link
    with urllib.request.urlopen(link[0], timeout=20) as page:
        assert b'name="password"' in page.read()


def test_a_worker_that_was_killed_comes_back(service: Service) -> None:
    (first,) = service.pids("work")
    os.kill(first, signal.SIGKILL)
    assert until(lambda: bool(set(service.pids("work")) - {first}))


def test_a_web_server_that_was_killed_comes_back_at_the_same_address(service: Service) -> None:
    (first,) = service.pids("deploy.supervision.web")
    workers = psutil.Process(first).children(recursive=True)
    os.kill(first, signal.SIGKILL)
    assert until(lambda: all(gone(worker.pid) for worker in workers))
    assert until(lambda: bool(set(service.pids("deploy.supervision.web")) - {first}))
    assert until(lambda: service.answers("/health/ready"))


def test_ctrl_c_stops_everything_also_what_a_script_put_in_the_background(tmp_path: Path) -> None:
    """A shell without job control has what it starts with `&` ignore SIGINT."""
    service = Service(tmp_path / "home", ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", *UP])
    try:
        below = service.below()
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(timeout=40) == 0
        assert until(lambda: all(gone(child.pid) for child in below))
    finally:
        service.end()


def test_nothing_is_left_when_up_itself_is_killed(service: Service) -> None:
    below = service.below()
    service.process.kill()
    service.process.wait()
    assert until(lambda: all(gone(child.pid) for child in below))


def test_a_second_one_over_the_same_folder_is_refused_in_a_sentence(service: Service, tmp_path: Path) -> None:
    environ = {**os.environ, "LEGAJO_HOME": str(tmp_path / "home")}
    run = subprocess.run(UP, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr == f"CommandError: Another `up` is already running on the folder {tmp_path / 'home'}.\n"


def test_a_port_that_is_taken_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = subprocess.run(
            [*UP[:-1], str(port)],
            cwd=PROJECT,
            env={**os.environ, "LEGAJO_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 1
    assert run.stdout == ""
    assert re.fullmatch(rf"CommandError: Cannot serve at 127\.0\.0\.1 port {port} \([^\n]+\); [^\n]+\n", run.stderr)
