"""Several rows of a list that speak of one document, as one row: a row for each point of an agenda, say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ingest.columns import FIELDS
from ingest.manifest import Row
from ingest.manifest_tables import FILE_COLUMN, Fault


def joined(rows: Iterable[Row]) -> tuple[list[Row], list[Fault], list[Fault]]:
    """Return a row for each external id (else file), the faults, and what was joined; the first row's number counts.

    Of columns that are kept as metadata every value that differs is kept, a line each. A field of ours in which two
    rows say different things is a fault.
    """
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = f"id {row.external_id.strip()}" if row.external_id.strip() else f"file {row.file}"
        found.setdefault(name if row.file or row.external_id else f"row {row.number}", []).append(row)
    faults: list[Fault] = []
    told: list[Fault] = []
    whole = []
    for together in found.values():
        whole.append(_one(together, faults))
        if len(together) > 1:
            detail = f"{len(together)} rows of one document, to row {together[-1].number}, are read as one"
            told.append(Fault(together[0].number, FILE_COLUMN, detail))
    return whole, faults, told


def _one(rows: list[Row], faults: list[Fault]) -> Row:
    first = rows[0]
    values: dict[str, list[str]] = {FILE_COLUMN: [first.file] if first.file else []}
    for row in rows:
        for name, value in ((FILE_COLUMN, row.file), *row.fields.items()):
            said = values.setdefault(name, [])
            if not value or value in said:
                continue
            if said and name in (*FIELDS, FILE_COLUMN):
                faults.append(
                    Fault(row.number, name, f"{value!r}, and {said[0]!r} in row {first.number} of this document")
                )
            else:
                said.append(value)
    file = "".join(values.pop(FILE_COLUMN))
    return replace(first, file=file, fields={name: "\n".join(said) for name, said in values.items() if said})
