"""`python -m tests.hostile.run`: the whole set through the real pool; a table of what became of it.

Fails where a parent or the pool broke, a file hung beyond its time or has no state, a child held more than a
gigabyte, a file outside was opened, or anybody asked the network.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from ingest.formats.base import ReadFailure
from ingest.pool import ReaderPool
from ingest.recognition.data import language_data
from tests.hostile.making import all_files, write_all
from tests.hostile.samples import Hostile

MEMORY = 1024**3
_OPENED = 0x20
_SECRET = "qzx-palabra-que-nadie-debe-leer"
_GRACE = 6.0
_SHOWN = 12
Choice = Callable[[Iterator[Hostile]], Iterator[Hostile]]


@dataclass(slots=True)
class Outcome:
    """What became of the set."""

    files: int = 0
    states: Counter[str] = field(default_factory=Counter)
    memory: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    overdue: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    connections: int = 0
    opened: int = 0

    @property
    def sound(self) -> bool:
        """Whether every promise was kept."""
        ended = sum(self.states.values()) == self.files
        quiet = not (self.overdue or self.leaks or self.connections or self.opened)
        return ended and quiet and self.memory <= MEMORY


def run(folder: Path, chosen: Choice = iter, *, wall_seconds: float = 30.0) -> Outcome:
    """Read the files chosen of the set (by default all) in confined children, as an upload is read."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        secret = folder / "secret.txt"
        written = write_all(folder / "files", chosen(all_files(canary.getsockname()[1], str(secret))))
        secret.write_text(_SECRET)
        with _watched(secret) as opened:
            outcome = _read(folder, written, wall_seconds)
            outcome.opened = opened()
        outcome.connections = _knocks(canary)
    return outcome


def _read(folder: Path, written: list[tuple[Path, str, str]], wall_seconds: float) -> Outcome:
    outcome, data = Outcome(files=len(written)), language_data()
    pool = ReaderPool(
        2,
        memory_bytes=MEMORY,
        wall_seconds=wall_seconds,
        task="tests.hostile.reading:read",
        readable=[folder, *([data] if data else [])],
    )
    with pool:
        for path, name, how in written:
            label = f"{path.name} {name[:30]!a}: {how}"
            start = time.monotonic()
            pool.submit(label, path, name, data=data)
            results: list[tuple[Any, Any]] = []
            limit = 2 * (wall_seconds + 0.5 * path.stat().st_size / 102_400 + _GRACE)
            while not results and time.monotonic() < start + limit:
                results = pool.results(1.0)
            _note(outcome, label, time.monotonic() - start, results[0][1] if results else None)
            outcome.memory = max(outcome.memory, _most_held())
            if not results:
                break
    return outcome


def _most_held() -> int:
    """Return the bytes that the largest child alive ever held.

    Not `ru_maxrss`: it starts from what the parent held when the child was born, after many tests more than any child.
    """
    most = 0
    for child in psutil.Process().children():
        with suppress(OSError):
            found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child.pid}/status").read_text())
            most = max(most, int(found[1]) * 1024 if found else 0)
    return most


def _note(outcome: Outcome, label: str, seconds: float, answer: Any) -> None:
    outcome.seconds[label] = seconds
    if answer is None:
        outcome.overdue.append(label)
        return
    code = answer.code if isinstance(answer, ReadFailure) else answer["code"]
    outcome.states[code or "read"] += 1
    if code == "reader_crashed":
        outcome.crashed.append(label)
    if isinstance(answer, dict) and _SECRET in answer["told"]:
        outcome.leaks.append(label)


@contextmanager
def _watched(path: Path) -> Iterator[Any]:
    """How often a file was opened while the block ran (inotify(7))."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    libc.inotify_add_watch(watch, os.fsencode(path), _OPENED)

    def opened() -> int:
        try:
            return len(os.read(watch, 65_536)) // 16
        except BlockingIOError:
            return 0

    try:
        yield opened
    finally:
        os.close(watch)


def _knocks(canary: socket.socket) -> int:
    count = 0
    while True:
        try:
            canary.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def main() -> None:
    """Run the whole set and print the table."""
    with tempfile.TemporaryDirectory(prefix="legajo-hostile-") as folder:
        outcome = run(Path(folder))
    slowest = sorted(outcome.seconds.items(), key=lambda item: -item[1])
    lines = [f"{outcome.files} files"]
    lines += [f"  {state}: {count}" for state, count in outcome.states.most_common()]
    lines += [
        *(f"{seconds:.1f} s: {label}" for label, seconds in slowest[:_SHOWN]),
        f"most memory of a child alive after an answer: {outcome.memory / 2**20:.0f} MB of {MEMORY / 2**20:.0f}",
        f"connections: {outcome.connections}; files opened outside: {outcome.opened}; leaks: {outcome.leaks}",
        f"hung beyond their time: {outcome.overdue}",
        "ended their child or their reader:",
        *(f"  {label}" for label in outcome.crashed),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(0 if outcome.sound else 1)


if __name__ == "__main__":
    main()
