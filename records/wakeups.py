"""Telling workers, after the commit, that rows wait for them.

A call that is lost costs time only: the sweep finds the rows. Who listens is decided in `deploy`; embedded, where the
worker looks at the rows several times a second, nobody does.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.dispatch import Signal

READING = "reading"
HEAVY_READING = "heavy reading"
INDEXING = "indexing"

work_left = Signal()
"""Sent with `work`: READING, HEAVY_READING or INDEXING."""


def wake(work: str) -> None:
    """Say that work was left, once this transaction is committed; at once outside of one."""
    if work_left.receivers:
        transaction.on_commit(lambda: work_left.send(sender=None, work=work), robust=True)


told_to_stop: list[Callable[[], bool]] = []
"""Asked by tasks between their steps; `deploy` knows how a worker learns that it is to end."""


def stopping() -> bool:
    """Tell whether this process is to end soon: what is in hand is then given back."""
    return any(asked() for asked in told_to_stop)
