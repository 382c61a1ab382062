"""An index older than the database, as a restored disk holds: the audit names it, mends it, and nothing is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.deploy.commands.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.fault("F37")]


def test_what_the_old_index_lacks_is_named_and_mended(tmp_path: Path) -> None:
    site = Site(tmp_path / "home")
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "uno.txt").write_text("Directiva del faro viejo.", encoding="utf-8")
    assert site.json("import", papers, "--wait", "--access", "public").status == 0
    shutil.copytree(site.home / "index", tmp_path / "index")

    (papers / "dos.txt").write_text("Directiva del puerto nuevo.", encoding="utf-8")
    (papers / "uno.txt").write_text("Directiva del faro, segunda versión.", encoding="utf-8")
    assert site.json("import", papers, "--wait", "--access", "public").status == 0
    shutil.rmtree(site.home / "index")
    shutil.copytree(tmp_path / "index", site.home / "index")
    assert site.json("search", "puerto").only["total"] == 0

    named = site.json("audit").only
    assert not named["ok"]
    assert {found["kind"] for found in named["differences"]} <= {"index", "index_missing", "index_old", "index_stale"}
    site.json("audit", "--repair")
    assert site.run("work", "--until-idle").status == 0
    assert site.json("audit").only["ok"]
    assert [site.json("search", word).only["total"] for word in ("puerto", "segunda")] == [1, 1]
