"""A restore killed anywhere goes on when it is asked again; a backup taken while people work is one moment of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.env import PROJECT
from tests.deploy.commands.backed_up import archive_at, dump, events, files, found, papers, taken
from tests.deploy.commands.site import Site
from tests.services.moved_sites import KILLED, killed_at

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture
def archive(tmp_path: Path) -> Site:
    return archive_at(Site(tmp_path / "home"), tmp_path)


@pytest.mark.fault("F10")
@pytest.mark.parametrize("line", [1, 25, 60])
def test_a_restore_killed_anywhere_goes_on(archive: Site, tmp_path: Path, line: int) -> None:
    before, until = dump(archive.home), len(events(archive.home))
    taken(archive, tmp_path / "backup")
    there = Site(tmp_path / "there")
    assert there.run("audit").status == 0
    assert killed_at(there, line, "restore", tmp_path / "backup") == KILLED
    if line > 4:
        assert there.run("import", tmp_path / "papers").status == 2
    done = there.json("restore", tmp_path / "backup")
    assert done.status == 0, done.stderr
    assert dump(there.home, until) == before
    assert len(found(there)) == 12


def test_a_backup_taken_during_an_import_is_one_moment_of_it(archive: Site, tmp_path: Path) -> None:
    many = papers(tmp_path / "many", 300, first=100)
    command = [sys.executable, str(PROJECT / "manage.py"), "import", str(many), "--wait", "--json"]
    with subprocess.Popen(command, cwd=PROJECT, env=archive.environ, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        report = taken(archive, tmp_path / "backup")
        running.stdout.read()
    assert running.returncode == 0
    there = Site(tmp_path / "there")
    done = there.json("restore", tmp_path / "backup")
    assert done.status == 0, done.stdout
    held = report["tables"]["records_record"]["rows"]
    assert 12 <= held <= 312
    # Whatever had come by then is in both, byte for byte, and no event after it.
    both = files(archive.home)
    assert all(both[key] == content for key, content in files(there.home).items())
    mine, theirs = events(archive.home), events(there.home)
    assert theirs[:-1] == mine[: len(theirs) - 1]
    # The import goes on at the new place and ends the same.
    assert there.run("import", many, "--wait").status == 0
    assert there.json("audit").only["checked"]["records"] == 312
