"""A hundred thousand small documents in one batch, while people go on: what grows with what is already there.

`make bench-growing` (DOCUMENTS=100000) imports papers of its own into a running embedded site. At each tenth it notes
rate, memory, database and index; between two of them an archivist uploads one paper and asks until search finds it.
It prints one JSON document and fails where a paper is lost or that one waits longer than ten seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from deploy.env import PROJECT
from tests.benchmarks.embedded import anonymous_mib, size_of
from tests.drills.archivist import Archivist
from tests.drills.report import say
from tests.drills.requests import Line
from tests.drills.site import SERIES, Site, new_site, paper_text

TENTHS = 10
LONGEST_WAIT = 10.0
"""Seconds after which a person's own paper must be found, however many wait."""
GIVEN_UP = 120.0


def main(documents: int = 100_000) -> int:
    """Import and measure; return the exit status."""
    with new_site({}) as site:
        site.prepare(1)
        papers = _papers(site.folder / "many", documents)
        site.up()
        told = _imported(site, papers, documents)
        site.down()
        told["audit"] = site.audit()["differences"]
    json.dump(told, sys.stdout, indent=1)
    late = [seconds for seconds in told["single_upload_found_after"] if seconds > LONGEST_WAIT]
    return 1 if late or told["audit"] or told["imported"] != documents else 0


def _papers(folder: Path, documents: int) -> Path:
    for number in range(documents):
        place = folder / f"caja {number // 500:03d}"
        if number % 500 == 0:
            place.mkdir(parents=True)
        text = paper_text(f"DIRECTIVA N° {number:06d}-2024-MTIGM", number)
        (place / f"directiva {number:06d}.txt").write_text(text, encoding="utf-8")
    return folder


def _imported(site: Site, papers: Path, documents: int) -> dict[str, Any]:
    command = site.command("import", str(papers), "--series", SERIES, "--access", "public", "--batch", "todo", "--wait")
    found: list[float] = []
    stages: list[dict[str, Any]] = []
    person = _Person(site, found)
    with subprocess.Popen(
        [*command, "--json"],
        env=site.environ,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdout is not None
        began, last = time.monotonic(), ""
        for at, line in enumerate(running.stdout, start=1):
            last = line
            if at % (documents // TENTHS) == 0 and at <= documents:
                stages.append(_stage(site, running.pid, at, began))
                say(str(stages[-1]))
            elif at % (documents // TENTHS) == documents // TENTHS // 2:
                person.uploads()
    person.ends()
    return {"imported": json.loads(last)["imported"], "stages": stages, "single_upload_found_after": found} | _growth(
        stages
    )


def _stage(site: Site, importing: int, files: int, began: float) -> dict[str, Any]:
    assert site.process is not None
    served = psutil.Process(site.process.pid)
    home = Path(site.environ["LEGAJO_HOME"])
    return {
        "files": files,
        "seconds": round(time.monotonic() - began, 1),
        "service_mib": max(anonymous_mib(one.pid) for one in [served, *served.children(recursive=True)]),
        "import_mib": anonymous_mib(importing),
        "database_bytes": sum(size_of(path) for path in home.glob("*.sqlite3*")),
        "index_bytes": size_of(home / "index"),
    }


def _growth(stages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what became of each figure from the first tenth to the last, as ratios."""
    first, second, ninth, last = stages[0], stages[1], stages[-2], stages[-1]

    def of(name: str) -> float:
        return round((last[name] - ninth[name]) / max(second[name] - first[name], 1), 2)

    grown = {name: round(last[name] / max(first[name], 1), 2) for name in ("service_mib", "import_mib")}
    return {
        "files_a_second": {"first_tenth": _rate(None, first), "last_tenth": _rate(ninth, last)},
        "last_tenth_to_second": {"seconds": of("seconds"), "database_bytes": of("database_bytes")},
        "last_to_first": grown,
    }


def _rate(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> float:
    files = after["files"] - (before["files"] if before else 0)
    return round(files / (after["seconds"] - (before["seconds"] if before else 0.0)), 1)


class _Person:
    """An archivist at the page, who brings one paper and looks for it."""

    def __init__(self, site: Site, found: list[float]) -> None:
        self.site, self.found = site, found
        self.archivist = Archivist(site, Line(), site.token("archivist"))
        self.thread: threading.Thread | None = None

    def uploads(self) -> None:
        if self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self._upload, daemon=True)
            self.thread.start()

    def ends(self) -> None:
        if self.thread is not None:
            self.thread.join()

    def _upload(self) -> None:
        began = time.monotonic()
        self.archivist.upload()
        paper = self.archivist.written[-1]
        while time.monotonic() - began < GIVEN_UP and not self._is_found(paper.title.split()[-1], paper.record):
            time.sleep(0.2)
        self.found.append(round(time.monotonic() - began, 1))

    def _is_found(self, word: str, record: str) -> bool:
        asked = urllib.parse.urlencode({"q": word})
        with urllib.request.urlopen(f"{self.site.url}/api/v1/search?{asked}", timeout=30) as answer:
            return bool(record) and record in answer.read().decode()


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
