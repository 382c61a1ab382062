"""The whole index built anew while people write and search: killed in the middle, run again, swapped.

On the servers, where the command itself builds; and embedded, where the running service's worker does it when asked.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from deploy.env import PROJECT
from tests.benchmarks.embedded import NORMS, unpack
from tests.drills.people import Crowd
from tests.drills.proof import drained
from tests.drills.report import say, table, told
from tests.drills.requests import Line, summed
from tests.drills.site import TAKEN_IN, Site, new_site, own_names, paper_text, services
from tests.drills.writing_on import Corrector, Searcher

RECORDS = 20_000
NORMS_READ, PAPERS_READ = 100, 100
WORDS = ["trámites", "artículo", "mesa de trabajo", "unidad orgánica", "folio"]
LOOKED_FOR = 200
SECONDS_A_RECORD = 0.0015
"""So long a rebuild goes on before it is killed: it takes two to ten times as long, by what else goes on."""
MOST_SECONDS = 3600.0
COLUMNS = ("request", "count", "ok", "503", "other", "longest s")


def main(*, short: bool = False) -> int:
    """Play it on the servers and embedded; return the exit status."""
    records = 200 if short else int(os.environ.get("DRILL_RECORDS", RECORDS))
    broken: list[str] = []
    results: dict[str, Any] = {}
    for profile, urls in (("servers", own_names(services())), ("embedded", {})):
        say(f"{profile}: {records} records")
        with new_site(urls) as site:
            result, wrong = played(site, records, embedded=not urls)
        results[profile] = result
        broken += [f"{profile}: {one}" for one in wrong]
    return told("reindexing", results, broken)


def played(site: Site, records: int, *, embedded: bool) -> tuple[dict[str, Any], list[str]]:
    """Fill the site, rebuild its index twice while people use it, and prove that nothing is missing."""
    site.prepare(1)
    filled = fill(site, records)
    site.up()
    line = Line()
    corrector = Corrector(site, line, site.token("archivist"), some_records(site, 300))
    searcher = Searcher(site, line, WORDS)
    crowd = Crowd()
    for _ in range(4):
        crowd.every(0.2, corrector)
    crowd.every(0.4, searcher)
    crowd.every(0.4, searcher)
    time.sleep(2)
    began = time.monotonic()
    killed_after = _killed(site, records, embedded=embedded)
    second = json.loads(site.manage("reindex", "--json"))
    lasted = time.monotonic() - began
    time.sleep(2)
    crowd.end()
    kinds = summed(line.seen)
    drain = drained(site, 300)
    missing = corrector.not_found(LOOKED_FOR)
    report = site.audit()
    result = {
        "filled": filled,
        "killed_after": killed_after,
        "second": second,
        "seconds": round(lasted, 1),
        "writes_a_second": round(corrector.acknowledged / (lasted + 4), 1),
        "empty": searcher.empty,
        "requests": kinds,
        "drained_after": drain,
        "audit": report,
    }
    rows = [(kind, *(of[part] for part in ("count", "ok", "503", "other", "longest"))) for kind, of in kinds.items()]
    say(table(COLUMNS, rows))
    say(f"killed after {killed_after} s, run again {second}, writes a second {result['writes_a_second']}")
    say(f"acknowledged {corrector.acknowledged}, not found {len(missing)}, empty {searcher.empty}, drained {drain} s")
    say(f"audit {report['ok']} {report['checked']}")
    return result, _wrong(result, missing, report, kinds, records + 1)


def _wrong(
    result: dict[str, Any], missing: list[str], report: dict[str, Any], kinds: dict[str, Any], records: int
) -> list[str]:
    wrong = [f"not found: {one}" for one in missing]
    wrong += [f"{kind}: {of['reasons'] or of['503']}" for kind, of in kinds.items() if of["count"] != of["ok"]]
    wrong += [f"{result['empty']} searches came back empty"] if result["empty"] else []
    wrong += [] if report["ok"] else [f"audit: {report['differences'][:5]}"]
    wrong += [] if report["checked"]["records"] == records else [f"records: {report['checked']['records']}"]
    wrong += [] if result["second"]["records"] == records else [f"indexed: {result['second']['records']}"]
    wrong += [] if result["drained_after"] is not None else ["not drained"]
    return wrong


def fill(site: Site, records: int) -> dict[str, Any]:
    """Take in norms and papers of our own, and copy them until there are so many records beside those there."""
    files = site.folder / "norms"
    archive = NORMS / "norms-2000.tar.zst"
    if archive.is_file() and records >= RECORDS:
        unpack(archive, files)
    else:
        files.mkdir()
    norms = sorted(path for path in files.rglob("*") if path.is_file())
    for path in norms[NORMS_READ:]:
        path.unlink()
    for number in range(min(PAPERS_READ, records)):
        (files / f"norma-{number:05d}.txt").write_text(paper_text(f"LEY N° {number}", number), encoding="utf-8")
    began = time.monotonic()
    last = site.manage("import", str(files), *TAKEN_IN).splitlines()[-1]
    copying = [sys.executable, "-m", "tests.drills.copying", str(records + 1)]
    subprocess.run(copying, cwd=PROJECT, env=site.environ, check=True)
    seconds = round(time.monotonic() - began, 1)
    read = json.loads(last)["imported"]
    say(f"{read} records read and the others copied within {seconds} s")
    return {"seconds": seconds, "read": read}


def some_records(site: Site, most: int) -> list[str]:
    line = Line()
    found: list[str] = []
    address: str | None = f"{site.url}/api/v1/records/?size=100"
    while address and len(found) < most:
        answer = line.ask("list", "GET", address)
        assert answer is not None
        page = answer.json()
        found += [one["id"] for one in page["results"]]
        address = page.get("next") and _next(site, page["next"])
    return found[:most]


def _next(site: Site, cursor: str) -> str:
    return cursor if cursor.startswith("http") else f"{site.url}/api/v1/records/?size=100&cursor={cursor}"


def _killed(site: Site, records: int, *, embedded: bool) -> float:
    """Begin a rebuild and kill whoever builds in the middle of it; return after how many seconds."""
    building = _asked(site, embedded=embedded)
    began = time.monotonic()
    with subprocess.Popen(
        site.command("reindex", "--json"), cwd=PROJECT, env=site.environ, stdout=subprocess.DEVNULL
    ) as command:
        deadline = began + MOST_SECONDS
        while not building() and command.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(records * SECONDS_A_RECORD)
        victim = _worker(site) if embedded else command.pid
        assert command.poll() is None, "the rebuild was done before it could be killed"
        os.kill(victim, signal.SIGKILL)
        after = round(time.monotonic() - began, 1)
        if embedded:
            # The one who asked waits on; the worker that comes back does what is still asked for.
            command.wait()
    return after


def _asked(site: Site, *, embedded: bool) -> Callable[[], bool]:
    """Return what tells that a new index is being filled."""
    if embedded:
        index = site.folder / "home" / "index"
        return lambda: len([path for path in index.iterdir() if path.is_dir()]) > 1
    from elasticsearch import Elasticsearch

    from deploy.services_urls import search_options

    options = search_options(site.urls["SEARCH_URL"])
    client = Elasticsearch(options["url"].split(","))
    return lambda: len(client.indices.get_alias(index=f"{options['prefix']}-*")) > 1


def _worker(site: Site) -> int:
    """Return the process of the embedded worker, which holds the index."""
    assert site.process is not None
    for process in psutil.Process(site.process.pid).children():
        if process.cmdline()[-1:] == ["work"]:
            return int(process.pid)
    raise RuntimeError("the service has no worker")
