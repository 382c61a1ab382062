"""Batches: begun or gone on with, paused, ended, and what becomes of each of their files.

A batch is `draft` or `checked` after a rehearsal, `running` while its files come in, `paused` when a person holds it,
and then done, cancelled (what came in stays) or taken back whole (see `ingest.taking_back`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from ingest.models import Batch, BatchItem
from ingest.reading.document import storable
from records.errors import Conflict, NotFound
from records.events import Happening, record_events
from records.models import Series
from records.persons import Person
from records.services.turns import in_turn
from records.wakeups import HEAVY_READING, READING, wake

SILENT = dt.timedelta(minutes=10)
"""An import says with every few dozen files that it goes on; one that did not for so long was broken off."""
UNDER_WAY = (Batch.State.RUNNING, Batch.State.PAUSED)
ENDED = (Batch.State.DONE, Batch.State.WITH_FAILURES)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a batch is opened with. A `name` given by a person goes on with that person's open batch of this name."""

    name: str = ""
    shown: str = ""
    series: Series | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""
    files: int = 0
    fingerprint: str = ""


def fingerprint_of(paths: Iterable[str]) -> str:
    """Return what tells that the same files are imported again: the digest of their paths."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


@transaction.atomic
def opened(asked: Asked, *, by: Person) -> tuple[Batch, bool]:
    """Open a batch, or go on with one of the same person that was broken off; return it and whether it is gone on with.

    It is the same when a person gave it the same name, or else when it was to bring in the same files.
    """
    found = _left_open(asked, by)
    if found is not None:
        was_under_way = found.state in UNDER_WAY
        Batch.objects.filter(pk=found.pk).update(
            state=Batch.State.RUNNING, files=asked.files, fingerprint=asked.fingerprint, alive_at=timezone.now()
        )
        name = "batch.resumed" if was_under_way else "batch.opened"
        record_events([Happening(name, subject=str(found.pk), details={"files": asked.files})], by=by)
        found.refresh_from_db()
        return found, was_under_way
    batch = _created(asked, Batch.State.RUNNING, by)
    details = {"files": asked.files}
    record_events([Happening("batch.opened", subject=str(batch.pk), details=details)], by=by)
    return batch, False


@transaction.atomic
def rehearsed_batch(asked: Asked, *, faults: int, by: Person) -> Batch:
    """Keep a batch that was tried out: `draft` while anything is wrong with it, `checked` once nothing is."""
    state = Batch.State.DRAFT if faults else Batch.State.CHECKED
    found = _left_open(asked, by, states=(Batch.State.DRAFT, Batch.State.CHECKED))
    if found is None:
        found = _created(asked, state, by)
    Batch.objects.filter(pk=found.pk).update(state=state, files=asked.files, fingerprint=asked.fingerprint)
    record_events([Happening("batch.checked", subject=str(found.pk), details={"faults": faults})], by=by)
    found.refresh_from_db()
    return found


def _created(asked: Asked, state: str, by: Person) -> Batch:
    now = timezone.now()
    return Batch.objects.create(
        by_id=by.user_id,
        by_name=by.username,
        name=storable(asked.name or asked.shown)[:300],
        series=asked.series,
        state=state,
        notes=storable(asked.notes),
        defaults={name: value for name, value in asked.defaults.items() if value},
        files=asked.files,
        fingerprint=asked.fingerprint,
        alive_at=now,
        created_at=now,
    )


def _left_open(asked: Asked, by: Person, states: Sequence[str] = ()) -> Batch | None:
    own = Batch.objects.filter(by=by.user_id, by_name=by.username)
    if asked.name:
        among = own.filter(
            name=storable(asked.name)[:300], state__in=states or (*UNDER_WAY, Batch.State.DRAFT, Batch.State.CHECKED)
        )
    elif asked.fingerprint:
        among = own.filter(fingerprint=asked.fingerprint, state__in=states or UNDER_WAY)
    else:
        return None
    found: Batch | None = in_turn(among).order_by("-created_at").first()
    return found


def still_running(batch: Batch) -> str:
    """Say that the import goes on; return the batch's state, which a person may have changed meanwhile."""
    if Batch.objects.filter(pk=batch.pk, state=Batch.State.RUNNING).update(alive_at=timezone.now()):
        return Batch.State.RUNNING
    return Batch.objects.values_list("state", flat=True).get(pk=batch.pk)


def is_broken_off(batch: Batch) -> bool:
    """Tell whether nobody brings in the rest of a batch: the same import, asked again, goes on with it."""
    return batch.state == Batch.State.RUNNING and (batch.alive_at or batch.created_at) < timezone.now() - SILENT


@transaction.atomic
def close_batch(batch: Batch, *, by: Person) -> None:
    """End a batch that ran: done, or done with failures. One that a person cancelled stays so."""
    if not in_turn(Batch.objects.filter(pk=batch.pk, state__in=UNDER_WAY)).exists():
        return
    counts = counts_of(batch)
    state = Batch.State.WITH_FAILURES if counts["failed"] else Batch.State.DONE
    Batch.objects.filter(pk=batch.pk).update(state=state, closed_at=timezone.now())
    record_events([Happening("batch.closed", subject=str(batch.pk), details=counts)], by=by)


def counts_of(batch: Batch) -> dict[str, int]:
    """Return how many files of a batch came to which end."""
    rows = batch.items.order_by().values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys(BatchItem.State.values, 0) | dict(rows)


def pause_batch(*, batch: Batch, by: Person) -> Batch:
    """Hold a batch: no more of its files come in and none that wait are read. Raises NotFound, Conflict."""
    return _moved(batch, by, ("running",), Batch.State.PAUSED, "batch.paused", "Only a batch that runs can be paused.")


def resume_batch(*, batch: Batch, by: Person) -> Batch:
    """Let a paused batch go on. Raises NotFound, Conflict."""
    moved = _moved(
        batch, by, ("paused",), Batch.State.RUNNING, "batch.resumed", "Only a paused batch can be gone on with."
    )
    wake(READING)
    wake(HEAVY_READING)
    return moved


def cancel_batch(*, batch: Batch, by: Person) -> Batch:
    """End a batch before its last file; what came in stays. Raises NotFound, Conflict."""
    before = ("draft", "checked", "running", "paused")
    return _moved(batch, by, before, Batch.State.CANCELLED, "batch.cancelled", "This batch has ended already.")


@transaction.atomic
def _moved(batch: Batch, by: Person, before: Sequence[str], after: str, event: str, otherwise: str) -> Batch:
    found: Batch | None = in_turn(Batch.objects.visible_to(by).filter(pk=batch.pk)).first()
    if found is None:
        raise NotFound()
    if found.state == after:
        return found
    if found.state not in before:
        raise Conflict(otherwise)
    changed: dict[str, Any] = {"state": after}
    if after == Batch.State.CANCELLED:
        changed["closed_at"] = timezone.now()
    Batch.objects.filter(pk=found.pk).update(**changed)
    record_events([Happening(event, subject=str(found.pk))], by=by)
    found.refresh_from_db()
    return found
