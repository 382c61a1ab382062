"""How soon a corrected title is found while thousands of files are being taken in, embedded and on the servers.

An archivist corrects one title after another and looks for it until the search finds it, which is when it counts. The
promise: nineteen of twenty within two seconds of the acknowledged correction, on the servers within five.
"""

from __future__ import annotations

import secrets
import subprocess
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from deploy.env import PROJECT
from tests.drills.imports import collected
from tests.drills.proof import drained
from tests.drills.reindexing import some_records
from tests.drills.report import say, table, told
from tests.drills.requests import Line
from tests.drills.site import SERIES, Site, new_site, own_names, services

MOST_SECONDS = {"embedded": 2.0, "servers": 5.0}
"""On the servers the import, the worker, Elasticsearch and three other servers share the machine's two processors."""
GIVEN_UP_AFTER = 60.0
FEWEST = 10
COLUMNS = ("profile", "corrections", "p50 s", "p95 s", "longest s", "files a second meanwhile")


def main(*, short: bool = False) -> int:
    """Play it embedded and on the servers; return the exit status."""
    broken: list[str] = []
    results: dict[str, Any] = {}
    with TemporaryDirectory(prefix="legajo-files-") as folder:
        files = collected(Path(folder), short=short)[0]
        for profile, urls in (("embedded", {}), ("servers", own_names(services()))):
            with new_site(urls) as site:
                result, wrong = played(site, files, MOST_SECONDS[profile], short=short)
            results[profile] = result
            broken += [f"{profile}: {one}" for one in wrong]
    rows = [(name, *(of[part] for part in ("count", "p50", "p95", "most", "rate"))) for name, of in results.items()]
    say(table(COLUMNS, rows))
    return told("visible", results, broken)


def played(site: Site, files: Path, most: float, *, short: bool) -> tuple[dict[str, Any], list[str]]:
    """Correct titles while the files are taken in; return figures, and what is wrong."""
    site.prepare(20)
    site.up()
    line = Line()
    records = some_records(site, 20)
    headers = {"Authorization": f"Token {site.token('archivist')}"}
    count = sum(1 for path in files.rglob("*") if path.is_file())
    command = site.command("import", str(files), "--series", SERIES, "--access", "public", "--wait", "--json")
    waited: list[float] = []
    began = time.monotonic()
    with subprocess.Popen(command, env=site.environ, cwd=PROJECT, stdout=subprocess.DEVNULL) as running:
        while running.poll() is None or (short and len(waited) < FEWEST):
            waited.append(seconds_until_found(site, line, headers, records[len(waited) % len(records)]))
            time.sleep(0.2)
    rate = count / (time.monotonic() - began)
    ranks = quantiles(waited, n=20, method="inclusive") if len(waited) > 1 else [*waited] * 19
    told_of = {"count": len(waited), "p50": round(median(waited), 2), "p95": round(ranks[18], 2)}
    told_of |= {"most": round(max(waited), 2), "rate": round(rate, 1)}
    wrong = [f"p95 {told_of['p95']} s"] if told_of["p95"] > most else []
    wrong += [f"{one.kind}: {one.outcome}" for one in line.seen if not one.well]
    wrong += [f"import: status {running.returncode}"] if running.returncode else []
    wrong += [] if drained(site, 300) is not None else ["not drained"]
    report = site.audit()
    return told_of, wrong + ([] if report["ok"] else [f"audit: {report['differences'][:5]}"])


def seconds_until_found(site: Site, line: Line, headers: dict[str, str], record: str) -> float:
    """Correct a title; return how long after the acknowledgement a search for it found the record."""
    word = f"folio{secrets.token_hex(6)}"
    address = f"{site.url}/api/v1/records/{record}/"
    answer = line.ask("correct", "PATCH", address, json={"title": f"Norma {word}"}, headers=headers)
    began = time.monotonic()
    while answer is not None and time.monotonic() - began < GIVEN_UP_AFTER:
        found = line.ask("look", "GET", f"{site.url}/api/v1/search?{urlencode({'q': word})}", headers=headers)
        if found is not None and found.status == 200 and [one["id"] for one in found.json()["results"]] == [record]:
            return time.monotonic() - began
        time.sleep(0.05)
    return GIVEN_UP_AFTER
