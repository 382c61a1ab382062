"""The proof that a site is at its new place what it was: each table's rows, and the audit there, part by part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from deploy.moving.destination import TARGET, Destination
from deploy.moving.files import File, carry, make_room
from deploy.moving.rows import Fingerprint, fingerprint
from records.models import Blob
from records.services.sealing import verify_chain
from records.services.witnessing import kept_heads
from records.stores import documents
from storage.errors import DigestMismatch, ObjectMissing

Difference = dict[str, Any]
Note = Callable[[str], None]

# What a move must not leave behind it; whatever else the audit names has come as it was.
DECIDING = frozenset({"bytes", "index", "chain"})


def proved_there(
    models: Sequence[type[Model]], to: Destination, note: Note
) -> tuple[dict[str, Any], dict[str, Any], list[Difference]]:
    """Return what each table holds, the audit's report of the new place, and what speaks against the move."""
    tables, differences = {}, []
    for model in models:
        name = model._meta.db_table
        note(f"comparing {name}")
        here, there = fingerprint(model, using=DEFAULT_DB_ALIAS), fingerprint(model, using=TARGET)
        tables[name] = {"rows": there.rows, "checksum": there.checksum}
        if here != there:
            differences.append(_unlike(name, here, there))
    report = _audited(to)
    if wrong := [found["key"] for found in report["differences"] if found["kind"] == "bytes"]:
        _carry_anew(wrong, to, note)
        report = _audited(to)
    differences += _deciding(report)
    return tables, report, differences


def _audited(to: Destination) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(to.run("audit", "--json", statuses=(0, 1)))
    return report


def _carry_anew(keys: Sequence[str], to: Destination, note: Note) -> None:
    """Put bytes once more where those that lie there have not the digest they are named for and ours have it."""
    files = [File(*row) for row in Blob.objects.filter(key__in=keys).values_list("key", "size", "sha256")]
    for file in files:
        with suppress(DigestMismatch, ObjectMissing):
            make_room(file, documents(), to.documents)
    carry(files, documents(), to.documents, note)


def _deciding(report: dict[str, Any]) -> Iterator[Difference]:
    """Yield what decides. A chain that was broken before has come as it was: evidence, not a fault of the move."""
    broken = None
    for found in report["differences"]:
        if found["kind"] == "chain":
            if broken is None:
                broken = {(str(one.position), one.detail) for one in verify_chain(heads=kept_heads())}
            if (found["key"], found["detail"]) in broken:
                continue
        if found["kind"] in DECIDING:
            yield found


def _unlike(name: str, here: Fingerprint, there: Fingerprint) -> Difference:
    detail = f"{there.rows} rows of checksum {there.checksum} came, and here are {here.rows} of {here.checksum}"
    return {"kind": "table", "id": None, "version": None, "key": name, "detail": detail}
