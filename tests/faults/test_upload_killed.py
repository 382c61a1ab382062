"""An upload cut off at any arrow of its way: asked again it goes on, and ends as one record with its bytes."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.env import PROJECT
from tests.deploy.commands.site import Site
from tests.faults.upload_steps import BYTES, SHA256

pytestmark = [pytest.mark.faults, pytest.mark.slow]
STEPS = [
    "before:_note_part",  # a part lies in the staging store and no row knows of it
    "after:_note_part",
    "before:_join",
    "after:_join",  # the bytes lie under their digest and no row knows of them
    "before:take_in",  # inside the transaction of the rows
    "after:take_in",
    "after:_taken_in",  # all is written, the client was not told
    "after:clear_parts",
]


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("upload") / "home"
    assert Site(home).run("tick").status == 0
    return home


def upload(site: Site, step: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.upload_steps", step]
    return subprocess.run(command, cwd=PROJECT, env=site.environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_arrow_loses_nothing_and_doubles_nothing(empty_site: Path, tmp_path: Path, step: str) -> None:
    site = Site(Path(shutil.copytree(empty_site, tmp_path / "home")))
    assert upload(site, step).returncode == -signal.SIGKILL
    told = upload(site)
    assert told.returncode == 0, told.stderr
    assert upload(site).stdout == told.stdout
    assert json.loads(told.stdout)["job"]

    assert site.run("work", "--until-idle").status == 0
    report = site.json("audit").only
    assert report["ok"], report["differences"]
    assert {name: report["checked"][name] for name in ("records", "versions", "blobs", "jobs_waiting")} == {
        "records": 1,
        "versions": 1,
        "blobs": 1,
        "jobs_waiting": 0,
    }
    [(key,)] = sqlite3.connect(site.home / "legajo.sqlite3").execute("SELECT key FROM records_blob").fetchall()
    assert SHA256 in key
    assert (site.home / "files" / key).read_bytes() == BYTES
    assert site.json("search", "línea del acta").only["total"] == 1
