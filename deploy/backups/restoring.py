"""A site made from a backup, on whatever services: rows, bytes and index, proved against what was written down.

The note of it is that of a move to here. Each portion of rows is written with how far it has come, bytes that are
there are passed over, the index is built anew: killed anywhere and asked again, it goes on. Until it has ended nothing
starts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.utils import timezone

from deploy.auditing import audit
from deploy.backups.folder import BackupDamaged, BackupFolder, manifest_of
from deploy.backups.listing import Seen, read_listing
from deploy.backups.proving import wrong_in
from deploy.backups.taking import backed_up_models
from deploy.backups.written_rows import read_table
from deploy.models import Move
from deploy.moving import rows
from deploy.moving.destination import LOOKED_AT, OtherSiteThere
from deploy.moving.files import carry
from deploy.site_lock import SiteRuns, alone_in
from deploy.worker import WorkerLock
from records.errors import Conflict, InvalidValue
from records.events import Happening, record_events
from records.models import Event, Record, User
from records.persons import Person
from records.stores import documents
from search.rebuilding import reindex

Note = Callable[[str], None]


class BackupUnfit(Conflict):
    """The backup is of another release."""

    code = "backup_unfit"


def restore(path: Path, *, named: str | None, keep_files: bool, by: Person, note: Note) -> dict[str, Any]:
    """Restore a backup, the newest unless one is named, onto this empty site; return the report.

    `keep_files`: go on where the store holds files that the backup does not name; they stay and nobody owns them.
    Raises InvalidValue, BackupDamaged, BackupUnfit, OtherSiteThere, SiteRuns, StorageError.
    """
    began = time.monotonic()
    folder = BackupFolder(path)
    generation = _chosen(folder, named)
    manifest = manifest_of(generation)
    _refuse_other_tables(manifest)
    mark = Move.objects.filter(direction=Move.Direction.HERE).first()
    if mark is not None and mark.ended_at is not None and mark.progress.get("backup") == generation.name:
        return dict(mark.report)
    lock = WorkerLock()
    with alone_in(settings.LEGAJO_HOME):
        if not lock.take():
            raise SiteRuns("The site's worker is running; stop the site first.")
        try:
            mark = mark or _begun(folder, generation, manifest, keep_files, note)
            if mark.progress.get("backup") != generation.name:
                raise OtherSiteThere(f"Another site is coming here, from {mark.place}.")
            report = _restored(mark, folder, generation, manifest, note)
            return _ended(mark, report | {"seconds": round(time.monotonic() - began, 1)}, by)
        finally:
            lock.give()


def _chosen(folder: BackupFolder, named: str | None) -> Path:
    folder.about()
    complete = {found.name: found for found in folder.generations()}
    if named is None and complete:
        return complete[max(complete)]
    if named in complete:
        return complete[named]
    left = [found.name for found in folder.partial()]
    if named is not None and any(name.removesuffix(".partial") == named.removesuffix(".partial") for name in left):
        raise BackupDamaged(f"The backup {named} did not come to its end and cannot be restored.")
    what = f"{folder.path} holds no backup named {named}" if named else f"{folder.path} holds no complete backup"
    raise InvalidValue(f"{what}{f'; {left[0]} did not come to its end' if left else ''}.", attr="DIR")


def _refuse_other_tables(manifest: dict[str, Any]) -> None:
    """Raise BackupUnfit unless the backup's tables are those of this release."""
    ours = {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}
    theirs = set(manifest["migrations"])
    if newer := sorted(theirs - ours):
        raise BackupUnfit(
            f"The backup is of a newer release ({newer[-1]}); restore it with that release or a later one."
        )
    if older := sorted(ours - theirs):
        raise BackupUnfit(
            f"The backup is of an older release (without {older[0]}); restore it with that release, then upgrade."
        )


