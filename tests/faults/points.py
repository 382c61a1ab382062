"""Where a process can be ended: the named points of the code, and both sides of every commit.

A transaction needs no name of its own. While a process is watched, each tells as it comes to its end and once it is
over, by the function that opened it. So a new service cannot be written without its points.
"""

from __future__ import annotations

import ast
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.db.transaction import Atomic

from storage import crash_points
from tests.house.tree import PARTS, PROJECT, sources

BEFORE, AFTER = "before_commit", "committed"


@dataclass
class Visits:
    """Counts each point's visits in a file that outlives the process, and ends it at one of them if asked to."""

    log: Path
    deadly: tuple[str, int] | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def watch(self) -> None:
        """Watch this process from now on, its threads and its transactions."""
        crash_points.watch(self.visited)
        _tell_of_transactions(self.visited)

    def visited(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1
        if self.deadly == (name, self.counts[name]):
            os.kill(os.getpid(), signal.SIGKILL)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"{name}\n")


def _tell_of_transactions(visited: Callable[[str], None]) -> None:
    leave = Atomic.__exit__

    def told(self: Atomic, kind: Any, error: Any, at: Any) -> None:
        name = _opened_by(sys._getframe(1))
        if kind is None and name:
            visited(f"{name}:{BEFORE}")
        leave(self, kind, error, at)
        if kind is None and name:
            visited(f"{name}:{AFTER}")

    Atomic.__exit__ = told  # type: ignore[method-assign]


def _opened_by(frame: FrameType | None) -> str:
    """Name the function of ours that a transaction belongs to: the decorated one, or the nearest in the stack."""
    while frame is not None:
        decorated = frame.f_locals.get("func") if frame.f_code.co_name == "inner" else None
        if decorated is not None and decorated.__module__.split(".")[0] in PARTS:
            return f"{decorated.__module__}.{decorated.__qualname__}"
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PROJECT) and path.relative_to(PROJECT).parts[0] in PARTS:
            module = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
            return f"{module}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


def named_points() -> set[str]:
    """Return the points that the code names, read from its source."""
    return {point for _, tree in sources(tests=False) for point in points_in(tree)}


def points_in(tree: ast.AST) -> list[str]:
    """Return the points that a piece of code names, each as often as it does."""
    calls = (one for one in ast.walk(tree) if isinstance(one, ast.Call))
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "reached"]
    return [str(ast.literal_eval(call.args[0])) for call in named]
