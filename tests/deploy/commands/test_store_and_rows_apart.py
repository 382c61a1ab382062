"""Rows and bytes restored to different moments: nothing is removed, what is missing is said, the rest is served."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.deploy.commands.site import Site
from tests.deploy.commands.test_backup import archive, files, found, papers, taken  # noqa: F401

pytestmark = pytest.mark.slow


@pytest.mark.fault("F38")
def test_the_database_is_lost_and_the_store_is_newer(archive: Site, tmp_path: Path) -> None:  # noqa: F811
    taken(archive, tmp_path / "backup")
    assert archive.run("import", papers(tmp_path / "later", 1, first=70), "--wait").status == 0
    later = {key for key in files(archive.home) if key.startswith("blobs/")}
    there = Site(tmp_path / "there")
    shutil.copytree(archive.home / "files", there.home / "files")
    refused = there.json("restore", tmp_path / "backup")
    assert (refused.status, refused.error["code"]) == (2, "other_site")
    assert "--keep-files" in refused.error["detail"]

    assert there.json("restore", tmp_path / "backup", "--keep-files").status == 0

    assert {key for key in files(there.home) if key.startswith("blobs/")} == later
    assert len(found(there)) == 12
    eight_days_ago = time.time() - 8 * 86_400
    for key in later:
        os.utime(there.home / "files" / key, (eight_days_ago, eight_days_ago))
    report = there.json("audit")
    [orphan] = report.only["differences"]
    assert (report.status, orphan["kind"]) == (1, "orphan")
    for verb in (["audit", "--repair"], ["tick"]):
        there.run(*verb)
    # The file is found by its digest and taken in again: it is owned from then on.
    fetched = tmp_path / "acta-70.txt"
    shutil.copy(there.home / "files" / orphan["key"], fetched)
    assert there.run("import", fetched, "--wait").status == 0
    assert there.json("audit").only["differences"] == []


@pytest.mark.fault("F39")
def test_the_store_is_older_than_the_database(archive: Site, tmp_path: Path) -> None:  # noqa: F811
    taken(archive, tmp_path / "backup")
    lost = sorted((archive.home / "files" / "blobs").rglob("?" * 64))[0]
    lost.unlink()
    [difference] = archive.json("audit").only["differences"]
    assert (difference["kind"], difference["key"].rpartition("/")[2]) == ("bytes", lost.name)
    assert len(found(archive)) == 12
    # A backup says what the site lacks; what it had before it keeps, and gives back.
    assert taken(archive, tmp_path / "backup")["missing"] == []
    incomplete = archive.json("backup", tmp_path / "another")
    assert (incomplete.status, [one["key"] for one in incomplete.only["missing"]]) == (1, [difference["key"]])
    shutil.copy(tmp_path / "backup" / "files" / difference["key"], lost)
    assert archive.json("audit").only["ok"]
