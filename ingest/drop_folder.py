"""A watched folder: what is put there comes in once it has come to rest, and is set aside with what became of it.

Files that came in go to `imported/` below the folder, those that cannot to `failed/` with the reason beside them. A
kill in between costs nothing: what came in already is found unchanged the next time, and set aside then.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import timezone

from ingest.batch_items import Line
from ingest.sources import SourceFile
from records.errors import Conflict, InvalidValue
from storage.crash_points import reached

IMPORTED, FAILED = "imported", "failed"
LOCK = ".legajo-watch.lock"
UNDER_WAY = (".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart")
"""Endings that browsers and copying programs give a file until it is whole."""
NOT_ITS_FAULT = {"store_full", "store_unavailable", "unreadable_source"}
"""What may pass: the file stays where it is and is tried again."""


@dataclass
class DropFolder:
    """The folder `path`; a file has come to rest when it has not changed for `settle` seconds."""

    path: Path
    settle: float
    seen: dict[Path, tuple[tuple[int, int], float]] = field(default_factory=dict)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Watch it alone. Raises InvalidValue where there is no such folder, Conflict where another watches it."""
        if not self.path.is_dir():
            raise InvalidValue(f"There is no folder {str(self.path)!r}.", attr="FOLDER")
        try:
            lock = (self.path / LOCK).open("a")
        except OSError as failure:
            raise InvalidValue(f"{self.path} cannot be written to: {failure.strerror}.", attr="FOLDER") from failure
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(f"Another program watches {self.path}.", attr="FOLDER") from None
            yield

    def at_rest(self, files: Sequence[SourceFile]) -> tuple[list[SourceFile], bool]:
        """Return the files that have come to rest, and whether others have not yet; called again and again."""
        now = time.monotonic()
        seen: dict[Path, tuple[tuple[int, int], float]] = {}
        for path in {file.path for file in files}:
            try:
                stat = path.lstat()
            except OSError:
                continue
            state = (stat.st_size, stat.st_mtime_ns)
            before = self.seen.get(path)
            seen[path] = before if before is not None and before[0] == state else (state, now)
        self.seen = seen
        candidates = [file for file in files if file.path in seen and not _under_way(file.path)]
        resting = [file for file in candidates if now - seen[file.path][1] >= self.settle]
        return resting, len(resting) < len(candidates)

    def set_aside(self, file: Path, lines: Sequence[Line]) -> str:
        """Move a file to where its outcome belongs; return `imported`, `failed`, or nothing where it stays.

        An archive is failed when one of its members is: all of them are told.
        """
        failures = [line for line in lines if line.state == "failed"]
        if any(line.code in NOT_ITS_FAULT for line in failures):
            return ""
        outcome = FAILED if failures else IMPORTED
        place = self.path / outcome
        if outcome == IMPORTED:
            place /= f"{timezone.localdate():%Y-%m-%d}"
        target = _free(place / file.relative_to(self.path))
        target.parent.mkdir(parents=True, exist_ok=True)
        if failures:
            why = "".join(f"{line.path}\n{line.code}: {line.detail}\n" for line in failures)
            target.with_name(f"{target.name}.txt").write_text(why, encoding="utf-8")
            reached("watch.reason_written")
        file.rename(target)
        reached("watch.set_aside")
        self.seen.pop(file, None)
        self._tidy(file.parent)
        return outcome

    def _tidy(self, folder: Path) -> None:
        """Remove the folders that are empty now, up to this one."""
        while folder != self.path and self.path in folder.parents:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def _under_way(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.suffix.lower() in UNDER_WAY


def _free(target: Path) -> Path:
    """Return this path, or one beside it that nothing has."""
    number = 1
    free = target
    while free.exists() or free.is_symlink():
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free
