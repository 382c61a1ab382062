"""A bulk upload of norms with a list: tried out with planted faults, killed again and again, and measured in one go.

`make bench-bulk` takes 10,000 norms of the development data (NORMS=10000); it prints one JSON document and fails where
a fault is not named, a file is lost or the receipt does not hold. Rates stand beside the bare work on the same files.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import tantivy

from ingest.reading.task import read_file
from tests.benchmarks.embedded import MANAGE, NORMS, PROJECT, anonymous_mib, size_of, unpack

CORPORA = ("legalize-pe", "legalize-pe-regional")
COLUMNS = ["file", "external_id", "date", "version_of", "series", "sha256"]
KILLS, SEED = 10, 7
FAULTS = {
    "file": "no-such-file-{row}.md",
    "date": "31/02/199{row}",
    "version_of": "no-such-record-{row}",
    "series": "NO-SUCH-SERIES-{row}",
    "sha256": "0" * 64,
}


def main(norms: int = 10_000) -> int:
    """Play and measure; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="legajo-bulk-") as text:
        folder = Path(text)
        paths = _corpus(folder / "files", norms)
        rows = [{"file": str(path.relative_to(folder / "files")), "external_id": path.stem} for path in paths]
        told = {
            "norms": len(rows),
            "dry_run": tried_out(folder, rows),
            "killed": killed(folder, rows),
            "whole": measured(folder, rows),
            "bare": bare(paths, folder / "bare"),
        }
    told["ratio_to_bare"] = round(told["whole"]["files_a_second"] / told["bare"]["files_a_second"], 2)
    json.dump(told, sys.stdout, indent=1)
    wrong = told["dry_run"]["not_named"] or told["killed"]["broken"]
    return 1 if wrong else 0


def _corpus(folder: Path, norms: int) -> list[Path]:
    for corpus in CORPORA:
        archive = NORMS / f"{corpus}.tar.zst"
        if not archive.is_file():
            raise SystemExit(f"The benchmark needs {archive}.")
        unpack(archive, folder)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths[norms:]:
        path.unlink()
    return paths[:norms]


def _environ(home: Path) -> dict[str, str]:
    return {**os.environ, "LEGAJO_HOME": str(home), "LEGAJO_LOG_LEVEL": "error"}


def _listed(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def tried_out(folder: Path, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Plant 25 faults, five of a kind, and try the list out; return the seconds and the faults that were not named."""
    spoilt = [dict(row) for row in rows]
    chosen = random.Random(SEED).sample(range(len(rows)), 25)
    planted = {}
    for at, number in enumerate(chosen):
        column = list(FAULTS)[at % len(FAULTS)]
        spoilt[number][column] = FAULTS[column].format(row=at)
        planted[number + 1] = column
    manifest = _listed(folder / "spoilt.csv", spoilt)
    began = time.monotonic()
    command = [*MANAGE, "import", str(folder / "files"), "--manifest", str(manifest), "--dry-run", "--json"]
    run = subprocess.run(
        command, env=_environ(folder / "dry"), cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=False
    )
    named = {(one["row"], one["column"]) for one in json.loads(run.stdout.splitlines()[-1])["faults"]}
    left = sorted(set(planted.items()) - named)
    return {"seconds": round(time.monotonic() - began, 1), "planted": 25, "named": len(named), "not_named": left}


def _import(folder: Path, home: Path, manifest: Path, receipt: Path) -> subprocess.Popen[str]:
    words = ["--manifest", str(manifest), "--batch", "norms", "--receipt", str(receipt), "--access", "public", "--wait"]
    command = [*MANAGE, "import", str(folder / "files"), *words, "--json"]
    return subprocess.Popen(
        command, env=_environ(home), cwd=PROJECT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def killed(folder: Path, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Kill the import with all its children ten times, then let it end; return what its receipt and `audit` say."""
    chance, home = random.Random(SEED), folder / "killed"
    manifest, receipt = _listed(folder / "list.csv", rows), folder / "receipt.json"
    ended = []
    for _ in range(KILLS):
        process = _import(folder, home, manifest, receipt)
        killer = threading.Timer(chance.uniform(6.0, 20.0), _kill, [process.pid])
        killer.start()
        process.communicate()
        killer.cancel()
        ended.append(process.returncode)
    last, _ = _import(folder, home, manifest, receipt).communicate()
    summary = json.loads(last.splitlines()[-1])
    run = subprocess.run(
        [*MANAGE, "audit", "--receipt", str(receipt), "--json"],
        env=_environ(home),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    audited = json.loads(run.stdout)
    totals = json.loads(receipt.read_text(encoding="utf-8"))["totals"]
    broken = list(audited["differences"])
    if (totals["files"], totals["failed"], totals["imported"] + totals["unchanged"]) != (len(rows), 0, len(rows)):
        broken.append({"kind": "receipt", "detail": str(totals)})
    if audited["checked"]["records"] != len(rows):
        broken.append({"kind": "records", "detail": str(audited["checked"])})
    last_time = {name: summary[name] for name in ("imported", "unchanged", "failed")}
    return {"kills": ended.count(-signal.SIGKILL), "last_run": last_time, "totals": totals, "broken": broken}


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def measured(folder: Path, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Import all in one go; return the rate, the memory of the parent by quarters, and what lies there afterwards."""
    home = folder / "whole"
    began, seen = time.monotonic(), []
    process = _import(folder, home, _listed(folder / "list.csv", rows), folder / "whole.json")
    done = threading.Event()

    def sample() -> None:
        while not done.wait(0.5):
            seen.append(anonymous_mib(process.pid))

    sampler = threading.Thread(target=sample)
    sampler.start()
    process.communicate()
    done.set()
    sampler.join()
    seconds = time.monotonic() - began
    quarter = max(1, len(seen) // 4)
    second, fourth = max(seen[quarter : 2 * quarter]), max(seen[3 * quarter :])
    return {
        "seconds": round(seconds, 1),
        "files_a_second": round(len(rows) / seconds, 1),
        "parent_mib": {"second_quarter": second, "last_quarter": fourth, "ratio": round(fourth / second, 2)},
        "bytes": {path.name: size_of(path) for path in sorted(home.iterdir())},
    }


def bare(paths: list[Path], folder: Path) -> dict[str, Any]:
    """The same files hashed, read and indexed with nothing around it: one process, no rows, no durability."""
    folder.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("name", stored=True)
    builder.add_text_field("text")
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer()
    began, spent = time.monotonic(), {"hashing": 0.0, "reading": 0.0, "indexing": 0.0}
    for path in paths:
        at = [time.perf_counter()]
        hashlib.sha256(path.read_bytes()).hexdigest()
        at.append(time.perf_counter())
        text = "\n".join(page.text for page in read_file(path, path.name, {}).pages)
        at.append(time.perf_counter())
        writer.add_document(tantivy.Document(name=path.name, text=text))
        at.append(time.perf_counter())
        for name, first, then in zip(spent, at, at[1:], strict=False):
            spent[name] += then - first
    began_commit = time.perf_counter()
    writer.commit()
    spent["indexing"] += time.perf_counter() - began_commit
    seconds = time.monotonic() - began
    told = {name: round(value, 1) for name, value in spent.items()}
    return {"seconds": round(seconds, 1), "files_a_second": round(len(paths) / seconds, 1), **told}


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
