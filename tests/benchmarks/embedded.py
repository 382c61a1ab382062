"""The embedded profile measured: norms a second to searchable, memory of each process, and how well search answers.

`make bench` imports `../shared/data/norms/norms-2000.tar.zst` into a new site and asks its queries; it prints one
JSON document. Figures depend on the machine, so nothing here passes or fails.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil

from tests.benchmarks.quality import BEST, by_class

PROJECT = Path(__file__).resolve().parents[2]
NORMS = PROJECT / "../shared/data/norms"
MANAGE = [sys.executable, str(PROJECT / "manage.py")]


def main(corpus: str = "norms-2000") -> None:
    """Measure with this corpus, whose queries are in `queries-…jsonl` beside it."""
    archive = NORMS / f"{corpus}.tar.zst"
    if not archive.is_file() or shutil.which("zstd") is None:
        raise SystemExit(f"The benchmark needs {archive} and the command zstd.")
    with tempfile.TemporaryDirectory(prefix="legajo-bench-") as folder:
        home, files = Path(folder) / "home", Path(folder) / "files"
        unpack(archive, files)
        environ = {**os.environ, "LEGAJO_HOME": str(home), "LEGAJO_LOG_LEVEL": "error"}
        told = {
            "corpus": corpus,
            "import": imported(files, environ),
            "again": imported(files, environ),
            "search": searched(NORMS / f"queries-{corpus.removeprefix('norms-')}.jsonl", environ),
            "bytes": {path.name: size_of(path) for path in sorted(home.iterdir())},
        }
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def unpack(archive: Path, folder: Path) -> None:
    """Unpack the norms alone: the list and the licence of the collection are no documents."""
    folder.mkdir(exist_ok=True)
    with subprocess.Popen(["zstd", "-dc", str(archive)], stdout=subprocess.PIPE) as packed:
        subprocess.run(["tar", "x", "-C", str(folder)], stdin=packed.stdout, check=True)
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()


def imported(files: Path, environ: dict[str, str]) -> dict[str, Any]:
    """Import the folder until all is searchable; return the summary line, seconds, norms a second and memory."""
    command = [*MANAGE, "import", str(files), "--access", "public", "--wait", "--json"]
    started = time.monotonic()
    with subprocess.Popen(command, env=environ, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as running:
        memory = Memory(running.pid)
        assert running.stdout is not None
        last = ""
        for line in running.stdout:
            last = line
        memory.stop()
    seconds = time.monotonic() - started
    summary = json.loads(last)
    summary["failures"] = summary["failures"][:20]
    return {
        **summary,
        "seconds": round(seconds, 1),
        "files_a_second": round(summary["files"] / seconds, 1),
        "anonymous_mib": memory.peaks,
    }


class Memory(threading.Thread):
    """Samples the anonymous memory of a process and of all below it, and keeps the peak of each, in MiB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process = psutil.Process(pid)
        self.peaks: dict[str, int] = {}
        self.ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self.ended.wait(0.25):
            with suppress(psutil.Error):
                for process in [self.process, *self.process.children(recursive=True)]:
                    name = "parent" if process == self.process else f"child {process.pid}"
                    self.peaks[name] = max(self.peaks.get(name, 0), anonymous_mib(process.pid))

    def stop(self) -> None:
        self.ended.set()
        self.join()


def anonymous_mib(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Anonymous:"):
                return int(line.split()[1]) // 1024
    return 0


def searched(queries: Path, environ: dict[str, str]) -> dict[str, Any]:
    """Ask all queries as a stranger would; return MRR@10 by class and times in milliseconds."""
    command = [*MANAGE, "search", "--queries", str(queries), "--anonymous", "--size", str(BEST), "--json"]
    run = subprocess.run(command, env=environ, cwd=PROJECT, capture_output=True, text=True, check=True)
    asked = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines()]
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    times = sorted(answer["ms"] for answer in answers)
    percent = quantiles(times, n=100)
    return {
        "mrr_at_10": by_class(asked, answers),
        "ms": {"p50": round(percent[49], 1), "p95": round(percent[94], 1), "max": round(times[-1], 1)},
    }


def size_of(path: Path) -> int:
    return sum(each.stat().st_size for each in (path.rglob("*") if path.is_dir() else [path]) if each.is_file())


if __name__ == "__main__":
    main(*sys.argv[1:])
