"""An operator sets a site up, opens what is closed, closes it again, and proves it whole, by commands alone."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.deploy.commands.site import Site

pytestmark = pytest.mark.slow
SITE = {
    "groups": ["legal"],
    "series": [{"code": "ACTAS", "title": "Actas", "access": "reserved"}],
    "bodies": [{"code": "MESA", "name": "Mesa", "kind": "plenary"}],
    "users": [{"username": "counsel", "password": "correct horse battery", "roles": ["reader"], "groups": ["legal"]}],
    "memberships": [{"user": "counsel", "body": "MESA", "capacity": "full", "from": "2020-01-01"}],
    "sessions": [{"code": "SO-1", "body": "MESA", "kind": "ordinary", "number": 1, "date": "2024-03-15"}],
}


def test_configure_is_all_or_nothing_and_twice_changes_nothing(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "site.json"
    file.write_text(json.dumps({**SITE, "series": [{"code": "ACTAS", "title": "Actas", "parent": "NADA"}]}))
    refused = site.json("configure", file)
    assert (refused.status, refused.stdout) == (2, "")
    assert refused.error["attr"]
    file.write_text(json.dumps(SITE))
    first = site.json("configure", file)
    assert (first.status, set(first.only)) == (0, {"created", "changed", "unchanged"})
    assert (first.only["created"] > 0, first.only["unchanged"]) == (True, 0)
    second = site.json("configure", file)
    assert (second.status, second.only["created"], second.only["changed"]) == (0, 0, 0)
    for content in ("{", "[]", '{"users": 1}', '{"unknown": []}', '{"users": [], "users": []}'):
        ended = site.run("configure", "-", "--json", given=content)
        assert (ended.status, ended.stdout) == (2, ""), content
        assert "Traceback" not in ended.stderr


def test_accounts_and_tokens(site: Site) -> None:
    made = site.json("createuser", "archivist", "--password", "correct horse battery", "--role", "archivist")
    assert made.status == 0
    assert made.only == {"username": "archivist", "created": True, "roles": ["archivist"], "groups": []}
    again = site.json("createuser", "archivist", "--group", "legal")
    assert (again.only["created"], again.only["roles"], again.only["groups"]) == (False, ["archivist"], ["legal"])
    token = site.json("token", "archivist", "--days", "3")
    assert (token.status, set(token.only)) == (0, {"token"})
    assert len(token.only["token"]) >= 40
    for refused in (
        site.json("token", "nadie"),
        site.json("token", "archivist", "--days", "0"),
        site.json("createuser", "x", "--role", "king"),
        site.json("createuser", ""),
        site.json("createuser"),
        site.json("nothing-like-it"),
    ):
        assert refused.status in (1, 2)
        assert refused.stdout == ""
        assert "Traceback" not in refused.stderr


def test_what_is_granted_holds_at_once_and_what_is_revoked_no_longer(site: Site, tmp_path: Path) -> None:
    site.configure(tmp_path, **SITE)
    acta = tmp_path / "acta.txt"
    acta.write_text("Acta reservada sobre guacamayos.")
    assert site.json("import", acta, "--series", "ACTAS", "--wait").status == 0
    ask = ("search", "guacamayos", "--as", "counsel")
    assert site.json(*ask).only["total"] == 0

    given = site.json("grant", "--record", "acta.txt", "--reader", "group:legal", "--ends", "2099-12-31")
    assert given.status == 0
    assert given.only == {
        "record": "acta.txt",
        "reader": "group:legal",
        "state": "given",
        "action": "read",
        "starts": None,
        "ends": "2099-12-31",
    }
    assert site.run("work", "--until-idle").status == 0
    assert site.json(*ask).only["total"] == 1
    gone = site.json("grant", "--record", "acta.txt", "--reader", "group:legal", "--revoke")
    assert (gone.only["state"], gone.only["actions"]) == ("revoked", ["read"])
    # Before the index has heard of it.
    assert site.json(*ask).only["total"] == 0
    assert (
        site.json("grant", "--record", "acta.txt", "--reader", "group:legal", "--revoke").only["state"] == "unchanged"
    )

    for arguments in (
        ["--record", "nada", "--reader", "public"],
        ["--series", "NADA", "--reader", "public"],
        ["--record", "acta.txt", "--reader", "everybody"],
        ["--record", "acta.txt", "--series", "ACTAS", "--reader", "public"],
        ["--record", "acta.txt", "--reader", "public", "--starts", "2024-13-40"],
        ["--record", "acta.txt", "--reader", "public", "--as", "counsel"],
    ):
        refused = site.json("grant", *arguments)
        assert (refused.status, refused.stdout) == (2, ""), arguments


def test_many_questions_in_one_process(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "fondo"
    folder.mkdir()
    for number in range(1, 4):
        (folder / f"{number}.txt").write_text(
            f"DECRETO SUPREMO N° {number}-2020-PCM\n\nArtículo 1.- Tucanes\nVuelan.\n"
        )
    assert site.json("import", folder, "--access", "public", "--wait").status == 0
    queries = tmp_path / "preguntas.jsonl"
    queries.write_text(
        '{"query": "D.S. 2-2020-PCM", "class": "number"}\n\n{"query": "tucanes"}\n{"query": "xilófonos"}\n'
    )
    asked = site.json("search", "--queries", queries, "--anonymous", "--facets", "kind,year", "--size", "2")
    assert asked.status == 0
    by_number, by_word, nothing = asked.lines
    for line in asked.lines:
        assert set(line) == {"query", "total", "results", "facets", "notes", "ms"}
    assert by_number["results"][0]["external_id"] == "2.txt"
    assert set(by_word["results"][0]) == {"external_id", "id", "anchor", "page", "score"}
    assert (by_word["total"], len(by_word["results"]), nothing["total"]) == (3, 2, 0)
    [facet] = by_word["facets"]["kind"]
    assert (facet["value"], facet["count"]) == ("decreto_supremo", 3)
    [in_text] = site.json("search", "tucanes", "--scope", "text", "--size", "1").only["results"]
    assert (in_text["anchor"], in_text["page"]) == ("art_1", 1)

    queries.write_bytes(b"\xff\xfe")
    for arguments in (
        [],
        ["x", "--queries", queries],
        ["--queries", queries],
        ["--queries", tmp_path / "no"],
        ["x", "--size", "many"],
        ["x", "--as-of", "2024-13-40"],
        ["x", "--facets", "secretos"],
        ["x", "--scope", "everything"],
        ["x", "--as", "nadie"],
    ):
        refused = site.json("search", *arguments)
        assert (refused.status, refused.stdout) == (2, ""), arguments
        assert "Traceback" not in refused.stderr


def test_audit_names_what_differs_and_repairs_the_index(site: Site, tmp_path: Path) -> None:
    acta = tmp_path / "acta.txt"
    acta.write_text("Acta sobre guacamayos.")
    assert site.json("import", acta, "--wait").status == 0
    sound = site.json("audit")
    assert (sound.status, set(sound.only)) == (0, {"ok", "checked", "differences"})
    again = site.json("reindex")
    assert (again.status, set(again.only), again.only["records"]) == (0, {"records", "seconds"}, 1)
    assert site.json("search", "guacamayos").only["total"] == 1
    ticked = site.json("tick")
    assert (ticked.status, {"grants", "sealed", "swept"} <= set(ticked.only)) == (0, True)

    connection = sqlite3.connect(site.home / "legajo.sqlite3")
    [(key,)] = connection.execute("SELECT key FROM records_blob").fetchall()
    connection.close()
    blob = site.home / "files" / key
    blob.chmod(0o600)
    blob.write_bytes(b"Acta sobre otra cosa..")
    broken = site.json("audit")
    assert broken.status == 1
    [difference] = broken.only["differences"]
    assert set(difference) == {"kind", "id", "version", "key", "detail"}
    assert (difference["kind"], difference["key"]) == ("bytes", key)
