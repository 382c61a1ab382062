"""An operator's drill: a backup of a site, proved, and an empty folder that becomes that site."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.commands.site import Site
from tests.services.moved_sites import KILLED, killed_at

# What the new place has of its own, or what a backup leaves out.
OWN = {"django_migrations", "deploy_move", "django_session", "sqlite_sequence", "search_indexrequest", "records_dirty"}


@pytest.fixture
def archive(site: Site, tmp_path: Path) -> Site:
    """A site with a plan whose parent comes later than its child, a closed document and eleven others."""
    site.configure(
        tmp_path,
        users=[{"username": "quispe", "password": "correct horse battery", "roles": ["reader"], "groups": ["legal"]}],
        series=[{"code": "ACT", "title": "Actas"}, {"code": "FONDO", "title": "Fondo"}],
    )
    site.configure(tmp_path, series=[{"code": "ACT", "title": "Actas", "parent": "FONDO"}])
    assert site.run("import", papers(tmp_path / "papers", 12), "--series", "ACT", "--wait").status == 0
    assert site.run("grant", "--record", "acta-01.txt", "--reader", "group:legal").status == 0
    assert site.run("tick").status == 0
    return site


def papers(folder: Path, count: int, first: int = 0) -> Path:
    folder.mkdir()
    for number in range(first, first + count):
        said = f"Acta {number}. La mesa aprueba el refugio humanitario número {number}.\n"
        (folder / f"acta-{number:02}.txt").write_text(said, encoding="utf-8")
    return folder


def dump(home: Path, until_event: int | None = None) -> dict[str, list[str]]:
    """Read every table by SQLite alone, without Django: what one site has and the other must have."""
    with closing(sqlite3.connect(home / "legajo.sqlite3")) as read:
        names = {row[0] for row in read.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} - OWN
        told = {}
        for name in sorted(names):
            limit = f" WHERE id <= {until_event}" if until_event and name == "records_event" else ""
            if name != "records_pulse":
                told[name] = sorted(repr(row) for row in read.execute(f"SELECT * FROM {name}{limit}"))
        return told


def files(home: Path) -> dict[str, bytes]:
    root = home / "files"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def events(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "legajo.sqlite3")) as read:
        return [row[0] for row in read.execute("SELECT name FROM records_event ORDER BY id")]


def found(site: Site, *who: str) -> set[str]:
    answer = site.json("search", "refugio humanitario", "--size", "50", *who)
    return {result["external_id"] for result in answer.only["results"]}


def taken(site: Site, folder: Path, *options: object) -> dict[str, Any]:
    done = site.json("backup", folder, *options)
    assert done.status == 0, done.stderr
    return done.only


def test_an_operator_restores_what_was_there(archive: Site, tmp_path: Path) -> None:
    before, stored, until = dump(archive.home), files(archive.home), len(events(archive.home))
    report = taken(archive, tmp_path / "backup")
    assert events(archive.home)[-1] == "backup.taken"

    there = Site(tmp_path / "there")
    done = there.json("restore", tmp_path / "backup")

    assert done.status == 0, done.stderr
    assert done.only["audit"]["ok"]
    assert done.only["backup"] == report["backup"]
    assert dump(there.home, until) == before
    assert files(there.home) == stored
    assert events(there.home)[until:] == ["site.restored"]
    assert len(found(there)) == 12
    assert found(there, "--anonymous") == found(archive, "--anonymous") == set()
    assert found(there, "--as", "quispe") == found(archive, "--as", "quispe")
    assert (there.home / "secret.key").read_text() != (archive.home / "secret.key").read_text()
    # Asked once more, it tells the same and does nothing.
    again = there.json("restore", tmp_path / "backup")
    assert (again.status, again.only) == (0, done.only)


def test_a_second_backup_copies_what_is_new_and_old_ones_go(archive: Site, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    first = taken(archive, folder)
    assert first["files"]["passed_over"] == 0
    assert archive.run("import", papers(tmp_path / "more", 2, first=50), "--wait").status == 0
    second = taken(archive, folder)
    assert second["files"]["files"] - second["files"]["passed_over"] == 2
    assert archive.json("backup", folder, "--verify").only["backups"] == [first["backup"], second["backup"]]
    older = Site(tmp_path / "older")
    assert older.json("restore", folder, "--backup", first["backup"]).status == 0
    assert len(found(older)) == 12
    # Bytes that only a backup that goes has named go with it.
    left = folder / "files" / "blobs" / "00" / "00" / ("0" * 64)
    left.parent.mkdir(parents=True)
    left.write_bytes(b"of a document that was destroyed")
    assert taken(archive, folder, "--keep", 1)["dropped"] == 2
    assert not left.exists()
    assert archive.json("backup", folder, "--verify").status == 0


@pytest.mark.parametrize("which", ["files/blobs", "generations"])
def test_an_altered_backup_is_named_and_never_restored(archive: Site, tmp_path: Path, which: str) -> None:
    folder = tmp_path / "backup"
    taken(archive, folder)
    altered = sorted(path for path in (folder / which).rglob("*") if path.is_file())[0]
    altered.write_bytes(b"x" + altered.read_bytes()[1:])
    proof = archive.json("backup", folder, "--verify")
    assert proof.status == 1
    assert [one["file"] for one in proof.only["differences"]] == [str(altered.relative_to(folder))]
    there = Site(tmp_path / "there")
    refused = there.json("restore", folder)
    assert (refused.status, refused.error["code"]) == (2, "backup_damaged")
    assert str(altered.relative_to(folder)) in refused.error["detail"]
    assert events(there.home) == []
    altered.unlink()
    assert archive.json("backup", folder, "--verify").status == 1


def test_what_is_no_empty_site_or_no_whole_backup_is_refused(archive: Site, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    assert killed_at(archive, 5, "backup", folder) == KILLED
    there = Site(tmp_path / "there")
    refused = there.json("restore", folder)
    assert (refused.status, refused.error["code"]) == (2, "invalid")
    assert "did not come to its end" in refused.error["detail"]
    assert archive.json("backup", folder, "--verify").status == 1
    taken(archive, folder)
    assert archive.json("backup", folder, "--verify").only["partial"] == []
    assert archive.json("restore", folder).error["code"] == "other_site"
    assert archive.json("backup", tmp_path / "papers").error["code"] == "invalid"
    [generation] = (folder / "generations").iterdir()
    from deploy.backups.folder import digest_of

    told = json.loads((generation / "manifest.json").read_text())
    del told["digest"]
    told["migrations"].append("records.9999_of_next_year")
    (generation / "manifest.json").write_text(json.dumps({**told, "digest": digest_of(told)}))
    assert there.json("restore", folder).error["code"] == "backup_unfit"
