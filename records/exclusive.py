"""Work that one process at a time should do, on whatever machine: taken by who comes first, freed when it dies."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

ASKED_AGAIN_SECONDS = 0.2


@contextmanager
def held_alone(work: str) -> Iterator[bool]:
    """Hold `work` for the time of the block; yield False at once where another process holds it.

    On PostgreSQL an advisory lock of the connection; on SQLite writers take turns anyway.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    held = bool(_ask("SELECT pg_try_advisory_lock(%s)", work))
    try:
        yield held
    finally:
        if held:
            _ask("SELECT pg_advisory_unlock(%s)", work)


@contextmanager
def held_in_turn(work: str) -> Iterator[None]:
    """Hold `work` for the time of the block, after whoever holds it now. Only PostgreSQL needs to be asked.

    It is asked again and again: a statement that waits has a limit of its own, and an index that is made beside the
    work of others waits for every statement that began before it, this one too.
    """
    if connection.vendor != "postgresql":
        yield
        return
    while not _ask("SELECT pg_try_advisory_lock(%s)", work):
        time.sleep(ASKED_AGAIN_SECONDS)
    try:
        yield
    finally:
        _ask("SELECT pg_advisory_unlock(%s)", work)


def _ask(question: str, work: str) -> object:
    key = int.from_bytes(hashlib.sha256(f"legajo:{work}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(question, [key])
        return cursor.fetchone()[0]