def _begun(folder: BackupFolder, generation: Path, manifest: dict[str, Any], keep_files: bool, note: Note) -> Move:
    """Prove the backup and that this place is free, and note that a site is coming. Raises as `restore`."""
    telling: list[type[Model]] = [Event, User, Record]
    if any(model._base_manager.exists() for model in telling):
        raise OtherSiteThere("There is a site here already; restore into an empty one.")
    note("proving the backup")
    for found in wrong_in(folder, generation, Seen()):
        raise BackupDamaged(f"{found['file']}: {found['detail']} Nothing was restored.")
    if not keep_files:
        _refuse_other_files(generation)
    with transaction.atomic():
        # Made by the migrations, with numbers of their own; the backup's come with its rows.
        Permission.objects.all().delete()
        ContentType.objects.all().delete()
        return Move.objects.create(
            direction=Move.Direction.HERE,
            site=manifest["site"],
            place=f"backup {generation}"[:500],
            began_at=timezone.now(),
            progress={"backup": generation.name, "tables": {}},
        )


def _refuse_other_files(generation: Path) -> None:
    lying = {stat.key for stat in islice(documents().list(), LOOKED_AT)}
    if lying:
        for file in read_listing(generation):
            lying.discard(file.key)
    if lying:
        raise OtherSiteThere(
            f"The store holds files that the backup does not name ({min(lying)}). If they are this site's, brought in "
            "after the backup, ask with --keep-files: they stay, and `audit` names them.",
        )


def _restored(
    mark: Move, folder: BackupFolder, generation: Path, manifest: dict[str, Any], note: Note
) -> dict[str, Any]:
    """Bring everything that has not come yet, and prove it; return the report."""
    if not mark.progress.get("rows_proved"):
        models = backed_up_models()
        for model in models:
            _restore_table(model, generation, mark, note)
        with transaction.atomic():
            rows.count_on(models, using=DEFAULT_DB_ALIAS)
        _prove_rows(models, manifest, note)
        ContentType.objects.clear_cache()
        mark.progress["rows_proved"] = True
        mark.save(update_fields=["progress"])
    note("files")
    missing = {found["key"] for found in manifest["missing"]}
    here = (file for file in read_listing(generation) if file.key not in missing)
    carried = carry(here, folder.files, documents(), note)
    if carried.failures:
        key = min(carried.failures)
        raise BackupDamaged(f"{key}: {carried.failures[key]} Put the file right and ask again.")
    note("index")
    records = reindex()
    found = audit(progress=lambda name: note(f"checking {name}")).as_json()
    return {
        "ok": found["ok"],
        "backup": generation.name,
        "site": manifest["site"],
        "taken_at": manifest["taken_at"],
        "rows": sum(table["rows"] for table in manifest["tables"].values()),
        "files": {"files": carried.files, "bytes": carried.bytes, "passed_over": carried.passed_over},
        "index": {"records": records},
        "audit": found,
    }


def _restore_table(model: type[Model], generation: Path, mark: Move, note: Note) -> None:
    """Write the portions that have not come yet, each in one transaction with how many that makes."""
    name = model._meta.db_table
    come = mark.progress["tables"].get(name, 0)
    for portion in read_table(model, generation / f"{name}.jsonl.gz", after=come):
        come += 1
        mark.progress["tables"][name] = come
        with transaction.atomic():
            rows.write(model, portion, using=DEFAULT_DB_ALIAS)
            mark.save(update_fields=["progress"])
        if come % 20 == 0:
            note(f"{name}: {come} portions")
    if come:
        note(f"{name}: restored")


def _prove_rows(models: list[type[Model]], manifest: dict[str, Any], note: Note) -> None:
    """Raise BackupDamaged where a table is not what the manifest says of it."""
    for model in models:
        name = model._meta.db_table
        note(f"comparing {name}")
        told, here = manifest["tables"][name], rows.fingerprint(model, using=DEFAULT_DB_ALIAS)
        if (here.rows, here.checksum) != (told["rows"], told["checksum"]):
            raise BackupDamaged(f"{name} holds {here.rows} rows that are not the {told['rows']} of the backup.")


def _ended(mark: Move, report: dict[str, Any], by: Person) -> dict[str, Any]:
    told = {name: report[name] for name in ("backup", "taken_at", "rows", "files", "ok")}
    mark.report, mark.ended_at = report, timezone.now()
    with transaction.atomic():
        record_events([Happening("site.restored", subject=report["backup"], details=told)], by=by)
        mark.save(update_fields=["report", "ended_at"])
    return report
