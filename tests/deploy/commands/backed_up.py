"""What tests of backups share: a site worth keeping, and what one site has that the other must have."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.deploy.commands.site import Site

# What the new place has of its own, or what a backup leaves out.
OWN = {"django_migrations", "deploy_move", "django_session", "sqlite_sequence", "search_indexrequest", "records_dirty"}


def archive_at(site: Site, tmp_path: Path) -> Site:
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
