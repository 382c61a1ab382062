"""Manifests: tables that say what each file is. Read whole, checked whole, refused whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ingest.columns import (
    FIELDS,
    checked_access,
    checked_grants,
    checked_kind,
    checked_validity,
    described_values,
)
from ingest.manifest_tables import FILE_COLUMN, Fault, lines_of
from ingest.near_misses import Values, values_here, vocabulary, with_meant
from records.errors import InvalidValue, LegajoError
from records.models import Body, Series, Session

NO_FILE = "no file is named; say which column names it, or let files be found by what the rows say"
_NAMED = 20
"""How many of its columns are told to somebody who names one that is none."""
LONGEST = {"external_id": 700, "issuer": 300}


class InvalidManifest(LegajoError):
    """A manifest that is not whole. Nothing of it is imported; `faults` names rows and columns."""

    code = "invalid_manifest"

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        shown = "; ".join(str(fault) for fault in faults[:20])
        more = f"; and {len(faults) - 20} more" if len(faults) > 20 else ""
        super().__init__(f"The manifest was refused and nothing was imported: {shown}{more}.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the file it names and what it says, by our field names."""

    number: int
    file: str
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def external_id(self) -> str:
        return self.fields.get("external_id", "")


def read_manifest(path: Path, *, mapping: Mapping[str, str] | None = None) -> list[Row]:
    """Read a manifest; `mapping` renames columns to our fields. Raises InvalidManifest, InvalidValue.

    `ingest.manifest_tables` says which tables are read.
    """
    rows, faults = rows_and_faults(path, mapping=mapping)
    if faults:
        raise InvalidManifest(faults)
    return rows


def rows_and_faults(path: Path, *, mapping: Mapping[str, str] | None = None) -> tuple[list[Row], list[Fault]]:
    """Return the rows that can be read, and all that is wrong with the table. Raises InvalidValue."""
    renamed = dict(mapping or {})
    rows: list[Row] = []
    faults: list[Fault] = []
    missing = set(renamed)
    seen: dict[str, None] = {}
    for number, line in lines_of(path):
        if isinstance(line, Fault):
            faults.append(line)
            continue
        missing.difference_update(line)
        if missing:
            seen |= dict.fromkeys(filter(None, line))
        values, twice = _by_field(line, renamed)
        faults.extend(Fault(number, name, f"another column is read as {name} as well") for name in twice)
        file = values.pop(FILE_COLUMN, "").strip()
        if not file:
            faults.append(Fault(number, FILE_COLUMN, NO_FILE))
        rows.append(Row(number, file, {name: value for name, value in values.items() if value}))
    if rows:
        columns = ", ".join(map(repr, list(seen)[:_NAMED]))
        unknown = f"--map names a column that the manifest does not have; it has {columns}"
        faults.extend(Fault(0, name, unknown) for name in sorted(missing))
    elif not faults:
        faults.append(Fault(0, FILE_COLUMN, "the manifest has no rows"))
    return rows, faults


def _by_field(line: Mapping[str, str], renamed: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return a line's values by our field names, and the fields that two of its columns would fill."""
    values: dict[str, str] = {}
    twice: list[str] = []
    for name, value in line.items():
        field_name = renamed.get(name, name)
        if field_name in values and field_name in (*FIELDS, FILE_COLUMN):
            twice.append(field_name)
        values[field_name] = value
    return values, twice


def check_rows(rows: Iterable[Row], *, all_seen: bool = False) -> list[Fault]:
    """Return every fault in the rows' values: unknown codes and classes, dates that are none, names given twice.

    What was perhaps meant is said of series, bodies and sessions only where whoever asks may see them all (`all_seen`).
    """
    known = _Known.of(rows := list(rows), all_seen=all_seen)
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for row in rows:
        faults.extend(known.faults_of(row))
        name = row.external_id.strip()
        if name and name in first:
            faults.append(Fault(row.number, "external_id", f"{name!r} is already named in row {first[name]}"))
        elif name:
            first[name] = row.number
    return faults


@dataclass(frozen=True, slots=True)
class _Known:
    """The codes that exist among those the manifest names."""

    series: frozenset[str]
    bodies: frozenset[str]
    sessions: frozenset[str]
    like: Callable[[], Mapping[str, Values]]
    """Looked up at the first fault, once."""

    @classmethod
    def of(cls, rows: list[Row], *, all_seen: bool) -> _Known:
        def existing(model: Any, column: str) -> frozenset[str]:
            named = sorted({row.fields[column].strip() for row in rows if column in row.fields})
            found: set[str] = set()
            for at in range(0, len(named), 500):
                found.update(model.objects.filter(code__in=named[at : at + 500]).values_list("code", flat=True))
            return frozenset(found)

        codes = existing(Series, "series"), existing(Body, "body"), existing(Session, "session")
        return cls(*codes, like=cache(values_here) if all_seen else dict)

    def faults_of(self, row: Row) -> Iterator[Fault]:
        fields = {name: value.strip() for name, value in row.fields.items() if value.strip()}
        for column, codes in (("series", self.series), ("body", self.bodies), ("session", self.sessions)):
            if column in fields and fields[column] not in codes:
                detail = f"there is no {column} with the code {fields[column]!r}"
                yield Fault(row.number, column, with_meant(detail, self.like().get(column), fields[column]))
        checks = (
            lambda: checked_kind(fields.get("kind", "")),
            lambda: checked_access(fields.get("access", "")),
            lambda: checked_grants(fields.get("grants", "")),
            lambda: checked_validity(fields),
            lambda: described_values(_only("language", fields)),
            lambda: described_values(_only("date", fields)),
        )
        for check in checks:
            try:
                check()
            except InvalidValue as wrong:
                column = wrong.attr or ""
                detail = with_meant(wrong.detail, vocabulary(column), fields.get(column, ""))
                yield Fault(row.number, column, detail)
        for column, most in LONGEST.items():
            if len(fields.get(column, "")) > most:
                yield Fault(row.number, column, f"at most {most} characters")


def _only(column: str, fields: Mapping[str, str]) -> dict[str, str]:
    return {column: fields[column]} if column in fields else {}


def checked_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """Return COLUMN=field pairs as a mapping. Raises InvalidValue for a field that is none of ours."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        column, sign, name = pair.partition("=")
        if not sign or not column:
            raise InvalidValue(f"{pair!r} is not of the form COLUMN=field.", attr="map")
        if name not in (*FIELDS, FILE_COLUMN):
            raise InvalidValue(f"{name!r} is not a field; use one of {', '.join((FILE_COLUMN, *FIELDS))}.", attr="map")
        mapping[column] = name
    return mapping
