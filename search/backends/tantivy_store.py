"""The folder of an embedded index: generations, a pointer to the one in use, one writer, any number of readers."""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
import tantivy

from records.errors import SearchUnavailable
from search.backends.tantivy_schema import (
    FORMAT,
    documents_of,
    register_analyzers,
    schemas,
    stored,
)
from search.entries import Entry
from storage.crash_points import reached

log = structlog.get_logger(__name__)

# Two writers of one thread each: an import must stay below 500 MB in all.
WRITER_BYTES = 48_000_000
POINTER = "CURRENT"


@dataclass(frozen=True, slots=True)
class View:
    """The two indexes as of a commit, and a name for it that no other commit has."""

    docs: tantivy.Searcher
    units: tantivy.Searcher
    state: str


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
        self._view: View | None = None
        # By record, what the writer was given since its last commit.
        self._written: dict[str, int] = {}

    @property
    def name(self) -> str:
        return self.path.name

    def view(self) -> View:
        """Return searchers over the last commit of any process, and its name."""
        state = self._state()
        view = self._view
        if view is None or view.state != state:
            self.docs.reload()
            self.units.reload()
            view = self._view = View(self.docs.searcher(), self.units.searcher(), state)
        return view

    def _state(self) -> str:
        """Name the last commit: tantivy puts a new file in the place of `meta.json` at each."""
        found = [self.name]
        for part in ("docs", "units"):
            with suppress(OSError):
                meta = (self.path / part / "meta.json").stat()
                found.append(f"{meta.st_mtime_ns:x}-{meta.st_ino:x}")
        return ".".join(found)

    def write(self, entries: Iterable[Entry], replaced: Iterable[str], *, commit: bool = True) -> tuple[()]:
        """Replace the entries of records. After any failure the writer is dropped: its threads may be dead."""
        try:
            docs, units = self._open_writers()
            given = list(entries)
            outdated = self._outdated(given)
            for record in set(replaced) - outdated:
                docs.delete_documents_by_term("record", record)
                units.delete_documents_by_term("record", record)
            for entry in given:
                if entry.record in outdated:
                    continue
                whole, pieces = documents_of(entry)
                docs.add_document(whole)
                for piece in pieces:
                    units.add_document(piece)
            if commit:
                units.commit()
                reached("index.pieces_committed")
                docs.commit()
                self._written.clear()
        except (ValueError, OSError, RuntimeError) as failure:
            self.drop_writers()
            log.exception("index writer failed")
            raise SearchUnavailable(f"The index cannot be written: {failure}") from failure
        return ()

    def _outdated(self, entries: Sequence[Entry]) -> set[str]:
        """Return the records of which something newer is already held; take note of the others' revisions."""
        given = {entry.record: entry.revision for entry in entries}
        held: dict[str, int] = {}
        if asked := [record for record in given if record not in self._written]:
            docs = self.view().docs
            same = tantivy.Query.term_set_query(self.schemas[0], "record", asked)
            if count := docs.search(same, limit=1, count=True).count:  # type: ignore[attr-defined] # as in relevance
                for _, address in docs.search(same, limit=count, count=False).hits:
                    document = docs.doc(address)
                    held[stored(document, "record")] = stored(document, "revision")
        held |= {record: self._written[record] for record in given if record in self._written}
        outdated = {record for record, revision in given.items() if revision < held.get(record, 0)}
        self._written |= {record: revision for record, revision in given.items() if record not in outdated}
        return outdated

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
        self._written.clear()
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
        name = self._name()
        if self._open is None or self._open.name != name:
            self.close()
            try:
                self._open = self._opened(name)
            except SearchUnavailable:
                # Another process may have swapped it, and cleared this one away, since its name was read.
                if (swapped := self._name()) == name:
                    raise
                self._open = self._opened(swapped)
        return self._open

    def _name(self) -> str:
        try:
            return (self.path / POINTER).read_text().strip()
        except FileNotFoundError:
            return self._first()
        except OSError as failure:
            raise SearchUnavailable(f"The index cannot be opened: {failure.strerror}.") from failure

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
        reached("index.generation_begun")
        (folder / "format").write_text(FORMAT)
        return Generation(folder)

    def point_to(self, generation: Generation) -> None:
        """Make a generation the one in use, in one step, and clear away all others."""
        beside = self.path / f"{POINTER}.new"
        with beside.open("w") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        reached("index.pointer_written")
        beside.rename(self.path / POINTER)
        reached("index.swapped")
        if self._open is not None and self._open is not generation:
            self.close()
        for folder in self.path.glob("g*"):
            if folder.is_dir() and folder.name != generation.name:
                shutil.rmtree(folder, ignore_errors=True)
                reached("index.old_removed")

    def discard(self, generation: Generation) -> None:
        """Clear away a generation that was never in use."""
        shutil.rmtree(generation.path, ignore_errors=True)

    def close(self) -> None:
        if self._open is not None:
            self._open.drop_writers()
            self._open = None
