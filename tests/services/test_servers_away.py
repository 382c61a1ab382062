"""What users see while a server is away or says nothing: a table, asked of a whole site with a queue over real lines.

Each server is reached through a line that is cut, or goes silent. Nothing hangs, no page shows a traceback, and when
the line is mended the site goes on by itself: nothing is started again.
"""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.drills.tcp_proxy import GONE, PASSES, SILENT, TcpProxy, tcp_proxy
from tests.services.queue_site import QueueSite, comes, queue_site

pytestmark = [pytest.mark.full, pytest.mark.faults, pytest.mark.timeout(500)]
PATIENCE_SECONDS = 30
"""An answer that takes longer is taken for none; the limits are a third of it, and a test's machine may be busy."""
ALL_WELL = {"list": 200, "record": 200, "file": 200, "search": 200, "search page": 200, "upload": 201, "ready": 200}
WITHOUT = {
    "search": ALL_WELL | {"search": 503, "search page": 503},
    "store": ALL_WELL | {"file": 503, "upload": 503},
    "queue": ALL_WELL,
    "database": dict.fromkeys(ALL_WELL, 503),
}
LINES = {
    "database": ["DATABASE_URL"],
    "store": ["STORAGE_URL"],
    "search": ["SEARCH_URL"],
    "queue": ["TASKS_URL", "CACHE_URL"],
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    text: str


class RunningSite:
    """`manage.py up` over lines that a test holds."""

    def __init__(self, site: QueueSite, lines: dict[str, TcpProxy]) -> None:
        self.site, self.lines = site, lines
        through = {
            name: by_way_of(site.urls[name], lines[part].port) for part, names in LINES.items() for name in names
        }
        process = site.start("up", "--port", "0", **through)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (site.home / "processes.err").read_text()[-2000:]
        self.url = json.loads(line)["url"]
        self.token = site.json("token", "ana").only["token"]

    def ask(self, path: str, *, body: Any = None, method: str = "GET", raw: bytes | None = None) -> Answer:
        data = raw if body is None else json.dumps(body).encode()
        kind = "application/json" if body is not None else "application/octet-stream"
        headers = {"Authorization": f"Token {self.token}", "Content-Type": kind} if data is not None else {}
        asking = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(asking, timeout=PATIENCE_SECONDS) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.headers, refused.read().decode())

    def part(self, name: str) -> str:
        answer = json.loads(self.ask("/health/ready").text)
        return str(answer["checks"].get(name, "away"))

    def table(self, record: str) -> dict[str, int]:
        """Do what users do; return the statuses."""
        answers = {
            "list": self.ask("/api/v1/records/"),
            "record": self.ask(f"/records/{record}/"),
            "file": self.ask(f"/api/v1/records/{record}/versions/1/file"),
            "search": self.ask("/api/v1/search?q=refugio"),
            "search page": self.ask("/search/?q=refugio"),
            "upload": self.ask("/api/v1/uploads/", method="POST", body={"filename": "acta.txt", "size": 9}),
            "ready": self.ask("/health/ready"),
        }
        for name, answer in answers.items():
            assert "Traceback" not in answer.text, name
            if answer.status == 503 and name != "ready":
                assert name == "record" or int(answer.headers.get("Retry-After", "1")) > 0, name
        return {name: answer.status for name, answer in answers.items()}

    def bring(self, text: str) -> None:
        """Upload a document, as a program does."""
        data = text.encode()
        opened = self.ask("/api/v1/uploads/", method="POST", body={"filename": "nueva.txt", "size": len(data)})
        number = json.loads(opened.text)["id"]
        assert self.ask(f"/api/v1/uploads/{number}/parts/1", method="PUT", raw=data).status == 200
        said = {"sha256": hashlib.sha256(data).hexdigest(), "access": "public"}
        done = self.ask(f"/api/v1/uploads/{number}/complete", method="POST", body=said)
        assert done.status == 202, done.text

    def found(self, word: str) -> int:
        answer = self.ask(f"/api/v1/search?q={word}")
        return int(json.loads(answer.text)["total"]) if answer.status == 200 else -1


def by_way_of(url: str, port: int) -> str:
    parts = urlsplit(url)
    return url.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{port}", 1)


@pytest.fixture
def running(services: dict[str, str], tmp_path: Path) -> Iterator[RunningSite]:
    with ExitStack() as held:
        site = held.enter_context(queue_site(services, tmp_path, redis_numbers=(14, 15)))
        lines = {}
        for part, names in LINES.items():
            there = urlsplit(site.urls[names[0]])
            lines[part] = held.enter_context(tcp_proxy(there.hostname or "", there.port or 0))
        (tmp_path / "site.json").write_text(json.dumps({"users": [{"username": "ana", "roles": ["archivist"]}]}))
        assert site.run("configure", tmp_path / "site.json").status == 0
        acta = tmp_path / "acta.txt"
        acta.write_text("ACTA 1\n\nSe acordó el punto primero sobre refugio.\n")
        assert site.json("import", acta, "--access", "public", "--wait").status == 0
        yield RunningSite(site, lines)
        for line in lines.values():
            line.line = PASSES


def test_each_server_away_costs_what_hangs_on_it_and_no_more(running: RunningSite) -> None:
    [(record,)] = running.site.rows("SELECT id FROM records_record")
    comes(lambda: running.part("worker") == "ok")
    assert running.table(str(record)) == ALL_WELL
    number = 0
    for part, how in product(("search", "store", "queue"), (GONE, SILENT)):
        running.lines[part].line = how
        comes(lambda part=part: running.part(part) == "away")  # type: ignore[misc]
        assert (part, how, running.table(str(record))) == (part, how, WITHOUT[part])
        assert running.part("database") == "ok"
        if part != "store":
            number += 1
            running.bring(f"Papel nuevo {number} sobre hospitalidad.")
        running.lines[part].line = PASSES
        comes(lambda part=part: running.part(part) == "ok")  # type: ignore[misc]
        assert running.table(str(record)) == ALL_WELL
        # What came meanwhile is found by itself.
        comes(lambda number=number: running.found("hospitalidad") == number)  # type: ignore[misc]
    assert running.site.json("audit").only["ok"]


def test_without_the_database_all_say_so_and_go_on_when_it_is_back(running: RunningSite) -> None:
    [(record,)] = running.site.rows("SELECT id FROM records_record")
    running.lines["database"].line = GONE
    comes(lambda: running.part("database") == "away")
    assert running.table(str(record)) == WITHOUT["database"]
    assert json.loads(running.ask("/health/ready").text)["status"] == "not_ready"
    assert running.ask("/health/live").status == 200
    assert "no responde" in running.ask("/search/?q=refugio").text
    running.lines["database"].line = PASSES
    comes(lambda: running.table(str(record)) == ALL_WELL)
    running.bring("Papel de después sobre hospitalidad.")
    comes(lambda: running.found("hospitalidad") == 1)
    assert running.site.json("audit").only["ok"]
