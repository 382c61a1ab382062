"""A site that outgrows its place goes on at another: nothing lost, nothing twice, killed in between or not."""

from __future__ import annotations

import fcntl
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.moved_sites import KILLED, PlacedSite, killed_at, on_servers, same_sets

READERS = ("", "ana", "quispe")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small embedded site: two people, a plan, a session, grants, thirty papers."""
    folder = tmp_path_factory.mktemp("archive")
    site, papers = PlacedSite(folder / "home"), folder / "papers"
    papers.mkdir()
    rows = ["file,access,series"]
    for number in range(30):
        said = f"Acta {number}. La mesa aprueba el refugio humanitario.\n\nArtículo 1.- Acuerdo {number} de migración."
        (papers / f"acta-{number:02}.txt").write_text(said, encoding="utf-8")
        rows.append(f"acta-{number:02}.txt,{('public', 'internal', 'reserved')[number // 10]},ACT")
    (folder / "papers.csv").write_text("\n".join(rows), encoding="utf-8")
    site.configure(
        folder,
        users=[
            {"username": "ana", "password": "correct horse battery", "roles": ["archivist"]},
            {"username": "quispe", "password": "correct horse battery", "roles": ["reader"], "groups": ["legal"]},
        ],
        series=[{"code": "ACT", "title": "Actas"}, {"code": "FONDO", "title": "Fondo"}],
        bodies=[{"code": "PLENO", "name": "Pleno", "kind": "plenary", "parent": None}],
        memberships=[{"user": "quispe", "body": "PLENO", "capacity": "full", "from": "2024-01-01", "to": None}],
        sessions=[{"code": "SO-01", "body": "PLENO", "kind": "ordinary", "number": 1, "date": "2024-02-15"}],
    )
    # A parent that comes later than its child, by the order of their keys.
    site.configure(folder, series=[{"code": "ACT", "title": "Actas", "parent": "FONDO"}])
    done = site.run("import", papers, "--manifest", folder / "papers.csv", "--wait")
    assert done.status == 0, done.stderr
    granted = site.run("grant", "--record", "acta-20.txt", "--reader", "group:legal", "--ends", "2199-01-31")
    assert granted.status == 0, granted.stderr
    assert site.run("reindex").status == 0
    assert site.run("tick").status == 0
    return folder / "home"


@pytest.fixture
def archive(filled_home: Path, tmp_path: Path) -> PlacedSite:
    home = tmp_path / "archive"
    shutil.copytree(filled_home, home)
    return PlacedSite(home)


@pytest.fixture
def new_place(tmp_path: Path) -> PlacedSite:
    return PlacedSite(tmp_path / "new place")


def token_of(site: PlacedSite, username: str) -> str:
    return str(site.json("token", username).only["token"])


def test_an_operator_moves_the_archive_to_another_folder_and_goes_on(
    archive: PlacedSite, new_place: PlacedSite, tmp_path: Path
) -> None:
    token = token_of(archive, "ana")
    upload = archive.says("begin", token)
    cursor = archive.says("ask", token, "/api/v1/search?q=acta&sort=date&size=5")["next"]
    before = archive.says("state")
    answers = {reader: archive.answers(tmp_path, reader) for reader in READERS}
    file = new_place.settings_in(tmp_path / "new.env")

    assert killed_at(archive, 12, "move", "--to", file) == KILLED
    refused = new_place.json("work", "--until-idle")
    assert (refused.status, refused.error["code"]) == (2, "site_still_coming")
    done = archive.json("move", "--to", file)
    assert done.status == 0, done.stdout + done.stderr
    report = done.only
    assert (report["ok"], report["differences"], report["audit"]["ok"]) == (True, [], True)
    assert (report["files"]["files"], report["parts"]["files"]) == (31, 1)

    assert new_place.says("state") == before
    assert {reader: same_sets(new_place.answers(tmp_path, reader)) for reader in READERS} == {
        reader: same_sets(found) for reader, found in answers.items()
    }
    assert archive.json("move", "--to", file).only == report

    moved = archive.json("import", tmp_path)
    assert (moved.status, moved.error["code"]) == (2, "site_moved")
    further = new_place.says("ask", token, f"/api/v1/search?q=acta&sort=date&size=5&cursor={cursor}")
    assert len(further["results"]) == 5
    assert new_place.says("go_on", token, upload["id"]) == {"arrived": [1], "status": 202}
    assert new_place.run("work", "--until-idle").status == 0
    assert new_place.json("audit").only["differences"] == []
    assert new_place.json("move", "--stay").error["code"] == "not_found"
    assert archive.json("move", "--stay").only["stays"] is True
    assert archive.json("tick").status == 0


@pytest.mark.faults
def test_killed_at_every_step_it_ends_the_same(archive: PlacedSite, new_place: PlacedSite, tmp_path: Path) -> None:
    before = archive.says("state")
    file = new_place.settings_in(tmp_path / "new.env")
    # A run tells only of the tables it carried, so those that go on soon come to files, index, comparison and audit.
    for line in (1, 3, 4, 5, 6, 2, 20, 36, 42):
        assert killed_at(archive, line, "move", "--to", file) == KILLED, line
    done = archive.json("move", "--to", file)
    assert (done.status, done.only["differences"]) == (0, []), done.stderr
    assert new_place.says("state") == before


def test_what_is_wrong_there_already_is_mended_and_what_is_broken_here_stops_the_move(
    archive: PlacedSite, new_place: PlacedSite, tmp_path: Path
) -> None:
    file = new_place.settings_in(tmp_path / "new.env")
    blobs = sorted(path for path in (archive.home / "files" / "blobs").rglob("*") if path.is_file())
    whole = blobs[0].read_bytes()
    blobs[0].chmod(0o600)
    blobs[0].write_bytes(b"x" * len(whole))
    # Another file lies there under a digest of ours: as long as it, and other bytes.
    planted = new_place.home / "files" / blobs[1].relative_to(archive.home / "files")
    planted.parent.mkdir(parents=True)
    planted.write_bytes(b"y" * blobs[1].stat().st_size)

    broken = archive.json("move", "--to", file)
    assert (broken.status, broken.only["ok"]) == (1, False)
    assert [(found["kind"], found["key"].endswith(blobs[0].name)) for found in broken.only["differences"]] == [
        ("bytes", True)
    ]
    blobs[0].write_bytes(whole)
    done = archive.json("move", "--to", file)
    assert (done.status, done.only["audit"]["ok"]) == (0, True), done.stdout
    assert planted.read_bytes() == blobs[1].read_bytes()


def test_where_both_places_share_a_store_nothing_in_it_is_touched(
    archive: PlacedSite, new_place: PlacedSite, tmp_path: Path
) -> None:
    [damaged, cut] = sorted(path for path in (archive.home / "files" / "blobs").rglob("*") if path.is_file())[:2]
    sound = cut.read_bytes()
    held = {damaged: b"x" * damaged.stat().st_size, cut: sound[:5]}
    for path, content in held.items():
        path.chmod(0o600)
        path.write_bytes(content)
    sharing = PlacedSite(new_place.home, {"STORAGE_URL": f"file://{archive.home}/files"})
    refused = archive.json("move", "--to", sharing.settings_in(tmp_path / "new.env"))
    assert refused.status == 1, refused.stderr
    assert cut.name in refused.only["differences"][0]["key"]
    assert {path: path.read_bytes() for path in held} == held
    cut.write_bytes(sound)
    refused = archive.json("move", "--to", tmp_path / "new.env")
    assert (refused.status, len(refused.only["differences"])) == (1, 1), refused.stderr
    assert damaged.read_bytes() == held[damaged]


def test_a_move_is_refused_where_it_would_harm(archive: PlacedSite, new_place: PlacedSite, tmp_path: Path) -> None:
    def code_of(file: Path) -> tuple[str, str | None]:
        ended = archive.json("move", "--to", file)
        assert (ended.status, ended.stdout) == (2, ""), ended.stdout
        return ended.error["code"], ended.error["attr"]

    file = new_place.settings_in(tmp_path / "new.env")
    for name in ("up.lock", "worker.lock"):
        with (archive.home / name).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            assert code_of(file) == ("site_runs", None)
    assert code_of(archive.settings_in(tmp_path / "own.env")) == ("invalid", "DATABASE_URL")
    unknown = tmp_path / "unknown.env"
    unknown.write_text("DATABSE_URL=sqlite:////tmp/x.sqlite3\n", encoding="utf-8")
    assert code_of(unknown) == ("invalid", "--to")
    assert code_of(tmp_path / "missing.env") == ("invalid", "--to")

    other = PlacedSite(tmp_path / "other")
    assert other.run("createuser", "zoila", "--password", "correct horse battery").status == 0
    key = (other.home / "secret.key").read_text()
    assert code_of(other.settings_in(tmp_path / "other.env")) == ("other_site", "DATABASE_URL")
    assert (other.home / "secret.key").read_text() == key
    files = PlacedSite(tmp_path / "third", {"STORAGE_URL": f"file://{tmp_path}/store"})
    lying = tmp_path / "store" / "blobs" / "aa" / "aa" / ("aa" * 32)
    lying.parent.mkdir(parents=True)
    lying.write_text("another site's")
    assert code_of(files.settings_in(tmp_path / "third.env")) == ("other_site", "STORAGE_URL")

    assert killed_at(archive, 12, "move", "--to", file) == KILLED
    assert archive.run("createuser", "rosa", "--password", "correct horse battery").status == 0
    assert code_of(file) == ("conflict", "DATABASE_URL")


@pytest.fixture
def servers(services: dict[str, str], tmp_path: Path) -> Iterator[PlacedSite]:
    """A database, a bucket and an index on the real servers that nobody else has."""
    with on_servers(services, tmp_path / "servers") as place:
        yield place


@pytest.mark.full
@pytest.mark.timeout(900)
def test_the_sample_commission_moves_to_servers_and_back(servers: PlacedSite, tmp_path: Path) -> None:
    home = PlacedSite(tmp_path / "home")
    assert home.run("audit").status == 0
    home.says("demo")
    papers = tmp_path / "papers"
    papers.mkdir()
    for number in range(60):
        said = f"Acta {number} del refugio humanitario.\n\nArtículo 1.- Acuerdo {number} sobre la frontera.\n"
        (papers / f"acta-{number}.txt").write_text(said, encoding="utf-8")
    assert home.run("import", papers, "--access", "internal", "--wait").status == 0
    token = token_of(home, "archivera")
    upload = home.says("begin", token)
    assert home.run("reindex").status == 0
    before = home.says("state")
    readers = ("", "archivera", "asesora")
    answers = {reader: home.answers(tmp_path, reader) for reader in readers}
    assert all(any(one["total"] for one in found) for found in answers.values())
    file = servers.settings_in(tmp_path / "servers.env")

    line = random.SystemRandom().randint(2, 55)
    assert killed_at(home, line, "move", "--to", file) == KILLED, line
    done = home.json("move", "--to", file)
    assert (done.status, json.loads(done.stdout)["differences"]) == (0, []), (line, done.stderr)
    assert servers.says("state") == before
    for reader in readers:
        assert same_sets(servers.answers(tmp_path, reader)) == same_sets(answers[reader])
    assert servers.json("audit").only["ok"] is True

    back = PlacedSite(tmp_path / "back")
    done = servers.json("move", "--to", back.settings_in(tmp_path / "back.env"))
    assert (done.status, done.only["differences"]) == (0, []), done.stderr
    assert back.says("state") == before
    for reader in readers:
        assert same_sets(back.answers(tmp_path, reader)) == same_sets(answers[reader])
    assert back.says("go_on", token, upload["id"]) == {"arrived": [1], "status": 202}
    assert servers.json("tick").error["code"] == "site_moved"
