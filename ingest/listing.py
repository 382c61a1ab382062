"""A manifest read against the files that are given: which row is which file, what is wrong, what was put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.as_listed import as_listed, with_both_days
from ingest.by_name import by_code
from ingest.joined_rows import joined
from ingest.manifest import NO_FILE, Row, check_rows, rows_and_faults
from ingest.manifest_tables import FILE_COLUMN, Fault
from ingest.matching import Match, matched, with_files
from ingest.sources import SourceFile, named_by
from records.persons import Person


@dataclass(frozen=True, slots=True)
class ListReading:
    """How a list is to be read: its columns by our names, its rows joined by document, its files found by clues."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    join_rows: bool = False
    match: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows, the files they name, every fault; what was read otherwise than it stands there; files without a row."""

    rows: list[Row]
    chosen: list[SourceFile]
    faults: list[Fault]
    told: list[Fault]
    matches: list[Match]
    without_row: list[str]


def listed(manifest: Path, reading: ListReading, *, given: list[str], files: list[SourceFile], by: Person) -> Listing:
    """Read a manifest and find its files. Raises InvalidValue where it cannot be opened at all."""
    rows, faults = rows_and_faults(manifest, mapping=reading.mapping)
    rows, told = as_listed(rows)
    faults = [fault for fault in faults if fault.detail != NO_FILE]
    if reading.join_rows:
        rows, unlike, together = joined(rows)
        faults, told = faults + unlike, told + together
    rows = by_code(rows, by=by)
    matches: list[Match] = []
    if reading.match:
        matches = _matches(rows, manifest, given, files)
        rows = with_files(rows, matches)
    faults += [Fault(row.number, FILE_COLUMN, NO_FILE) for row in rows if not row.file]
    faults += with_both_days(check_rows(rows, all_seen=by.everything), rows)
    chosen, missing = named_by([row for row in rows if row.file], given, files, manifest)
    named = {file.shown for file in chosen}
    without_row = [file.shown for file in files if file.shown not in named]
    return Listing(rows, chosen, faults + missing, told, matches, without_row)


def _matches(rows: list[Row], manifest: Path, given: list[str], files: list[SourceFile]) -> list[Match]:
    """Find files for the rows that name none of those given; the list's own documents are no files of it."""
    chosen, _ = named_by([row for row in rows if row.file], given, files, manifest)
    taken = {file.shown for file in chosen}
    found = {file.row.number for file in chosen if file.row}
    own = manifest.resolve()
    free = [
        file for file in files if file.shown not in taken and own not in (path := file.path.resolve(), *path.parents)
    ]
    return matched([row for row in rows if row.number not in found], free)
