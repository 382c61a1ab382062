"""Calls to servers outside this process: how long each took and how it ended, told to whoever listens.

It lies at the bottom of the layers, so that every part may tell; `deploy/figures.py` listens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

AWAY = "away"
TIMEOUT = "timeout"
BROKEN = "broken"
BUSY = "busy"
REFUSED = "refused"
FULL = "full"

Listener = Callable[[str, str, float, str], None]
listeners: list[Listener] = []
"""Each is called with service, operation, seconds, and how the call failed ("" where it did not)."""


@dataclass(slots=True)
class Call:
    """A call under way; who makes it may say how it failed."""

    failure: str = ""


def tell(service: str, operation: str, seconds: float, failure: str = "") -> None:
    """Tell of one call that has ended."""
    for listener in listeners:
        listener(service, operation, seconds, failure)


@contextmanager
def outside_call(
    service: str, operation: str, kind_of: Callable[[Exception], str] = lambda _: BROKEN
) -> Iterator[Call]:
    """Time the block as one call. `kind_of` names what it raises; "" is an answer and no failure."""
    call = Call()
    began = time.monotonic()
    try:
        yield call
    except Exception as failure:
        call.failure = kind_of(failure)
        raise
    finally:
        tell(service, operation, time.monotonic() - began, call.failure)
