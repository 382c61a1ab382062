"""Kills an import with all its children at random moments, asks again, and checks that nothing was lost.

Run by itself: `python -m tests.faults.kill_loop FOLDER --kills 50`. Prints one JSON line: kills, files, what was
acknowledged, and every broken promise by name.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Outcome:
    """What the loop saw."""

    kills: int = 0
    acknowledged: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    summary: dict[str, object] = field(default_factory=dict)


def manage(home: Path, *args: str) -> subprocess.Popen[str]:
    """Start a command on a site of its own, as the head of its own process group."""
    environment = os.environ | {"LEGAJO_HOME": str(home), "LEGAJO_LOG_LEVEL": "error"}
    return subprocess.Popen(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def run_loop(folder: Path, home: Path, *, kills: int, seed: int, longest: float) -> Outcome:
    """Import `folder` until `kills` imports were killed, then once to the end, and check every promise."""
    chance = random.Random(seed)
    outcome = Outcome()
    manage(home, "audit", "--json").communicate()
    while outcome.kills < kills:
        process = manage(home, "import", str(folder), "--wait", "--json")
        killer = threading.Timer(chance.uniform(0.3, longest), _kill, [process])
        killer.start()
        _listen(process, outcome)
        killer.cancel()
        if process.returncode == 0:
            _forget_some(home, chance)
        else:
            outcome.kills += 1
            _check_no_child_left(home, outcome)
    process = manage(home, "import", str(folder), "--wait", "--json")
    _listen(process, outcome)
    if process.returncode != 0:
        outcome.broken.append(f"the last import ended with {process.returncode}")
    _check(folder, home, outcome)
    return outcome


def _kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _listen(process: subprocess.Popen[str], outcome: Outcome) -> None:
    """Note every acknowledged file; the last line, cut by the kill, is none."""
    assert process.stdout is not None
    for line in process.stdout:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if "batch" in told:
            outcome.summary = told
        elif told.get("state") in ("imported", "unchanged"):
            outcome.acknowledged[told["path"]] = told["sha256"]
        else:
            outcome.broken.append(f"{told.get('path')}: {told.get('code')}")
    process.stdout.close()
    process.wait()


def _forget_some(home: Path, chance: random.Random) -> None:
    """Begin again on an empty site when an import came through before it could be killed."""
    for path in sorted(home.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    chance.random()


def _check_no_child_left(home: Path, outcome: Outcome) -> None:
    """No process may still have the site in its environment a second after the kill."""
    mark = f"LEGAJO_HOME={home}".encode()
    for _ in range(20):
        left = [pid for pid in _processes() if mark in _environment(pid)]
        if not left:
            return
        time.sleep(0.1)
    outcome.broken.append(f"processes left after a kill: {left}")


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _check(folder: Path, home: Path, outcome: Outcome) -> None:
    """Each acknowledged file is there byte-equal and once; nothing is stuck; the audit finds nothing."""
    connection = sqlite3.connect(home / "legajo.sqlite3")
    rows = connection.execute(
        "SELECT r.external_id, b.sha256, b.key FROM records_record r JOIN records_version v ON v.record_id = r.id "
        "JOIN records_blob b ON b.id = v.blob_id"
    ).fetchall()
    stuck = connection.execute("SELECT count(*) FROM ingest_job WHERE state IN ('waiting', 'running')").fetchone()[0]
    connection.close()
    twice = [name for name, count in Counter(row[0] for row in rows).items() if count > 1]
    outcome.broken += [f"twice: {name}" for name in twice]
    held = {digest: key for _, digest, key in rows}
    for path, digest in outcome.acknowledged.items():
        stored = home / "files" / held.get(digest, "missing")
        if not stored.is_file() or hashlib.sha256(stored.read_bytes()).hexdigest() != digest:
            outcome.broken.append(f"acknowledged and not there: {path}")
    files = [path for path in folder.rglob("*") if path.is_file()]
    if len(rows) != len(files):
        outcome.broken.append(f"{len(files)} files, {len(rows)} versions")
    if stuck:
        outcome.broken.append(f"{stuck} jobs stuck")
    report, _ = manage(home, "audit", "--json").communicate()
    for difference in json.loads(report)["differences"]:
        outcome.broken.append(f"audit: {difference}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=20.0, help="seconds before a kill, at most")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="legajo-kill-") as home:
        outcome = run_loop(given.folder, Path(home), kills=given.kills, seed=given.seed, longest=given.longest)
    told = {
        "kills": outcome.kills,
        "acknowledged": len(outcome.acknowledged),
        "broken": outcome.broken,
        "summary": outcome.summary,
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 1 if outcome.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
