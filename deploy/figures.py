"""Counts of calls to outside servers, of this process and of all others over the same LEGAJO_HOME.

Each process counts in memory and writes its sums into a file of its own now and then, so that whichever process is
asked can tell of all. A process takes the lowest place that nobody holds, and goes on counting where the one before it
stopped: sums never fall, and there are never more files than processes were at once. The kernel frees the place of
who dies. Plain files, not the mapped memory of prometheus_client: on a full disk that would end the process.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from storage import outside

BOUNDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds of the classes that calls are sorted into; one more holds what took longer."""
WRITE_SECONDS = 2.0
MOST_PLACES = 512

Operation = tuple[str, str]
Failure = tuple[str, str, str]


@dataclass(slots=True)
class Sums:
    """Calls by service and operation: how many of each class, seconds in all; and failures by kind."""

    classes: dict[Operation, list[int]] = field(default_factory=dict)
    seconds: Counter[Operation] = field(default_factory=Counter)
    failures: Counter[Failure] = field(default_factory=Counter)

    def add(self, service: str, operation: str, seconds: float, failure: str) -> None:
        call = (service, operation)
        self.classes.setdefault(call, [0] * (len(BOUNDS) + 1))[bisect_left(BOUNDS, seconds)] += 1
        self.seconds[call] += seconds  # type: ignore[assignment] # typeshed knows counts of things only
        if failure:
            self.failures[(*call, failure)] += 1

    def include(self, other: Sums) -> None:
        """Add another process's sums to these."""
        for call, classes in other.classes.items():
            mine = self.classes.setdefault(call, [0] * len(classes))
            self.classes[call] = [one + two for one, two in zip(mine, classes, strict=True)]
        self.seconds.update(other.seconds)
        self.failures.update(other.failures)

    def written(self) -> str:
        told = {
            "classes": {" ".join(call): classes for call, classes in self.classes.items()},
            "seconds": {" ".join(call): seconds for call, seconds in self.seconds.items()},
            "failures": {" ".join(call): count for call, count in self.failures.items()},
        }
        return json.dumps(told)

    @classmethod
    def read(cls, path: Path) -> Sums:
        """Return what a process has written; nothing where that cannot be read."""
        try:
            told: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
            classes = {(*call.split(" "),): list(counts) for call, counts in told["classes"].items()}
            if any(len(counts) != len(BOUNDS) + 1 for counts in classes.values()):
                return cls()
            seconds = Counter({(*call.split(" "),): value for call, value in told["seconds"].items()})
            failures = Counter({(*call.split(" "),): value for call, value in told["failures"].items()})
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return cls()
        return cls(classes, seconds, failures)  # type: ignore[arg-type] # as `written` made them


class Figures:
    """The sums of this process, and the folder where those of all lie."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._place: IO[str] | None = None
        self._sums = Sums()
        self._written_at = 0.0
        os.register_at_fork(after_in_child=self._start_afresh)
        atexit.register(self.write)

    def note(self, service: str, operation: str, seconds: float, failure: str) -> None:
        """Count one call (a listener of `storage.outside`). Never raises: counting must not spoil what is counted."""
        with self._lock:
            self._take_place()
            self._sums.add(service, operation, seconds, failure)
            if time.monotonic() - self._written_at >= WRITE_SECONDS:
                self._write()

    def write(self) -> None:
        """Write this process's sums, if it has any."""
        with self._lock:
            if self._sums.classes:
                self._write()

    def of_all(self) -> Sums:
        """Return the sums of every process over this folder, those that have ended among them."""
        self.write()
        whole = Sums()
        for path in self.folder.glob("calls-*.json"):
            whole.include(Sums.read(path))
        return whole

    def _take_place(self) -> None:
        """Take the lowest free place and what was counted there; without one, counts are this process's alone."""
        if self._place is not None or not self._may_write():
            return
        for number in range(MOST_PLACES):
            with suppress(OSError):
                place = (self.folder / f"calls-{number}.lock").open("a")
                try:
                    fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    place.close()
                    continue
                self._place = place
                self._sums.include(Sums.read(self._file()))
                return

    def _may_write(self) -> bool:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return True

    def _write(self) -> None:
        if self._place is None:
            return
        self._written_at = time.monotonic()
        fresh = self._file().with_suffix(".new")
        with suppress(OSError):  # a full disk costs the figures of a while
            fresh.write_text(self._sums.written(), encoding="utf-8")
            fresh.replace(self._file())

    def _file(self) -> Path:
        assert self._place is not None
        return Path(self._place.name).with_suffix(".json")

    def _start_afresh(self) -> None:
        """Count anew in a forked child: the place belongs to the parent, whose lock this does not free."""
        self._lock = threading.Lock()
        if self._place is not None:
            self._place.close()
            self._place = None
        self._sums = Sums()


@cache
def figures() -> Figures:
    """Return the figures of this process."""
    return Figures(Path(settings.LEGAJO_HOME) / "figures")


def listen() -> None:
    """Count every call from now on."""
    outside.listeners.append(lambda *call: figures().note(*call))
