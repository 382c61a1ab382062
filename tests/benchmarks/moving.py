"""A whole site moved to the servers of the full profile, killed once on the way: how long, and what is the same after.

`make bench-move` fills an embedded site with the sample commission and norms-2000, moves it to a database, a bucket and
an index of its own on the servers of `make services`, kills the move in its middle, asks again, and compares. It prints
one JSON document, and fails where anything differs that must not.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from deploy.services_urls import storage_from
from storage.s3 import S3Store
from tests.benchmarks.embedded import NORMS, PROJECT, unpack
from tests.conftest import remove_bucket
from tests.search_server import address, fresh_index
from tests.services.moved_sites import KILLED, PlacedSite, killed_at

READERS = ("", "archivera", "asesora")
T = TypeVar("T")


def main(corpus: str = "norms-2000") -> None:
    """Fill, move, compare, clear away."""
    urls = dict(line.split("=", 1) for line in (PROJECT / "var" / "services.env").read_text().splitlines())
    with tempfile.TemporaryDirectory(prefix="legajo-move-") as folder, fresh_index(urls["SEARCH_URL"]) as options:
        server, name = urls["DATABASE_URL"].rpartition("/")[0], f"move_{uuid.uuid4().hex}"
        bucket = f"{urls['STORAGE_URL'].rpartition('/')[0]}/move-{uuid.uuid4().hex}"
        place = {"DATABASE_URL": f"{server}/{name}", "STORAGE_URL": bucket, "SEARCH_URL": address(options)}
        servers = PlacedSite(Path(folder) / "servers", place | {"TASKS_URL": urls["TASKS_URL"]})
        try:
            told = moved(filled(Path(folder), corpus), servers, Path(folder), corpus)
        finally:
            shape = storage_from(bucket, Path(folder))
            for kept in (shape["OPTIONS"], shape["STAGING"]):
                remove_bucket(S3Store(**kept))
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    if told["differences"] or not all(told["same"].values()):
        raise SystemExit(1)


def filled(folder: Path, corpus: str) -> PlacedSite:
    """Make a site of the sample commission and the norms."""
    site, files = PlacedSite(folder / "home"), folder / "files"
    unpack(NORMS / f"{corpus}.tar.zst", files)
    site.run("audit")
    site.says("demo")
    done = site.run("import", files, "--access", "public", "--wait")
    assert done.status == 0, done.stderr
    # Built in one go, as it will be at the new place: what was deleted meanwhile would count in one's statistics.
    assert site.run("reindex").status == 0
    return site


def moved(home: PlacedSite, servers: PlacedSite, folder: Path, corpus: str) -> dict[str, Any]:
    """Move with one kill, and say what is the same."""
    questions = NORMS / f"queries-{corpus.removeprefix('norms-')}.jsonl"
    before, answers = home.says("state"), asked(home, questions)
    file = servers.settings_in(folder / "servers.env")
    line = random.SystemRandom().randint(10, 35)
    killed, first = timed(lambda: killed_at(home, line, "move", "--to", file))
    assert killed == KILLED
    done, second = timed(lambda: home.json("move", "--to", file))
    assert done.status in (0, 1), done.stderr
    report, after = json.loads(done.stdout), servers.says("state")
    return {
        "killed_at_line": line,
        "seconds": {"until_the_kill": first, "afterwards": second},
        "rows": sum(table["rows"] for table in report["tables"].values()),
        "files": report["files"],
        "differences": report["differences"],
        "audit": report["audit"].get("checked"),
        "records_a_second": round(report["audit"]["checked"]["records"] / (first + second), 1),
        "same": {name: held == after[name] for name, held in before.items()},
        "searches": compared(answers, asked(servers, questions)),
    }


def asked(site: PlacedSite, questions: Path) -> dict[str, list[dict[str, Any]]]:
    """Ask every question as each reader."""
    found = {}
    for reader in READERS:
        whose = ["--as", reader] if reader else ["--anonymous"]
        done = site.json("search", "--queries", questions, *whose, "--size", "10", "--facets", "kind,series,year")
        assert done.status == 0, done.stderr
        found[reader or "stranger"] = done.lines
    return found


def compared(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Count, for each reader, the questions with the same total, facets, first answer and ten answers."""
    told = {}
    for reader, answers in before.items():
        pairs = list(zip(answers, after[reader], strict=True))
        ids = [([r["id"] for r in one["results"]], [r["id"] for r in other["results"]]) for one, other in pairs]
        told[reader] = {
            "questions": len(pairs),
            "total": sum(one["total"] == other["total"] for one, other in pairs),
            "facets": sum(one["facets"] == other["facets"] for one, other in pairs),
            "first": sum(one[:1] == other[:1] for one, other in ids),
            "ten": sum(set(one) == set(other) for one, other in ids),
        }
    return told


def timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.monotonic()
    done = work()
    return done, round(time.monotonic() - began, 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
