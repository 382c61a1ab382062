"""A receipt against the site: what it says came in is here, with these bytes, or is said to have gone and why."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from deploy.auditing.difference import Difference
from ingest.receipts import faults_of_receipt
from records.models import Tombstone, Version
from records.stores import documents
from storage.errors import StorageError

AT_ONCE = 500
CAME_IN = ("imported", "unchanged")


def check_receipt(receipt: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what is wrong with the receipt, and each file that came in and is not here as it was handed over."""
    for fault in faults_of_receipt(receipt):
        yield Difference("receipt", fault, key=receipt["batch"]["id"])
    came_in = (file for file in receipt["files"] if file["outcome"] in CAME_IN)
    while some := list(islice(came_in, AT_ONCE)):
        yield from _compared(some)


def _compared(files: list[dict[str, Any]]) -> Iterator[Difference]:
    ids = {pk for file in files if (pk := _id_of(file)) is not None}
    rows = Version.objects.filter(record__in=ids).values_list(
        "record", "number", "blob__sha256", "blob__size", "blob__key"
    )
    present = {(record, number): rest for record, number, *rest in rows}
    gone = {stone.record: stone for stone in Tombstone.objects.filter(record__in=ids)}
    for file in files:
        pk = _id_of(file)
        found = present.get((pk, file["version"])) if pk is not None else None
        told = _difference(file, gone.get(pk) if pk is not None else None, found)
        if told:
            yield Difference("receipt", told, id=file["record"], version=file["version"], key=file["path"])


def _difference(file: Mapping[str, Any], gone: Tombstone | None, found: list[Any] | None) -> str:
    if gone is not None:
        return f"taken back on {gone.removed_at:%Y-%m-%d} by {gone.removed_by}; its tombstone is here"
    if found is None:
        return "the record or its version is not here"
    sha256, size, key = found
    if (sha256, size) != (file["sha256"], file["size"]):
        return f"the version has {size} bytes of digest {sha256}, the receipt says {file['size']} of {file['sha256']}"
    try:
        stat = documents().stat(key)
    except StorageError as failure:
        return failure.detail
    return "" if stat is not None and stat.size == size else "the stored bytes are missing or have another size"


def _id_of(file: Mapping[str, Any]) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(file["record"]))
    except ValueError:
        return None
