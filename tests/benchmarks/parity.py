"""Both search engines asked the same: how well and how fast each answers, how big they are, and where they differ.

`make bench-search` imports `../shared/data/norms/norms-2000.tar.zst` into a new embedded site, builds its index on the
Elasticsearch server of `make services` as well, and asks all its queries of both. With `BENCH=norms` these are all
21,113 norms; `BENCH="norms HOME"` uses a site that has them already. It prints one JSON document; where the engines
differ by more than they may, it ends with status 1. Times are of this machine and decide nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

from elasticsearch import Elasticsearch

from tests.benchmarks.embedded import MANAGE, NORMS, PROJECT, imported, size_of, unpack
from tests.benchmarks.quality import BEST, by_class, quotes_in_the_text
from tests.search_server import address, fresh_index

LEAST_SAME_FIRST = 0.97
LEAST_SAME_TEN = 0.80
MOST_APART = 0.01
SHOWN = 20
ROUNDS = {"tantivy": 3, "elasticsearch": 1}
ALL = "norms"
ARCHIVES = {ALL: ("legalize-pe", "legalize-pe-regional")}


def main(corpus: str = "norms-2000", home: str = "") -> int:
    """Compare over this corpus; return the exit status."""
    queries = NORMS.parent / "search-queries-dev.jsonl" if corpus == ALL else NORMS / f"queries-{corpus[6:]}.jsonl"
    asked = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines()]
    with site(corpus, home) as (embedded, took), fresh_index(services()["SEARCH_URL"]) as options:
        engines = {"tantivy": embedded, "elasticsearch": embedded | {"SEARCH_URL": address(options)}}
        # Both are built from the same rows in one go: what was deleted meanwhile would count in one's statistics.
        built = {name: rebuilt(environ) for name, environ in engines.items()}
        found = {name: answers(queries, environ) for name, environ in engines.items()}
        told = {
            "corpus": corpus,
            "import": took,
            "index": {
                "tantivy": {**built["tantivy"], "bytes": size_of(Path(embedded["LEGAJO_HOME"]) / "index")},
                "elasticsearch": {**built["elasticsearch"], "bytes": server_bytes(options)},
            },
            "queries": len(asked),
            "mrr_at_10": {name: by_class(asked, one) for name, one in found.items()},
            "in_the_text": {name: in_the_text(asked, environ) for name, environ in engines.items()},
            **compared(asked, found["tantivy"], found["elasticsearch"]),
            "milliseconds": {name: timed(queries, environ, ROUNDS[name]) for name, environ in engines.items()},
        }
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0 if enough(told) else 1


def services() -> dict[str, str]:
    """Return the addresses of the servers that `make services` started."""
    lines = (PROJECT / "var" / "services.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


@contextmanager
def site(corpus: str, home: str) -> Iterator[tuple[dict[str, str], dict[str, Any] | None]]:
    """Give the environment of a site with the corpus, and how its import went; a new site is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="legajo-parity-") as folder:
        environ = {**os.environ, "LEGAJO_HOME": home or f"{folder}/home", "LEGAJO_LOG_LEVEL": "error"}
        if home:
            yield environ, None
            return
        files = Path(folder) / "files"
        for name in ARCHIVES.get(corpus, (corpus,)):
            unpack(NORMS / f"{name}.tar.zst", files)
        yield environ, imported(files, environ)


def rebuilt(environ: dict[str, str]) -> dict[str, float]:
    """Build the index anew from the rows; return seconds and norms a second."""
    began = time.monotonic()
    command = [*MANAGE, "reindex", "--json"]
    run = subprocess.run(command, env=environ, cwd=PROJECT, check=True, capture_output=True, text=True)
    seconds = time.monotonic() - began
    records = json.loads(run.stdout.splitlines()[-1])["records"]
    return {"seconds": round(seconds, 1), "norms_a_second": round(records / seconds)}


def server_bytes(options: dict[str, Any]) -> int:
    with Elasticsearch(options["url"].split(","), request_timeout=60) as client:
        client.indices.forcemerge(index=f"{options['prefix']}-*", max_num_segments=5)
        told = client.indices.stats(index=f"{options['prefix']}-*", metric="store")
    return int(told["_all"]["primaries"]["store"]["size_in_bytes"])


def in_the_text(asked: list[dict[str, Any]], environ: dict[str, str]) -> dict[str, float]:
    """Ask the quotations for their articles."""
    quotes = [question for question in asked if question["class"] == "quote"]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(question, ensure_ascii=False) + "\n" for question in quotes)
        file.flush()
        return quotes_in_the_text(quotes, answers(Path(file.name), environ, "--scope", "text"))


def timed(queries: Path, environ: dict[str, str], rounds: int) -> Any:
    command = [sys.executable, "-m", "tests.benchmarks.finding", str(queries), str(rounds)]
    run = subprocess.run(command, env=environ, cwd=PROJECT, check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


def answers(queries: Path, environ: dict[str, str], *more: str) -> list[dict[str, Any]]:
    """Ask all queries as a stranger would, with the facets that pages show."""
    command = [*MANAGE, "search", "--queries", str(queries), "--anonymous", "--size", str(BEST), "--json"]
    command += ["--facets", "kind,issuer,year", *more]
    run = subprocess.run(command, env=environ, cwd=PROJECT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def compared(asked: list[dict[str, Any]], ones: list[dict[str, Any]], others: list[dict[str, Any]]) -> dict[str, Any]:
    """Return shares of equal answers, and a sample of what differs."""
    same: dict[str, list[bool]] = defaultdict(list)
    differing: list[dict[str, Any]] = []
    for question, one, other in zip(asked, ones, others, strict=True):
        found = [[result["external_id"] for result in answer["results"]] for answer in (one, other)]
        same["total"].append(one["total"] == other["total"])
        same["facets"].append(one["facets"] == other["facets"])
        same["first"].append(found[0][:1] == found[1][:1])
        same["ten"].append(set(found[0]) == set(found[1]))
        if not (same["total"][-1] and same["first"][-1]):
            totals = [one["total"], other["total"]]
            differing.append({"query": question["query"], "totals": totals, "best": [best[:3] for best in found]})
    shares = {name: round(mean(values), 4) for name, values in same.items()}
    return {"same": shares, "differing": differing[:SHOWN]}


def enough(told: dict[str, Any]) -> bool:
    """Tell whether the engines answer alike: all counts the same, nearly all orders, every class as well found."""
    shares, ranks = told["same"], told["mrr_at_10"]
    alike = shares["total"] == shares["facets"] == 1
    alike = alike and shares["first"] >= LEAST_SAME_FIRST and shares["ten"] >= LEAST_SAME_TEN
    near = (abs(one - ranks["elasticsearch"][name]) <= MOST_APART for name, one in ranks["tantivy"].items())
    return alike and all(near)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
