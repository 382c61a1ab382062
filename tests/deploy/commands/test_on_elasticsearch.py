"""A site whose search is the real Elasticsearch server, worked through the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from tests.deploy.commands.site import Site
from tests.search_server import address, fresh_index

pytestmark = [pytest.mark.full, pytest.mark.slow]


@dataclass(frozen=True)
class SearchedSite(Site):
    """An embedded site but for its search."""

    search_url: str = ""

    @property
    def environ(self) -> dict[str, str]:
        return super().environ | {"SEARCH_URL": self.search_url}


@pytest.fixture
def options(services: dict[str, str]) -> Iterator[dict[str, Any]]:
    with fresh_index(services["SEARCH_URL"]) as options:
        yield options


@pytest.fixture
def site(options: dict[str, Any], tmp_path: Path) -> SearchedSite:
    return SearchedSite(tmp_path / "home", address(options))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(3):
        (folder / f"acta-{number}.txt").write_text(f"Acta {number}. La mesa aprueba el refugio humanitario.")
    return folder


def found(site: Site, text: str) -> set[str]:
    return {result["external_id"] for result in site.json("search", text, "--scope", "text").only["results"]}


def test_from_files_to_answers_and_an_index_built_anew(site: SearchedSite, files: Path) -> None:
    done = site.json("import", files, "--access", "public", "--wait")
    assert (done.status, done.lines[-1]["imported"]) == (0, 3), done.stderr
    everything = {f"acta-{number}.txt" for number in range(3)}
    assert found(site, "refugio humanitario") == everything
    assert site.json("audit").only["ok"] is True
    assert site.json("reindex").only["records"] == 3
    assert found(site, '"aprueba el refugio"') == everything
    assert site.json("audit").only["differences"] == []


def test_nothing_starts_on_an_index_of_another_shape_but_the_command_that_mends_it(
    site: SearchedSite, files: Path, options: dict[str, Any]
) -> None:
    assert site.json("import", files, "--access", "public", "--wait").status == 0
    with Elasticsearch(options["url"]) as client:
        client.indices.put_mapping(index=options["prefix"], meta={"format": "older"})
    work, up = site.run("work"), site.run("up", "--port", "0")
    for ended, status in ((work, 2), (up, 1)):
        assert ended.status == status
        [sentence] = [line for line in ended.stderr.splitlines() if line.strip()]
        assert "run `manage.py reindex`" in sentence
        assert "Traceback" not in ended.stderr
    assert site.json("search", "refugio").error["code"] == "search_unavailable"
    assert site.json("reindex").only["records"] == 3
    assert len(found(site, "refugio")) == 3


@pytest.mark.fault("F18")
def test_without_its_search_server_a_site_takes_files_in_and_indexes_them_later(
    site: SearchedSite, files: Path, tmp_path: Path
) -> None:
    away = SearchedSite(site.home, "elasticsearch+http://127.0.0.1:9/legajo")
    done = away.json("import", files, "--access", "public")
    assert (done.status, done.lines[-1]["imported"]) == (0, 3), done.stderr
    assert away.json("search", "refugio").error["code"] == "search_unavailable"
    assert site.run("work", "--until-idle").status == 0
    assert len(found(site, "refugio")) == 3
