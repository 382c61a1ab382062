"""The move itself: rows, bytes and index carried to another place, proved there, and noted at both ends.

Each step may be killed and asked for again. The last key of each table that has come is written with its rows, a file
that is there is passed over, and the index is built anew; only when all is proved does either end say that the
site has moved.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Max, Model
from django.utils import timezone

from deploy.models import Move
from deploy.moving import rows
from deploy.moving.destination import TARGET, Destination, OtherSiteThere, place_of
from deploy.moving.files import Carried, carry_documents, carry_parts
from deploy.moving.marks import refuse_a_moved_site
from deploy.moving.proof import proved_there
from deploy.moving.rest import at_rest
from records.errors import Conflict
from records.models import Blob, Event, Record, User
from records.services.sealing import BEGINNING, link
from records.stores import documents, staging

Note = Callable[[str], None]
TOLD_EVERY = 10_000


def move(*, to: Destination, note: Note) -> dict[str, Any]:
    """Move this site; return the report, whose `ok` says whether it has moved. Asked again, it goes on.

    Raises SiteRuns, SiteMoved, SiteStillComing, OtherSiteThere, InvalidValue, StepFailed, StorageError.
    """
    before = Move.objects.filter(direction=Move.Direction.AWAY, place=to.place).first()
    if before is not None:
        return dict(before.report)
    refuse_a_moved_site()
    to.connect()
    with at_rest():
        mark = _begun(to)
        if mark.ended_at is None:
            mark.report = _carried(mark, to, note)
            if not mark.report["ok"]:
                return dict(mark.report)
            mark.ended_at = timezone.now()
            mark.save(using=TARGET, update_fields=["ended_at", "report"])
        # Killed between the two, the next time finds the end noted there and notes it here.
        Move.objects.create(
            id=mark.pk,
            direction=Move.Direction.AWAY,
            site=mark.site,
            place=to.place,
            began_at=mark.began_at,
            ended_at=mark.ended_at,
            report=mark.report,
        )
    return dict(mark.report)


def identity() -> str:
    """Return the digest of the site's first event: no two sites have the same, and a copy has its original's."""
    first = Event.objects.order_by("pk").first()
    return link(BEGINNING, first) if first else ""


def _begun(to: Destination) -> Move:
    """Return the note of this move at the new place, made if that place is free. Raises OtherSiteThere, Conflict."""
    site, last = identity(), Event.objects.aggregate(last=Max("pk"))["last"]
    here = place_of(settings.DATABASES[DEFAULT_DB_ALIAS])
    mark = _mark_there()
    if mark is None:
        to.carry_key()
        to.check_files(lambda keys: set(Blob.objects.filter(key__in=keys).values_list("key", flat=True)))
        to.check_index(lambda ids: {str(pk) for pk in Record.objects.filter(pk__in=ids).values_list("pk", flat=True)})
        to.run("migrate", "--no-input", "--verbosity", "0")
        with transaction.atomic(using=TARGET):
            # Made by the migrations, with numbers of their own; this site's come with its rows.
            Permission.objects.using(TARGET).all().delete()
            ContentType.objects.using(TARGET).all().delete()
            return Move.objects.using(TARGET).create(
                direction=Move.Direction.HERE,
                site=site,
                place=here,
                began_at=timezone.now(),
                progress={"last_event": last, "tables": {}},
            )
    if (mark.site, mark.place) != (site, here):
        raise OtherSiteThere(f"The database there holds a site that came from {mark.place}.", attr="DATABASE_URL")
    if mark.ended_at is None and mark.progress["last_event"] != last:
        raise Conflict(
            "The site has changed since its move began. Name another database in the file and ask again: "
            "what has come of its files is used.",
            attr="DATABASE_URL",
        )
    return mark


def _mark_there() -> Move | None:
    """Return the note of a move to the new place. Raises OtherSiteThere where there is a site without one."""
    present = set(connections[TARGET].introspection.table_names())
    if Move._meta.db_table in present:
        mark = Move.objects.using(TARGET).filter(direction=Move.Direction.HERE).first()
        if mark is not None:
            return mark
    telling: list[type[Model]] = [Event, User, Record]
    for model in telling:
        if model._meta.db_table in present and model._base_manager.using(TARGET).exists():
            raise OtherSiteThere("The database there holds a site already; name another.", attr="DATABASE_URL")
    return None


def _carried(mark: Move, to: Destination, note: Note) -> dict[str, Any]:
    """Carry everything and prove it; return the report."""
    began = time.monotonic()
    models = rows.tables()
    came = sum(_carry_table(model, mark, note) for model in models)
    with transaction.atomic(using=TARGET):
        rows.count_on(models, using=TARGET)
    note("files")
    files = carry_documents(documents(), to.documents, note)
    parts = carry_parts(staging(), to.staging, note)
    differences = [_lost(key, detail) for told in (files, parts) for key, detail in told.failures.items()]
    report: dict[str, Any] = {
        "move": str(mark.pk),
        "site": mark.site,
        "from": mark.place,
        "to": to.place,
        "rows": came,
        "files": _told(files),
        "parts": _told(parts),
        "tables": {},
        "index": {},
        "audit": {},
    }
    if not differences:
        note("index")
        report["index"] = json.loads(to.run("reindex", "--json"))
        report["tables"], report["audit"], differences = proved_there(models, to, note)
    seconds = round(time.monotonic() - began, 1)
    return {"ok": not differences, **report, "differences": differences, "seconds": seconds}


def _carry_table(model: type[Model], mark: Move, note: Note) -> int:
    """Carry the rows of one table that have not come yet, each portion in one transaction with its last key."""
    name = model._meta.db_table
    last = mark.progress["tables"].get(name)
    came = told = 0
    for portion in rows.portions(model, using=DEFAULT_DB_ALIAS, after=last):
        whole = rows.with_parents(model, portion, using=DEFAULT_DB_ALIAS)
        mark.progress["tables"][name] = str(rows.key_of(model, portion[-1]))
        with transaction.atomic(using=TARGET):
            rows.write(model, whole, using=TARGET)
            mark.save(using=TARGET, update_fields=["progress"])
        came += len(portion)
        if came - told >= TOLD_EVERY:
            told = came
            note(f"{name}: {came}")
    if came:
        note(f"{name}: {came} rows")
    return came


def _told(carried: Carried) -> dict[str, int]:
    return {"files": carried.files, "bytes": carried.bytes, "passed_over": carried.passed_over}


def _lost(key: str, detail: str) -> dict[str, Any]:
    return {"kind": "bytes", "id": None, "version": None, "key": key, "detail": detail}
