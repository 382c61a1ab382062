"""A backup of a running site: one moment of its rows, then the bytes that these rows name.

In this order nothing is missing: bytes are stored before the rows that name them and removed after. Killed anywhere,
what is there of the rows is marked as partial, and the bytes that have come are used by the next backup.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from deploy.backups.folder import FORMAT, LISTING, SETTINGS, BackupFolder, described
from deploy.backups.listing import Seen, read_listing, write_listing
from deploy.backups.snapshot import snapshot
from deploy.backups.written_rows import write_table
from deploy.env import SECRETS, VARIABLES
from deploy.moving import rows
from deploy.moving.files import Carried, File, carry
from deploy.moving.transfer import identity
from records.events import Happening, record_events
from records.models import Blob, Pulse
from records.persons import Person
from records.services.witnessing import PREFIX
from records.stores import documents
from storage.crash_points import reached

Note = Callable[[str], None]
PULSE = "backup"
# Sessions are signed with the site's key, which is in no backup; parts lie in a store that is in none either.
LEFT_OUT = frozenset({"django_session", "ingest_uploadpart"})


def back_up(path: Path, *, keep: int | None, by: Person, note: Note) -> dict[str, Any]:
    """Take a backup into the folder and return the report; `ok` is false where the site itself lacks files.

    `keep`: how many generations stay, None for all. Raises InvalidValue, Conflict, StoreFull, StoreUnavailable.
    """
    began = time.monotonic()
    folder, site = BackupFolder(path), identity()
    with folder.held(site):
        begun = folder.begin()
        manifest = _rows_of_this_moment(begun, note) | {"site": site}
        note("files")
        carried = carry(read_listing(begun), documents(), folder.files, note)
        manifest["missing"] = [{"key": key, "detail": detail} for key, detail in sorted(carried.failures.items())]
        done = folder.complete(begun, manifest)
        dropped = _drop_all_but(folder, keep)
        report = _report(done, manifest, carried) | {"dropped": dropped}
        _note_it(report, by)
    return report | {"seconds": round(time.monotonic() - began, 1)}


def backed_up_models() -> list[Any]:
    """Return the models of all tables that a backup holds, each after those its rows point to."""
    return [model for model in rows.tables() if model._meta.db_table not in LEFT_OUT]


def _rows_of_this_moment(begun: Path, note: Note) -> dict[str, Any]:
    """Write rows, list of files and settings; return what the manifest says of them."""
    # Looked at before the rows: a head that is written later would tell of events that the rows do not hold.
    heads = list(_heads())
    tables: dict[str, dict[str, Any]] = {}
    parts = []
    with snapshot() as using:
        taken_at = timezone.now()
        migrations = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connections[using]).applied_migrations())
        for model in backed_up_models():
            table = model._meta.db_table
            held = write_table(model, begun / f"{table}.jsonl.gz", using=using)
            tables[table] = {"columns": rows.names(model), "rows": held.rows, "checksum": held.checksum}
            parts.append(described(begun / f"{table}.jsonl.gz", f"{table}.jsonl.gz"))
            note(f"{table}: {held.rows} rows")
        count, size = write_listing(begun, _named(using, heads))
    reached("backup.rows_written")
    (begun / SETTINGS).write_text(settings_without_secrets(), encoding="utf-8")
    parts += [described(begun / name, name) for name in (LISTING, SETTINGS)]
    return {
        "format": FORMAT,
        "taken_at": taken_at.isoformat(),
        "migrations": migrations,
        "tables": tables,
        "parts": parts,
        "files": {"files": count, "bytes": size},
    }


def _named(using: str, heads: list[File]) -> Iterator[File]:
    found = Blob.objects.using(using).order_by("key").values_list("key", "size", "sha256")
    yield from (File(*row) for row in found.iterator(chunk_size=1000))
    yield from heads


def _heads() -> Iterator[File]:
    store = documents()
    for stat in store.list(PREFIX):
        digest = hashlib.sha256(b"".join(store.open(stat.key)))
        yield File(stat.key, stat.size, digest.hexdigest())


def settings_without_secrets() -> str:
    """Return the site's settings as `NAME=value` lines; of what opens a server only that it was set."""
    lines = []
    for name in VARIABLES:
        if name in SECRETS and (os.environ.get(name) or os.environ.get(f"{name}_FILE")):
            lines.append(f"# {name} was set. It is secret and not in this backup.")
        elif name not in SECRETS and name != "LEGAJO_HOME" and os.environ.get(name):
            lines.append(f"{name}={os.environ[name]}")
    return "\n".join(["# Settings of the site when this backup was taken.", *lines]) + "\n"


def _drop_all_but(folder: BackupFolder, keep: int | None) -> int:
    """Remove the oldest generations, then the bytes that none of those left names; return how many went."""
    old = folder.generations()[:-keep] if keep else []
    for generation in old:
        folder.drop(generation)
    if old:
        named = Seen()
        for generation in folder.generations():
            for file in read_listing(generation):
                named.add(file.key)
        store = folder.files
        for stat in store.list():
            if stat.key not in named:
                store.delete(stat.key)
                reached("backup.file_removed")
    return len(old)


def _note_it(report: dict[str, Any], by: Person) -> None:
    told = {name: report[name] for name in ("backup", "rows", "files", "rows_bytes")} | {
        "missing": len(report["missing"])
    }
    with transaction.atomic():
        record_events([Happening("backup.taken", subject=report["backup"], details=told)], by=by)
        Pulse.objects.update_or_create(name=PULSE, defaults={"at": timezone.now()})


def _report(done: Path, manifest: dict[str, Any], carried: Carried) -> dict[str, Any]:
    return {
        "ok": not manifest["missing"],
        "backup": done.name,
        "site": manifest["site"],
        "taken_at": manifest["taken_at"],
        "rows": sum(table["rows"] for table in manifest["tables"].values()),
        "rows_bytes": sum(part["size"] for part in manifest["parts"]),
        "tables": {name: {"rows": t["rows"], "checksum": t["checksum"]} for name, t in manifest["tables"].items()},
        "files": {**manifest["files"], "passed_over": carried.passed_over},
        "missing": manifest["missing"],
    }
