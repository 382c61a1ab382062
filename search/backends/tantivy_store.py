"""The folder of an embedded index: generations, a pointer to the one in use, one writer, any number of readers."""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import structlog
import tantivy

from records.errors import SearchUnavailable
from search.backends.tantivy_schema import (
    FORMAT,
    document_of,
    register_analyzers,
    schemas,
    unit_document,
)
from search.entries import Entry

log = structlog.get_logger(__name__)

# Two writers of one thread each: an import must stay below 500 MB in all.
WRITER_BYTES = 48_000_000
POINTER = "CURRENT"


class Generation:
    """One pair of indexes in a folder of its own: opened for reading at once, for writing when first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        docs, units = schemas()
        (path / "docs").mkdir(parents=True, exist_ok=True)
        (path / "units").mkdir(exist_ok=True)
        self.docs = tantivy.Index(docs, path=str(path / "docs"))
        self.units = tantivy.Index(units, path=str(path / "units"))
        self.schemas = (docs, units)
        register_analyzers(self.docs)
        register_analyzers(self.units)
        self._writers: tuple[tantivy.IndexWriter, tantivy.IndexWriter] | None = None
        self._seen = self._state()
        self._searchers: tuple[tantivy.Searcher, tantivy.Searcher] | None = None

    @property
    def name(self) -> str:
        return self.path.name

    def searchers(self) -> tuple[tantivy.Searcher, tantivy.Searcher]:
        """Return searchers over the last commit of any process."""
        state = self._state()
        if state != self._seen or self._searchers is None:
            self.docs.reload()
            self.units.reload()
            self._seen = state
            self._searchers = (self.docs.searcher(), self.units.searcher())
        return self._searchers

    @property
    def state(self) -> str:
        """Return a name for what is searched now: it changes with every commit."""
        return f"{self.name}.{self._seen[0] % 1_000_000_000_000}"

    def _state(self) -> tuple[int, int]:
        found = []
        for part in ("docs", "units"):
            with suppress(OSError):
                found.append((self.path / part / "meta.json").stat().st_mtime_ns)
        return (found[0], found[1]) if len(found) == 2 else (0, 0)

    def write(self, entries: Iterable[Entry], replaced: Iterable[str], *, commit: bool = True) -> None:
        """Replace the entries of records. After any failure the writer is dropped: its threads may be dead."""
        try:
            docs, units = self._open_writers()
            for record in replaced:
                docs.delete_documents_by_term("record", record)
                units.delete_documents_by_term("record", record)
            for entry in entries:
                docs.add_document(document_of(entry))
                for unit in entry.units:
                    units.add_document(unit_document(entry, unit))
            if commit:
                units.commit()
                docs.commit()
        except (ValueError, OSError, RuntimeError) as failure:
            self.drop_writers()
            log.exception("index writer failed")
            raise SearchUnavailable(f"The index cannot be written: {failure}") from failure

    def _open_writers(self) -> tuple[tantivy.IndexWriter, tantivy.IndexWriter]:
        if self._writers is None:
            self._writers = (
                self.docs.writer(heap_size=WRITER_BYTES, num_threads=1),
                self.units.writer(heap_size=WRITER_BYTES, num_threads=1),
            )
        return self._writers

    def drop_writers(self) -> None:
        """Let go of the writers and their locks; what was not committed is gone."""
        writers, self._writers = self._writers, None
        for writer in writers or ():
            with suppress(ValueError, OSError, RuntimeError):
                writer.rollback()
        del writers


class Folder:
    """The index's folder: which generation is in use, and how another takes its place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: Generation | None = None

    def current(self) -> Generation:
        """Return the generation in use, also when another process has swapped it. Raises SearchUnavailable."""
        try:
            name = (self.path / POINTER).read_text().strip()
        except FileNotFoundError:
            name = self._first()
        except OSError as failure:
            raise SearchUnavailable(f"The index cannot be opened: {failure.strerror}.") from failure
        if self._open is None or self._open.name != name:
            self.close()
            self._open = self._opened(name)
        return self._open

    def _opened(self, name: str) -> Generation:
        folder = self.path / name
        try:
            written = (folder / "format").read_text()
            if written != FORMAT:
                raise SearchUnavailable(f"The index was written by {written}; run `manage.py reindex`.")
            return Generation(folder)
        except (ValueError, OSError) as failure:
            raise SearchUnavailable(f"The index cannot be opened ({failure}); run `manage.py reindex`.") from failure

    def _first(self) -> str:
        """Make the first generation; several processes may come here at once and one makes it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "making.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self.path / POINTER).exists():
                self.point_to(self.fresh())
        return (self.path / POINTER).read_text().strip()

    def fresh(self) -> Generation:
        """Make an empty generation beside the one in use."""
        folder = self.path / f"g{uuid.uuid4().hex[:12]}"
        folder.mkdir(parents=True)
        (folder / "format").write_text(FORMAT)
        return Generation(folder)

    def point_to(self, generation: Generation) -> None:
        """Make a generation the one in use, in one step, and clear away all others."""
        beside = self.path / f"{POINTER}.new"
        with beside.open("w") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(self.path / POINTER)
        if self._open is not None and self._open is not generation:
            self.close()
        for folder in self.path.glob("g*"):
            if folder.is_dir() and folder.name != generation.name:
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        if self._open is not None:
            self._open.drop_writers()
            self._open = None
