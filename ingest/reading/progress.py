"""How far the reading of one long file has come, told as it goes on to whoever listens in this process."""

from __future__ import annotations

from collections.abc import Callable

PAGES_A_STEP = 25
"""A reader tells after so many pages (guide on extraction, F 2)."""

SECONDS_A_PAGE = 0.5
"""A file may take so much longer for each page that it proves to have."""

Listener = Callable[[int, int], None]


_listeners: list[Listener] = []
"""Nobody outside a child."""


def listen(listener: Listener) -> None:
    """From now on tell this listener, and no other."""
    _listeners[:] = [listener]


def tell(done: int, total: int) -> None:
    """Say that `done` of `total` pages are read, at every step before the last page."""
    if done % PAGES_A_STEP == 0 and done < total:
        for listener in _listeners:
            listener(done, total)
