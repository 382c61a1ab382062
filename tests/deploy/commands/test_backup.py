"""An operator's drill: a backup of a site, proved, and an empty folder that becomes that site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.deploy.commands.backed_up import archive_at, dump, events, files, found, papers, taken
from tests.deploy.commands.site import Site
from tests.services.moved_sites import KILLED, killed_at

pytestmark = pytest.mark.slow


@pytest.fixture
def archive(site: Site, tmp_path: Path) -> Site:
    return archive_at(site, tmp_path)


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
