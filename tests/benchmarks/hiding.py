"""What documents that are closed to somebody do to that person's searches: to their time, and to their order.

`make bench-hiding` imports the 2,000 norms of the development data, every second one closed, and asks as a stranger:

- pairs of questions, one with a word that only closed documents hold and one with a word that none holds, in turn;
- all questions of the collection, here and on a site that has the open half alone.

It prints one JSON document for both engines, and ends with status 1 where the medians of a pair lie further apart than
5 % and 0.3 ms.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from statistics import mean, median
from typing import Any

from tests.benchmarks.embedded import MANAGE, NORMS, PROJECT, unpack
from tests.benchmarks.parity import answers, rebuilt, services
from tests.search_server import address, fresh_index

PAIRS = 200
ROUNDS = 5
MOST_APART, MOST_APART_MS = 0.05, 0.3
COMMON = ("ley", "reglamento", "decreto", "aprueba", "nacional", "servicio")


def main() -> int:
    """Measure both engines; return the exit status."""
    with (
        tempfile.TemporaryDirectory(prefix="legajo-hiding-") as folder,
        fresh_index(services()["SEARCH_URL"]) as options,
        fresh_index(services()["SEARCH_URL"]) as others,
    ):
        both, alone = sites(Path(folder))
        engines = {
            "tantivy": (both, alone),
            "elasticsearch": (both | {"SEARCH_URL": address(options)}, alone | {"SEARCH_URL": address(others)}),
        }
        for environ in engines["elasticsearch"]:
            rebuilt(environ)
        told = {name: {"time": timed_apart(one), "order": order(one, other)} for name, (one, other) in engines.items()}
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0 if all(of["time"]["enough"] for of in told.values()) else 1


def sites(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the environments of a site with every second norm closed, and of its copy without these.

    A copy, since of documents of one day and one worth the ids decide, which every import gives anew.
    """
    unpack(NORMS / "norms-2000.tar.zst", folder / "all")
    for at, path in enumerate(sorted((folder / "all").rglob("*.md"))):
        target = folder / ("closed" if at % 2 else "open") / path.relative_to(folder / "all")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    both = {**os.environ, "LEGAJO_HOME": str(folder / "both"), "LEGAJO_LOG_LEVEL": "error", "LEGAJO_SEARCH_LOG": "no"}
    for name, access in (("open", "public"), ("closed", "reserved")):
        command = [*MANAGE, "import", str(folder / name), "--access", access, "--wait", "--json"]
        subprocess.run(command, env=both, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(folder / "both", folder / "alone")
    alone = both | {"LEGAJO_HOME": str(folder / "alone")}
    with closing(sqlite3.connect(folder / "alone" / "legajo.sqlite3")) as database:
        # Nothing of the product unmakes a record: its guards are taken away first.
        for (guard,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{guard}"')
        database.execute("DELETE FROM records_record WHERE classification = 'reserved'")
        database.commit()
    rebuilt(alone)
    return both, alone


def timed_apart(environ: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.hiding", "here"]
    run = subprocess.run(command, env=environ, cwd=PROJECT, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def order(one: dict[str, str], other: dict[str, str]) -> dict[str, dict[str, float]]:
    """Return how often a stranger's results are the same with and without the closed documents, by site setting."""
    queries = NORMS / "queries-2000.jsonl"
    told = {}
    for setting in ("relevance", "date"):
        pair = [answers(queries, environ | {"LEGAJO_SEARCH_ORDER": setting}) for environ in (one, other)]
        same: dict[str, list[bool]] = {"total": [], "first": [], "ten_in_order": [], "ten": []}
        for with_them, without in zip(*pair, strict=True):
            ids = [[result["external_id"] for result in answer["results"]] for answer in (with_them, without)]
            same["total"].append(with_them["total"] == without["total"])
            same["first"].append(ids[0][:1] == ids[1][:1])
            same["ten_in_order"].append(ids[0] == ids[1])
            same["ten"].append(set(ids[0]) == set(ids[1]))
        told[setting] = {name: round(mean(values), 4) for name, values in same.items()}
    return told


def here() -> None:
    """Ask the pairs of this environment's site."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    import django

    django.setup()
    from records.persons import stranger
    from search.params import SearchParams
    from search.service import answer

    chance, person = random.Random(7), stranger()
    hidden = words_of_closed_norms()
    chance.shuffle(hidden)
    apart: dict[str, list[float]] = {"hidden": [], "unknown": []}
    for word in hidden:
        asked = {"hidden": f"{' '.join(chance.sample(COMMON, 3))} {word}"}
        asked["unknown"] = asked["hidden"].replace(word, "".join(chance.sample(word, len(word))) + "x")
        answers_of = [answer(SearchParams(q=text, size=10), person=person) for text in asked.values()]
        # A word that is like one of an open title is taken for it, and finds what that finds: no pair is to be had.
        if any(one.suggestion for one in answers_of):
            continue
        times: dict[str, list[float]] = {"hidden": [], "unknown": []}
        for at in range(ROUNDS + 1):
            for name in ("hidden", "unknown") if at % 2 else ("unknown", "hidden"):
                began = time.perf_counter()
                answer(SearchParams(q=asked[name], size=10), person=person)
                times[name].append((time.perf_counter() - began) * 1000)
        for name, taken in times.items():
            apart[name].append(median(taken[1:]))
        if len(apart["hidden"]) == PAIRS:
            break
    ones, others = median(apart["hidden"]), median(apart["unknown"])
    told = {"pairs": len(apart["hidden"]), "hidden_ms": round(ones, 2), "unknown_ms": round(others, 2)}
    told["enough"] = abs(ones - others) <= MOST_APART * others + MOST_APART_MS
    json.dump(told, sys.stdout)


def words_of_closed_norms() -> list[str]:
    """Return words that several closed norms hold, and nothing that a stranger may read."""
    from records.models import Page
    from search.language import tokens

    held: dict[str, Counter[str]] = {"reserved": Counter(), "public": Counter()}
    for access, counts in held.items():
        texts = Page.objects.filter(rendition__version__record__classification=access).values_list("text", flat=True)
        for text in texts.iterator():
            counts.update({token.word for token in tokens(text)})
    found = (word for word, count in held["reserved"].items() if count > 1 and len(word) > 6 and word.isalpha())
    return sorted(word for word in found if word not in held["public"])


if __name__ == "__main__":
    sys.exit(here() if sys.argv[1:] == ["here"] else main())
