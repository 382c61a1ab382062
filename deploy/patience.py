"""How long this process waits for one answer of the database's server, whatever state the server is in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

STATEMENT_SECONDS = 60
"""So long the server itself works at a statement."""
MARGIN_SECONDS = 5
PERSON_SECONDS = 10
"""Whoever looks at a page does not wait longer."""
LONGEST_SECONDS = 24 * 3600

_answer_seconds = STATEMENT_SECONDS + MARGIN_SECONDS


def answer_seconds() -> int:
    """Return the time that an answer may take; where nobody looks on, the server gives up a little before."""
    return _answer_seconds


def a_person_waits() -> None:
    """Say that this process serves people."""
    global _answer_seconds  # noqa: PLW0603 - one process serves people or works, for all of its life
    _answer_seconds = PERSON_SECONDS


@contextmanager
def as_long_as_it_takes() -> Iterator[None]:
    """Wait for answers of the block however long they take: an index of a large table takes minutes."""
    global _answer_seconds  # noqa: PLW0603 - see above
    before, _answer_seconds = _answer_seconds, LONGEST_SECONDS
    try:
        yield
    finally:
        _answer_seconds = before
