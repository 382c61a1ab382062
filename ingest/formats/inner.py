"""Files inside files: what is attached to a mail or packed in an archive, read like any other, within limits.

A child can write nowhere, so a part lies in anonymous memory while its reader has it open by a path.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.formats.base import Extracted, ReadFailure
from ingest.reading.task import read_file

MOST_DEPTH = 3
"""A mail that forwards a mail with an archive is read; what lies deeper is not."""
MOST_PARTS = 2_000
MOST_PART_BYTES = 100 * 1024**2
MOST_BYTES = 500 * 1024**2
"""Parts, and bytes unpacked, of one outermost file (guide on extraction, D)."""
_LONGEST_NAME = 240


@dataclass(slots=True)
class _Nest:
    """How deep in the outermost file the reader is, and what it may still take."""

    depth: int = 0
    parts: int = MOST_PARTS
    bytes: int = MOST_BYTES


_nest = _Nest()


@contextmanager
def nested() -> Iterator[None]:
    """Around the reading of a file's parts; the outermost one starts the count of parts and bytes anew."""
    if _nest.depth == 0:
        _nest.parts, _nest.bytes = MOST_PARTS, MOST_BYTES
    _nest.depth += 1
    try:
        yield
    finally:
        _nest.depth -= 1


def may_take(size: int) -> ReadFailure | None:
    """Why a part of this many bytes may not be taken in, before anything of it is unpacked."""
    if _nest.depth > MOST_DEPTH:
        return ReadFailure("too_deep", f"Files are read {MOST_DEPTH} levels deep in others; this one lies deeper.")
    if _nest.parts <= 0:
        return ReadFailure("too_many_parts", f"At most {MOST_PARTS} files inside a file are read.")
    if size > MOST_PART_BYTES:
        return ReadFailure("too_large", f"Files inside a file are read up to {MOST_PART_BYTES // 2**20} MB.")
    if size > _nest.bytes:
        return ReadFailure("unsafe_archive", f"The file unpacks to more than {MOST_BYTES // 2**20} MB.")
    return None


def read_part(name: str, data: bytes) -> Extracted:
    """Read a file inside a file. Never raises for what it holds; the name is kept for people, never used as a path."""
    shown = safe_name(name)
    failure = may_take(len(data))
    if failure is not None:
        return refused_part(shown, failure)
    _nest.parts -= 1
    _nest.bytes -= len(data)
    with _in_memory(data) as path:
        return replace(read_file(path, shown, {}), name=shown)


def refused_part(name: str, failure: ReadFailure) -> Extracted:
    """A part that was not read, and why."""
    return Extracted(format="", media_type="", error=failure, name=safe_name(name))


def safe_name(name: str) -> str:
    """A name as a line of text: no control or direction marks, no empty or climbing steps, not too long."""
    clean = "".join(letter if letter.isprintable() else " " for letter in name.replace("\\", "/"))
    steps = [step.strip() for step in clean.split("/") if step.strip() not in ("", ".", "..")]
    return "/".join(steps)[-_LONGEST_NAME:] or "-"


@contextmanager
def _in_memory(data: bytes) -> Iterator[Path]:
    number = os.memfd_create("part", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(number), "wb") as out:
            out.write(data)
        yield Path(f"/proc/self/fd/{number}")
    finally:
        os.close(number)
