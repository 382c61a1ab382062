"""SQLite while somebody else writes for long: whoever waits in vain is told 503, and nothing of theirs is there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.browser.service import Service
from tests.deploy.commands.site import Site
from tests.faults.disk_story import Client

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.fault("F25")]


def test_a_writer_that_waited_in_vain_is_told_so_and_asks_again(tmp_path: Path) -> None:
    site = Site(tmp_path / "home")
    site.configure(tmp_path, users=[{"username": "archivist", "roles": ["archivist"]}])
    token = site.json("token", "archivist").only["token"]
    service = Service(site.home)
    try:
        client = Client(service.url, token)
        status, before = client.upload("primera")
        assert status == 202, before
        service.wait_until_settled()
        somebody = sqlite3.connect(site.home / "legajo.sqlite3", isolation_level=None)
        somebody.execute("BEGIN IMMEDIATE")
        status, refused = client.upload("segunda")
        assert (status, refused["errors"][0]["code"]) == (503, "database_unavailable")
        assert client.reads(before["record"], "primera") == [200, 1, 200, True, 200, 200, 200]
        somebody.execute("ROLLBACK")
        somebody.close()
        status, after = client.upload("segunda")
        assert status == 202, after
        service.wait_until_settled()
    finally:
        service.end()
    audited = site.json("audit").only
    assert (audited["differences"], audited["checked"]["records"]) == ([], 2)
