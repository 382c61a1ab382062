"""How a source's lists are read is said once, kept by a name, and used for the next list."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.commands.site import Site

pytestmark = pytest.mark.slow


def box(folder: Path, number: int) -> tuple[Path, Path]:
    files = folder / f"caja {number}"
    files.mkdir()
    (files / "a.txt").write_text(f"Oficio {number} del faro.", encoding="utf-8")
    manifest = folder / f"lista {number}.csv"
    manifest.write_text(f"Archivo;Asunto;Fecha\na.txt;Asunto {number};199{number}\n", encoding="utf-8-sig")
    return files, manifest


def test_said_once_and_used_for_the_next_list(tmp_path: Path) -> None:
    site = Site(tmp_path / "home")
    site.configure(
        tmp_path, users=[{"username": "archivist", "roles": ["archivist"]}, {"username": "member", "roles": []}]
    )
    files, manifest = box(tmp_path, 1)
    mapped = ("--map", "Archivo=file", "--map", "Asunto=title", "--map", "Fecha=date", "--save-mapping", "Mesa")
    ask = ("import", files, "--manifest", manifest)
    assert site.json(*ask, *mapped, "--dry-run", "--as", "archivist").status == 0
    assert site.json(*ask, "--mapping", "Mesa", "--as", "archivist").status == 0

    files, manifest = box(tmp_path, 2)
    ask = ("import", files, "--manifest", manifest)
    assert site.json(*ask, "--as", "archivist").status == 2
    unknown = site.json(*ask, "--mapping", "Messa", "--as", "archivist")
    assert (unknown.status, "'Mesa' meant" in unknown.error["detail"]) == (2, True)
    other = site.json(*ask, "--mapping", "Mesa", "--map", "Asunto=notes", "--as", "archivist")
    assert other.status == 0, other.stderr
    refused = site.json(*ask, "--mapping", "Mesa", "--as", "member")
    assert (refused.status, refused.error["code"]) == (2, "permission_denied")
    for flag in ("--mapping", "--save-mapping"):
        alone = site.json("import", files, flag, "Mesa", "--as", "archivist")
        assert (alone.status, alone.error["attr"]) == (2, flag)
    # The same again changes nothing and tells nothing.
    assert site.json(*ask, *mapped, "--dry-run", "--as", "archivist").status == 0
    assert site.run("work", "--until-idle").status == 0
    assert site.json("audit").only["ok"]
