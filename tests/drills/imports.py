"""The same files taken in by the embedded site and by the full profile, with one Celery worker and with two.

Files a second until all is searchable, the peak memory of every process, and the ratio to embedded. `DRILL_RUNS` says
how often each is done; the median counts. `DRILL_NORMS` takes so many norms only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from deploy.env import PROJECT
from tests.benchmarks.embedded import NORMS, Memory, unpack
from tests.drills.report import say, table, told
from tests.drills.site import Site, new_site, own_names, paper_text, services

REAL_FILES = PROJECT / "../shared/data/real-files/files"
PAPERS = 30
MOST_SECONDS = 1800.0
COLUMNS = ("profile", "files", "seconds", "files a second", "ratio to embedded", "peak MiB by process")
LEFT = """
import django, json, sys
django.setup()
from ingest.models import Job
from records.models import Dirty, Record
waiting = Job.objects.filter(state__in=["waiting", "running"])
for _ in sys.stdin:
    print(json.dumps([Record.objects.count(), waiting.count() + Dirty.objects.count()]), flush=True)
"""


def main(*, short: bool = False) -> int:
    """Import in every way; return the exit status."""
    runs = 1 if short else int(os.environ.get("DRILL_RUNS", "1"))
    broken: list[str] = []
    results: dict[str, list[dict[str, Any]]] = {}
    with TemporaryDirectory(prefix="legajo-files-") as folder:
        files = collected(Path(folder), short=short)
        for _ in range(runs):
            for name, workers in (("embedded", 0), ("full, 1 worker", 1), ("full, 2 workers", 2)):
                with new_site(own_names(services()) if workers else {}) as site:
                    result, wrong = taken_in(site, files, workers)
                say(f"{name}: {result}")
                results.setdefault(name, []).append(result)
                broken += [f"{name}: {one}" for one in wrong]
    say(table(COLUMNS, rows_of(results)))
    return told("imports", {"runs": results}, broken)


def rows_of(results: Mapping[str, list[dict[str, Any]]]) -> Iterator[tuple[object, ...]]:
    """Yield a row for each way, of its run of median length."""
    embedded = median(run["seconds"] for run in results["embedded"])
    for name, runs in results.items():
        seconds = median(run["seconds"] for run in runs)
        chosen = min(runs, key=lambda run: abs(run["seconds"] - seconds))
        rate = round(chosen["files"] / seconds, 1)
        peaks = ", ".join(f"{process} {peak}" for process, peak in chosen["peaks"].items())
        yield name, chosen["files"], seconds, rate, round(seconds / embedded, 2), peaks


def collected(folder: Path, *, short: bool) -> list[Path]:
    """Return the folders to import: norms-2000 and the real files, or papers of our own where they are not there."""
    norms = NORMS / "norms-2000.tar.zst"
    if norms.is_file() and not short:
        unpack(norms, folder / "norms")
        found = sorted(path for path in (folder / "norms").rglob("*") if path.is_file())
        for path in found[int(os.environ.get("DRILL_NORMS", len(found))) :]:
            path.unlink()
        return [folder / "norms", REAL_FILES]
    papers = folder / "papers"
    papers.mkdir()
    for number in range(PAPERS):
        text = paper_text(f"DIRECTIVA N° {number:03d}-2024-MTIGM", number)
        (papers / f"directiva-{number:03d}.txt").write_text(text, encoding="utf-8")
    return [papers]


def taken_in(site: Site, files: list[Path], workers: int) -> tuple[dict[str, Any], list[str]]:
    """Import until all is searchable and audit; return figures, and what is wrong."""
    site.manage("configure", _nobody(site))
    before = time.monotonic()
    command = site.command("import", *map(str, files), "--access", "public", "--json", *([] if workers else ["--wait"]))
    with _celery(site, workers) as processes, _counting(site) as left:
        began = time.monotonic()
        with subprocess.Popen(
            command, env=site.environ, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as running:
            watched = {name: Memory(process.pid) for name, process in processes.items()}
            watched["import"] = Memory(running.pid)
            assert running.stdout is not None
            summary = json.loads(list(running.stdout)[-1])
        accepted = time.monotonic() - began
        while left()[1] and time.monotonic() - before < MOST_SECONDS:
            time.sleep(0.25)
        seconds = time.monotonic() - began
        for memory in watched.values():
            memory.stop()
        records = left()[0]
    report = site.audit()
    wrong = [] if report["ok"] else [f"audit: {report['differences'][:5]}"]
    wrong += [] if not (report["checked"]["dirty"] or report["checked"]["jobs_waiting"]) else ["work is left"]
    wrong += [] if records == summary["imported"] else [f"{records} records of {summary['imported']} files"]
    return {
        "files": summary["files"],
        "imported": summary["imported"],
        "failed": summary["failed"],
        "accepted_after": round(accepted, 1),
        "seconds": round(seconds, 1),
        "peaks": {f"{name} {part}".strip(): peak for name, one in watched.items() for part, peak in _peaks(one)},
    }, wrong


def _peaks(memory: Memory) -> Iterator[tuple[str, int]]:
    """Yield the peak of a process and the highest peak of those below it."""
    below = [peak for name, peak in memory.peaks.items() if name != "parent"]
    yield "", memory.peaks.get("parent", 0)
    if below:
        yield f"children (highest of {len(below)})", max(below)


def _nobody(site: Site) -> str:
    path = site.folder / "nobody.json"
    path.write_text('{"users": []}', encoding="utf-8")
    return str(path)


@contextmanager
def _celery(site: Site, workers: int) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """So many Celery workers of one process each, and the scheduler; none for a site that needs none."""
    celery = [sys.executable, "-m", "celery", "--app", "deploy.celery"]
    processes: dict[str, subprocess.Popen[bytes]] = {}
    if workers:
        processes["scheduler"] = _started(site, [*celery, "beat", "--loglevel", "WARNING"])
    for number in range(1, workers + 1):
        options = ["--queues", "quick,indexing,heavy", "--concurrency", "1", "--hostname", f"w{number}@%h"]
        quiet = ["--loglevel", "WARNING", "--without-gossip"]
        processes[f"worker {number}"] = _started(site, [*celery, "worker", *quiet, *options])
    try:
        yield processes
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait()


def _started(site: Site, command: list[str]) -> subprocess.Popen[bytes]:
    with (site.folder / "up.log").open("ab") as log:
        return subprocess.Popen(command, env=site.environ, cwd=PROJECT, stdout=log, stderr=log)


@contextmanager
def _counting(site: Site) -> Iterator[Any]:
    """A process beside the site that says how many records there are and how much is left to do."""
    environ = {**site.environ, "DJANGO_SETTINGS_MODULE": "deploy.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", LEFT], env=environ, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as counting:
        asks, tells = counting.stdin, counting.stdout
        assert asks is not None
        assert tells is not None

        def left() -> list[int]:
            asks.write("\n")
            asks.flush()
            found: list[int] = json.loads(tells.readline())
            return found

        try:
            left()
            yield left
        finally:
            asks.close()
