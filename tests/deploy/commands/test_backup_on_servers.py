"""Backups of a site on PostgreSQL, S3 and Elasticsearch: onto other servers, into a folder and out of it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.services_urls import storage_from
from storage.s3 import S3Store
from tests.deploy.commands.backed_up import archive_at, found, papers, taken
from tests.deploy.commands.site import Site
from tests.services.moved_sites import PlacedSite, on_servers

pytestmark = [pytest.mark.full, pytest.mark.slow, pytest.mark.timeout(600)]


@contextmanager
def archive_on(services: dict[str, str], folder: Path) -> Iterator[PlacedSite]:
    """A site on the servers, worked by the commands themselves: no queue and no worker beside them."""
    with on_servers(services, folder / "servers") as place:
        yield PlacedSite(place.home, {name: url for name, url in place.services.items() if name != "TASKS_URL"})


@pytest.fixture(scope="module")
def archive(services: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlacedSite]:
    """One for all, as tables and an index on the servers take their time; each test says what it finds there."""
    folder = tmp_path_factory.mktemp("archive")
    with archive_on(services, folder) as place:
        archive_at(place, folder)
        yield place


def bucket(site: PlacedSite) -> S3Store:
    return S3Store(**storage_from(site.services["STORAGE_URL"], site.home)["OPTIONS"])


def assert_restored(there: PlacedSite, archive: PlacedSite, folder: Path) -> None:
    """Back a site up, restore it onto an empty one, and find there what was kept and no more."""
    before = archive.kept()
    assert taken(archive, folder)["missing"] == []
    assert archive.json("backup", folder, "--verify").only["ok"]
    done = there.json("restore", folder)
    assert done.status == 0, done.stderr
    assert done.only["audit"]["ok"], done.only["audit"]
    after = there.kept()
    events, seals = len(before["events"]), len(before["Seal"])
    assert (after["events"][:events], after["Seal"][:seals]) == (before["events"], before["Seal"])
    others = before.keys() - {"events", "Seal"}
    assert {name: after[name] for name in others} == {name: before[name] for name in others}
    assert found(there) == found(archive) != set()
    assert found(there, "--anonymous") == set()
    assert there.json("audit").only["ok"]


def test_a_site_on_servers_is_restored_into_a_folder_and_back_onto_servers(
    archive: PlacedSite, services: dict[str, str], tmp_path: Path
) -> None:
    home = PlacedSite(tmp_path / "home")
    assert_restored(home, archive, tmp_path / "of the servers")
    assert home.run("import", papers(tmp_path / "more", 1, first=50), "--wait").status == 0
    with archive_on(services, tmp_path / "other") as other:
        assert_restored(other, home, tmp_path / "of the folder")


@pytest.mark.fault("F38")
def test_the_database_is_restored_and_the_bucket_is_newer(
    archive: PlacedSite, services: dict[str, str], tmp_path: Path
) -> None:
    had = found(archive)
    taken(archive, tmp_path / "backup")
    assert archive.run("import", papers(tmp_path / "later", 1, first=70), "--wait").status == 0
    later = {stat.key for stat in bucket(archive).list()}
    with archive_on(services, tmp_path / "again") as again:
        there = PlacedSite(again.home, {**again.services, "STORAGE_URL": archive.services["STORAGE_URL"]})
        refused = there.json("restore", tmp_path / "backup")
        assert (refused.status, refused.error["code"]) == (2, "other_site")
        assert there.json("restore", tmp_path / "backup", "--keep-files").status == 0

        assert {stat.key for stat in bucket(there).list()} >= later
        assert found(there) == had
        [orphan] = there.says("audited_after", "8")
        assert orphan["kind"] == "orphan"
        for verb in (["audit", "--repair"], ["tick"]):
            there.run(*verb)
        assert there.run("import", tmp_path / "later", "--wait").status == 0
        assert there.says("audited_after", "8") == []
        assert found(there) == {*had, "acta-70.txt"}


@pytest.mark.fault("F39")
def test_the_bucket_is_older_than_the_database(archive: PlacedSite, tmp_path: Path) -> None:
    had = found(archive)
    taken(archive, tmp_path / "backup")
    lost = next(stat.key for stat in bucket(archive).list() if stat.key.startswith("blobs/"))
    bucket(archive).delete(lost)
    [difference] = archive.json("audit").only["differences"]
    assert (difference["kind"], difference["key"]) == ("bytes", lost)
    assert found(archive) == had
    # The backup before it has these bytes yet; a new one says that they are missing.
    assert taken(archive, tmp_path / "backup")["missing"] == []
    incomplete = archive.json("backup", tmp_path / "another")
    assert (incomplete.status, [one["key"] for one in incomplete.only["missing"]]) == (1, [lost])
    there = Site(tmp_path / "whole")
    assert there.json("restore", tmp_path / "backup").only["audit"]["ok"]
    assert found(there) == had
