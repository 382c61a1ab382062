"""Named points on the ways of writing, at which the fault harness ends a process (docs/faults.md).

On a site nobody watches, and passing a point costs next to nothing. Nothing that a site can be told arms them: only a
program that sets a watcher in its own process does, as `tests/faults` do.
"""

from __future__ import annotations

from collections.abc import Callable

_watchers: list[Callable[[str], None]] = []


def reached(name: str) -> None:
    """Say that a way of writing has come to this point; `name` is `part.what_was_done`, once in the code."""
    for watcher in _watchers:
        watcher(name)


def watch(watcher: Callable[[str], None]) -> None:
    """Have every point of this process told to `watcher` as it is reached, in the thread that reaches it."""
    _watchers[:] = [watcher]
