"""Files inside files: what is attached to a mail or packed in an archive, read like any other, within limits.

A child can write nowhere, so a part lies in anonymous memory while its reader has it open by a path.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.formats.base import UNSURE, Extracted, PageText, ReadFailure
from ingest.reading.sniff import sniff
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
    """How deep in the outermost file the reader is, and what it may still take.

    With `wanted`, a digest, parts are not read: they are only gone through until that one is `caught`.
    """

    depth: int = 0
    parts: int = MOST_PARTS
    room: int = MOST_BYTES
    wanted: str = ""
    caught: bytes | None = None


_nest = _Nest()
_HOLDERS = frozenset({"pdf", "eml", "msg", "zip", "7z"})
"""Formats whose files hold others, which are read as their parts."""
_NOT_WANTED = ReadFailure("not_wanted", "Another part of the file is looked for.")


@contextmanager
def nested() -> Iterator[None]:
    """Around the reading of a file's parts; the outermost one starts the count of parts and bytes anew."""
    if _nest.depth == 0:
        _nest.parts, _nest.room = MOST_PARTS, MOST_BYTES
    _nest.depth += 1
    try:
        yield
    finally:
        _nest.depth -= 1


def may_take(size: int) -> ReadFailure | None:
    """Why a part of this many bytes may not be taken in, before anything of it is unpacked."""
    if _nest.caught is not None:
        return _NOT_WANTED
    if _nest.depth > MOST_DEPTH:
        return ReadFailure("too_deep", f"Files are read {MOST_DEPTH} levels deep in others; this one lies deeper.")
    if _nest.parts <= 0:
        return ReadFailure("too_many_parts", f"At most {MOST_PARTS} files inside a file are read.")
    if size > MOST_PART_BYTES:
        return ReadFailure("too_large", f"Files inside a file are read up to {MOST_PART_BYTES // 2**20} MB.")
    if size > _nest.room:
        return ReadFailure("unsafe_archive", f"The file unpacks to more than {MOST_BYTES // 2**20} MB.")
    return None


def read_part(name: str, data: bytes) -> Extracted:
    """Read a file inside a file. Never raises for what it holds; the name is kept for people, never used as a path."""
    shown = safe_name(name)
    failure = may_take(len(data))
    if failure is not None:
        return refused_part(shown, failure)
    _nest.parts -= 1
    _nest.room -= len(data)
    with in_memory(data) as path:
        if _nest.wanted:
            return _gone_through(path, shown, data)
        found = replace(read_file(path, shown, {}), name=shown)
    if not any(map(_asks_for_recognition, found.pages)):
        return found
    digest = _digest(data)
    return replace(found, pages=[_placed(page, digest) for page in found.pages])


def _gone_through(path: Path, name: str, data: bytes) -> Extracted:
    """Look whether a part is the wanted one or holds it, without reading more than that takes."""
    if _digest(data) == _nest.wanted:
        _nest.caught = data
    elif sniff(path, name).format in _HOLDERS:
        return replace(read_file(path, name, {}), name=name)
    return refused_part(name, _NOT_WANTED)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _asks_for_recognition(page: PageText) -> bool:
    return page.width is not None and page.decision in UNSURE


def _placed(page: PageText, digest: str) -> PageText:
    """The page, saying where its picture is to be found: in which file inside the file, by its digest, and there."""
    if not _asks_for_recognition(page):
        return page
    return replace(page, signals=page.signals | {"in_file": digest, "in_page": page.number})


def taken_out(path: Path, name: str, digest: str) -> bytes | None:
    """The bytes of the file with this SHA-256 that lies inside a file, however deep; None where there is none.

    Raises MemoryError.
    """
    _nest.wanted, _nest.caught = digest, None
    try:
        read_file(path, name, {})
        return _nest.caught
    finally:
        _nest.wanted, _nest.caught = "", None


def refused_part(name: str, failure: ReadFailure) -> Extracted:
    """A part that was not read, and why."""
    return Extracted(format="", media_type="", error=failure, name=safe_name(name))


def safe_name(name: str) -> str:
    """A name as a line of text: no control or direction marks, no empty or climbing steps, not too long."""
    clean = "".join(letter if letter.isprintable() else " " for letter in name.replace("\\", "/"))
    steps = [step.strip() for step in clean.split("/") if step.strip() not in ("", ".", "..")]
    return "/".join(steps)[-_LONGEST_NAME:] or "-"


@contextmanager
def in_memory(data: bytes) -> Iterator[Path]:
    """A path at which these bytes can be opened."""
    number = os.memfd_create("part", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(number), "wb") as out:
            out.write(data)
        yield Path(f"/proc/self/fd/{number}")
    finally:
        os.close(number)
