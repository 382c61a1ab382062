"""Several workers over one queue: each job is given to one of them, once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.env import PROJECT
from tests.deploy.commands.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.mark.fault("F27")
def test_no_two_workers_get_the_same_job(tmp_path: Path) -> None:
    folder = tmp_path / "actas"
    folder.mkdir()
    for number in range(90):
        (folder / f"{number}.txt").write_text(f"Acta {number}")
    site = Site(tmp_path / "home")
    assert site.run("import", folder).status == 0
    command = [sys.executable, "-m", "tests.faults.claiming"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, cwd=PROJECT, env=site.environ, **pipes) for _ in range(3)]  # type: ignore[call-overload]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    claimed = [line for worker in workers for line in worker.communicate()[0].splitlines()]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert len(claimed) == len(set(claimed)) == 90
    assert {line.split()[1] for line in claimed} == {"1"}
