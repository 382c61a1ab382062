"""Servers as processes: started apart, known again, stopped alone, and named when they do not come up."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.services.place import CannotServe, Place
from deploy.services.processes import Server, is_running, known, start, stop, wait_until_ready


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path, account=None)
    yield place
    stop(place, known(place))
    for process in place.started.values():
        process.wait()


def sleeper(place: Place, program: str = "pass", *, answers: bool = True) -> Server:
    """A program that waits for ever, standing for a server; it names its folder as servers do."""
    waits = f"import time; {program}; time.sleep(10_000)"
    return Server("sleeper", (sys.executable, "-c", waits, str(place.root / "sleeper")), lambda: answers)


def test_a_server_outlives_who_started_it_and_is_known_by_its_folder(place: Place) -> None:
    server = sleeper(place)
    start(place, server)
    wait_until_ready(place, server)
    later = Place(place.root, account=None)
    assert known(later) == ["sleeper"]
    assert is_running(later, "sleeper")
    assert stop(later, ["sleeper"]) == ["sleeper"]
    assert not is_running(later, "sleeper")
    assert stop(later, known(later)) == []


def test_a_process_that_got_the_servers_pid_is_left_alone(place: Place) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as foreign:
        (place.root / "sleeper.pid").write_text(f"{foreign.pid} SIGTERM\n")
        assert not is_running(place, "sleeper")
        assert stop(place, ["sleeper"]) == []
        assert foreign.poll() is None
        assert foreign.stdin is not None
        foreign.stdin.write(b"\n")
    assert foreign.returncode == 0


def test_children_of_a_server_end_with_it(place: Place, tmp_path: Path) -> None:
    told = tmp_path / "child"
    spawning = (
        "import subprocess, sys, pathlib; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(10_000)']); "
        f"pathlib.Path({str(told)!r}).write_text(str(child.pid))"
    )
    server = sleeper(place, spawning)
    waiting = Server(server.name, server.command, lambda: told.is_file() and told.read_text().isdigit())
    start(place, waiting)
    wait_until_ready(place, waiting)
    child = int(told.read_text())
    stop(place, ["sleeper"])
    while Path(f"/proc/{child}").exists() and "zombie" not in Path(f"/proc/{child}/status").read_text():
        time.sleep(0.01)


def test_a_server_that_ends_at_once_is_named_with_its_last_words(place: Place) -> None:
    server = sleeper(place, "raise SystemExit('this port is not mine')", answers=False)
    start(place, server)
    with pytest.raises(CannotServe, match=r"sleeper ended instead of coming up(.|\n)*this port is not mine"):
        wait_until_ready(place, server)


def test_secrets_and_ports_are_kept_and_a_taken_port_is_given_up(place: Place) -> None:
    secret, port = place.secret("postgresql"), place.port("postgresql")
    again = Place(place.root, account=None)
    assert again.secret("postgresql") == secret
    assert again.port("postgresql") == port
    with socket.create_server(("127.0.0.1", port)):
        again.running = frozenset({"postgresql"})
        assert again.port("postgresql") == port
        again.running = frozenset()
        assert again.port("postgresql") != port
    assert len({place.secret("s3_key"), place.secret("s3_secret"), secret}) == 3


def test_nobody_else_reads_the_secrets(place: Place) -> None:
    place.secret("postgresql")
    written = place.write(place.folder("seaweedfs") / "s3.json", "{}")
    readable = [path for path in (written, *place.root.glob("kept*")) if path.stat().st_mode & 0o077]
    assert readable == []


def test_a_server_gets_nothing_of_our_environment(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEGAJO_SECRET_KEY", "ours")
    told = tmp_path / "told"
    telling = f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(' '.join(os.environ) + ' END')"
    server = sleeper(place, telling)
    waiting = Server(server.name, server.command, lambda: told.is_file() and told.read_text().endswith("END"))
    start(place, waiting)
    wait_until_ready(place, waiting)
    assert "LEGAJO_SECRET_KEY" not in told.read_text()
