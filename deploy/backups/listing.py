"""Lists of files: what a generation names, and which names were seen already."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy.backups.folder import LISTING
from deploy.moving.files import File


class Seen:
    """Names that were seen; they lie in a file of their own, so that memory does not grow with the archive."""

    def __init__(self) -> None:
        self._held = sqlite3.connect("")
        self._held.execute("CREATE TABLE name (name TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, name: str) -> bool:
        """Note a name; return whether it is new."""
        return self._held.execute("INSERT OR IGNORE INTO name VALUES (?)", (name,)).rowcount == 1

    def __contains__(self, name: str) -> bool:
        return self._held.execute("SELECT 1 FROM name WHERE name = ?", (name,)).fetchone() is not None


def write_listing(generation: Path, files: Iterable[File]) -> tuple[int, int]:
    """Write what a backup is to hold; return how many files that is, and how many bytes."""
    count = size = 0
    with gzip.open(generation / LISTING, "xt", encoding="ascii") as out:
        for file in files:
            out.write(json.dumps([file.key, file.size, file.sha256]) + "\n")
            count += 1
            size += file.size
    return count, size


def read_listing(generation: Path) -> Iterator[File]:
    with gzip.open(generation / LISTING, "rt", encoding="ascii") as lines:
        for line in lines:
            yield File(*json.loads(line))
