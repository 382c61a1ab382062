"""A manifest tried out: all that would go wrong found at once, with nothing taken in.

Every check is made, whatever the ones before it found: of the table, of each value, of the files that rows name, of
their heads, and of the digests and sizes that the manifest itself gives.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.archives import ArchiveError
from ingest.doubles import doubles
from ingest.intake import foreseen_failure
from ingest.listing import ListReading, listed
from ingest.manifest import Row
from ingest.manifest_tables import FILE_COLUMN, Fault
from ingest.matching import Match
from ingest.sources import SourceFile, told_apart, version_faults
from records.persons import Person
from records.spreadsheets import harmless

DIGESTS = ("sha256", "sha1", "md5")
"""Columns in which others keep the digest of a file, in hexadecimal."""
_REPORT = ("row", "column", "value", "fault")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would come of a manifest: the files that rows name, every fault, the files that no row names.

    `told` is what was read otherwise than it stands there, `matches` the files that were found for rows, `doubles` what
    stands twice or is here already.
    """

    rows: list[Row]
    chosen: list[SourceFile]
    faults: list[Fault]
    told: list[Fault] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    without_row: list[str] = field(default_factory=list)
    doubles: list[Fault] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """How many files no row names."""
        return len(self.without_row)

    @property
    def good(self) -> list[SourceFile]:
        """The files whose rows have no fault; none where the table itself cannot be read as one."""
        wrong = self._wrong
        return [] if 0 in wrong else [file for file in self.chosen if file.row and file.row.number not in wrong]

    @property
    def refused(self) -> int:
        """How many rows have a fault; all where the table itself cannot be read as one."""
        return len(self.rows) if 0 in self._wrong else len(self._wrong)

    @property
    def _wrong(self) -> set[int]:
        """The numbers of the rows with a fault; 0 stands for the table itself."""
        return {fault.row for fault in self.faults}

    def report(self, path: Path) -> None:
        """Write the faults as CSV to send back, with the mark by which spreadsheets know UTF-8."""
        values = {row.number: {FILE_COLUMN: row.file, **row.fields} for row in self.rows}
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(_REPORT)
            for fault in self.faults:
                value = values.get(fault.row, {}).get(fault.column, "")
                table.writerow((fault.row, fault.column, harmless(value), fault.detail))


def rehearsed(
    manifest: Path, reading: ListReading, *, given: list[str], files: list[SourceFile], by: Person
) -> Rehearsal:
    """Try out a manifest on these files. Raises InvalidValue where it cannot be opened at all."""
    found = listed(manifest, reading, given=given, files=files, by=by)
    faults = [*found.faults, *version_faults(found.chosen, by), *heads(found.chosen), *said_of_bytes(found.chosen)]
    told = (found.told, found.matches, found.without_row, doubles(found.chosen, by))
    rehearsal = Rehearsal(found.rows, found.chosen, _in_order(faults), *told)
    # A version of a record that will not come in, since its own row is wrong, cannot come in either.
    while further := version_faults(rehearsal.good, by):
        rehearsal = replace(rehearsal, faults=_in_order([*rehearsal.faults, *further]))
    return rehearsal


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(dict.fromkeys(faults), key=lambda fault: fault.row)


def heads(chosen: Iterable[SourceFile]) -> Iterator[Fault]:
    """Yield the files that could not be taken in: empty, too large, a link, a damaged archive, a name twice."""
    for file in told_apart(chosen):
        failure = foreseen_failure(file)
        # That a row's own name stands twice is told of its column.
        named_twice = file.row is not None and file.row.external_id and failure and failure[0] == "duplicate_name"
        if file.row is not None and failure and not named_twice:
            yield Fault(file.row.number, FILE_COLUMN, f"{failure[0]}: {failure[1]}")


def said_of_bytes(chosen: Iterable[SourceFile]) -> Iterator[Fault]:
    """Yield what rows say of their files' bytes and is not so; only where they say it are the bytes read."""
    for file in chosen:
        said = {name: value.strip().lower() for name, value in (file.row.fields if file.row else {}).items()}
        wanted = [name for name in DIGESTS if said.get(name)]
        if file.row is None or file.failure or not (wanted or said.get("size")):
            continue
        if said.get("size", "").isdecimal() and int(said["size"]) != file.size:
            yield Fault(file.row.number, "size", f"the file has {file.size} bytes and not {said['size']}")
        if wanted:
            found = _digests(file, wanted)
            for name in wanted:
                if found.get(name) != said[name]:
                    yield Fault(file.row.number, name, _digest_told(found.get(name)))


def _digest_told(found: str | None) -> str:
    return f"the file has {found}: these are not the bytes that were listed" if found else "the file cannot be read"


def _digests(file: SourceFile, names: list[str]) -> dict[str, str]:
    """Return digests of a file, read once; none where it cannot be read."""
    sums = {name: hashlib.new(name, usedforsecurity=False) for name in names}
    try:
        with file.on_disk() as path, path.open("rb") as stream:
            while part := stream.read(1 << 20):
                for one in sums.values():
                    one.update(part)
    except (OSError, ArchiveError):
        return {}
    return {name: one.hexdigest() for name, one in sums.items()}
