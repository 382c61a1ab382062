"""What a child may do that a file has taken over: nothing but compute. Each attempt is made by real calls."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.pool import ReaderPool
from ingest.reading.system_calls import filter_program

ROOT = Path(__file__).resolve().parents[2]
TASK = "tests.ingest.escapes:attempt"


@pytest.fixture
def canary(request: pytest.FixtureRequest) -> Iterator[int]:
    """A listening port that nobody may reach."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield server.getsockname()[1]
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.fixture
def attempt(tmp_path: Path) -> Iterator[Any]:
    given = tmp_path / "given"
    given.mkdir()
    (given / "file.txt").write_text("acta")
    (tmp_path / "secret.txt").write_text("secreto")
    with ReaderPool(1, task=TASK, readable=[given]) as pool:

        def ask(do: str, **options: Any) -> Any:
            pool.submit(do, given / "file.txt", "file.txt", do=do, **options)
            return pool.results(60)[0][1]

        yield ask


@pytest.mark.fault("F32")
@pytest.mark.enable_socket
@pytest.mark.parametrize("do", ["connect", "connect_in_c", "bind", "unix_socket"])
def test_no_way_to_the_network(attempt: Any, canary: int, do: str) -> None:
    assert attempt(do, port=canary) == "refused"


@pytest.mark.fault("F32")
@pytest.mark.parametrize(
    "do", ["run_program", "fork", "write", "append", "make_folder", "remove", "signal_parent", "limits_of_parent"]
)
def test_nothing_else_is_reached(attempt: Any, tmp_path: Path, do: str) -> None:
    assert attempt(do, folder=str(tmp_path / "given"), parent=os.getpid()) == "refused"
    assert (tmp_path / "given/file.txt").read_text() == "acta"


def test_files_come_only_from_the_given_folders(attempt: Any, tmp_path: Path) -> None:
    assert attempt("read", target=str(tmp_path / "given/file.txt")) == "acta"
    if "landlock" in attempt("means"):
        for target in (tmp_path / "secret.txt", ROOT / "manage.py", ROOT / "pyproject.toml", "/etc/passwd"):
            assert attempt("read", target=str(target)) == "refused"
        (tmp_path / "given/link.txt").symlink_to(tmp_path / "secret.txt")
        assert attempt("read", target=str(tmp_path / "given/link.txt")) == "refused"


def test_what_readers_need_still_works(attempt: Any) -> None:
    assert attempt("thread") == "ran"
    assert attempt("memory_file") == b"acta"


def test_a_kernel_without_filters_leaves_the_audit_hook() -> None:
    program = (
        "import ctypes, socket, sys\n"
        "import ingest.reading.confinement as confinement\n"
        "confinement.filter_program = lambda machine, process: b''\n"
        "assert confinement.confine(None) == ['audit']\n"
        "for act in (lambda: socket.socket(), lambda: open('new', 'w')):\n"
        "    try:\n"
        "        act()\n"
        "        sys.exit(1)\n"
        "    except PermissionError:\n"
        "        pass\n"
        "print(open('manage.py').read(2))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "#!\n"), done.stderr


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_jumps_of_the_filter_stay_inside_it(machine: str) -> None:
    steps = filter_program(machine, 1)
    assert filter_program("riscv64", 1) == b""
    count = len(steps) // 8
    assert count < 4096
    for at in range(count):
        code, yes, no = steps[8 * at], steps[8 * at + 2], steps[8 * at + 3]
        assert code in (0x20, 0x15, 0x35, 0x45, 0x06)
        assert at + 1 + max(yes, no) < count or code == 0x06


def test_this_machine_is_known() -> None:
    assert filter_program(platform.machine(), 1)
