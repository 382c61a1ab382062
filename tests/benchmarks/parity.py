"""Both search engines asked the same: totals and facets, first answers, sets of ten, and how well each class fares.

`make bench-search` imports `../shared/data/norms/norms-2000.tar.zst` into a new embedded site, builds its index on the
Elasticsearch server of `make services` as well, and asks all its queries of both. It prints one JSON document; where
the engines differ by more than they may, it ends with status 1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

from tests.benchmarks.embedded import BEST, MANAGE, NORMS, PROJECT, imported, reciprocal_rank, unpack
from tests.search_server import address, fresh_index

LEAST_SAME_FIRST = 0.97
LEAST_SAME_TEN = 0.80
MOST_APART = 0.01
SHOWN = 20


def main(corpus: str = "norms-2000") -> int:
    """Compare over this corpus; return the exit status."""
    queries = NORMS / f"queries-{corpus.removeprefix('norms-')}.jsonl"
    services = dict(
        line.split("=", 1) for line in (PROJECT / "var" / "services.env").read_text(encoding="utf-8").splitlines()
    )
    with (
        tempfile.TemporaryDirectory(prefix="legajo-parity-") as folder,
        fresh_index(services["SEARCH_URL"]) as options,
    ):
        home, files = Path(folder) / "home", Path(folder) / "files"
        unpack(NORMS / f"{corpus}.tar.zst", files)
        embedded = {**os.environ, "LEGAJO_HOME": str(home), "LEGAJO_LOG_LEVEL": "error"}
        full = embedded | {"SEARCH_URL": address(options)}
        imported(files, embedded)
        # Both are built from the same rows in one go: what was deleted meanwhile would count in one's statistics.
        for environ in (embedded, full):
            subprocess.run([*MANAGE, "reindex"], env=environ, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        asked = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines()]
        told = compared(asked, answers(queries, embedded), answers(queries, full))
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0 if told["same"]["enough"] else 1


def answers(queries: Path, environ: dict[str, str]) -> list[dict[str, Any]]:
    """Ask all queries as a stranger would, with the facets that pages show."""
    command = [*MANAGE, "search", "--queries", str(queries), "--anonymous", "--size", str(BEST), "--json"]
    command += ["--facets", "kind,issuer,year"]
    run = subprocess.run(command, env=environ, cwd=PROJECT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def compared(asked: list[dict[str, Any]], ones: list[dict[str, Any]], others: list[dict[str, Any]]) -> dict[str, Any]:
    """Return shares of equal answers, MRR by class of both engines, and a sample of what differs."""
    ranks: dict[str, list[tuple[float, float]]] = defaultdict(list)
    same: dict[str, list[bool]] = defaultdict(list)
    differing: list[dict[str, Any]] = []
    for question, one, other in zip(asked, ones, others, strict=True):
        found = [[result["external_id"] for result in answer["results"]] for answer in (one, other)]
        same["total"].append(one["total"] == other["total"])
        same["facets"].append(one["facets"] == other["facets"])
        same["first"].append(found[0][:1] == found[1][:1])
        same["ten"].append(set(found[0]) == set(found[1]))
        relevant = question["relevant"]
        ranks[question["class"]].append(
            (reciprocal_rank(relevant, one["results"]), reciprocal_rank(relevant, other["results"]))
        )
        if not (same["total"][-1] and same["first"][-1]):
            totals = [one["total"], other["total"]]
            differing.append({"query": question["query"], "totals": totals, "best": [best[:3] for best in found]})
    shares = {name: round(mean(values), 4) for name, values in same.items()}
    mrr = {name: _means(values) for name, values in sorted(ranks.items())}
    return {
        "queries": len(asked),
        "same": {**shares, "enough": _enough(shares, mrr)},
        "mrr_at_10": mrr,
        "differing": differing[:SHOWN],
    }


def _means(values: list[tuple[float, float]]) -> dict[str, float]:
    embedded, server = zip(*values, strict=True)
    return {"tantivy": round(mean(embedded), 4), "elasticsearch": round(mean(server), 4)}


def _enough(shares: dict[str, float], mrr: dict[str, dict[str, float]]) -> bool:
    alike = shares["total"] == shares["facets"] == 1
    alike = alike and shares["first"] >= LEAST_SAME_FIRST and shares["ten"] >= LEAST_SAME_TEN
    return alike and all(max(of.values()) - min(of.values()) <= MOST_APART for of in mrr.values())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
