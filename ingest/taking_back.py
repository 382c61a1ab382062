"""A batch taken back whole, before it is published; or published, whole, when it is found good."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.utils import timezone

from ingest.batches import UNDER_WAY
from ingest.models import Batch, BatchItem
from records.errors import Conflict, LegajoError, NotFound
from records.events import Happening, record_events
from records.models import Version
from records.persons import Person
from records.services.publishing import publish_version
from records.services.removing import Kept, remove_unpublished
from records.services.turns import in_turn

AT_ONCE = 200


@dataclass(slots=True)
class TakenBack:
    """How many records went, and those that stay with the reason."""

    removed: int = 0
    kept: list[Kept] = field(default_factory=list)


def take_back_batch(*, batch: Batch, by: Person, reason: str = "") -> TakenBack:
    """Remove what a batch brought in and nobody published or worked on; tombstones and events stay.

    What must stay is named with its reason. Killed and asked again, it goes on. Raises NotFound, Conflict.
    """
    _stopped(batch, by)
    outcome = TakenBack()
    for versions in _brought_in(batch):
        removed, kept = remove_unpublished(versions=versions, by=by, reason=reason)
        outcome.removed += removed
        outcome.kept += kept
    _closed(batch, outcome, by, reason)
    return outcome


def publish_batch(*, batch: Batch, by: Person) -> tuple[int, list[tuple[str, str]]]:
    """Publish every draft a batch brought in; return how many, and paths with codes of those that cannot be.

    Raises NotFound, Conflict while the batch runs.
    """
    found = Batch.objects.visible_to(by).filter(pk=batch.pk).first()
    if found is None:
        raise NotFound()
    if found.state in UNDER_WAY:
        raise Conflict("This batch is still coming in; publish it when it is done.")
    mine = found.items.filter(state=BatchItem.State.IMPORTED, version__state=Version.State.DRAFT)
    done, refused = 0, []
    last = 0
    while rows := list(mine.filter(pk__gt=last).select_related("version__record").order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        for item in rows:
            try:
                assert item.version is not None
                publish_version(version=item.version, by=by)
                done += 1
            except LegajoError as refusal:
                refused.append((item.path, refusal.code))
    return done, refused


@transaction.atomic
def _stopped(batch: Batch, by: Person) -> None:
    """End a batch that still runs, so that nothing more comes in while it goes. Raises NotFound, Conflict."""
    found = in_turn(Batch.objects.visible_to(by).filter(pk=batch.pk)).first()
    if found is None or not (by.everything or found.by_id == by.user_id):
        raise NotFound()
    if found.state in (Batch.State.DRAFT, Batch.State.CHECKED):
        raise Conflict("Nothing of this batch has come in; cancel it.")
    if found.state in UNDER_WAY:
        Batch.objects.filter(pk=found.pk).update(state=Batch.State.CANCELLED, closed_at=timezone.now())
        record_events([Happening("batch.cancelled", subject=str(found.pk))], by=by)


def _brought_in(batch: Batch) -> Iterator[dict[uuid.UUID, list[int]]]:
    """Yield, for some records at a time, the versions that came in with the batch."""
    mine = batch.items.filter(state=BatchItem.State.IMPORTED, record__isnull=False)
    records = iter(list(mine.order_by("record").values_list("record", flat=True).distinct()))
    while some := list(islice(records, AT_ONCE)):
        versions: dict[uuid.UUID, list[int]] = {}
        for record, number in mine.filter(record__in=some).values_list("record", "version_number"):
            if record is not None and number is not None:
                versions.setdefault(record, []).append(number)
        yield versions


@transaction.atomic
def _closed(batch: Batch, outcome: TakenBack, by: Person, reason: str) -> None:
    """Say that the batch was taken back, where nothing of it had to stay; asked again, once."""
    ended = 0
    if not outcome.kept:
        before = Batch.objects.filter(pk=batch.pk).exclude(state=Batch.State.TAKEN_BACK)
        ended = before.update(state=Batch.State.TAKEN_BACK)
    if outcome.removed or ended:
        details = {"removed": outcome.removed, "kept": len(outcome.kept), "reason": reason}
        record_events([Happening("batch.taken_back", subject=str(batch.pk), details=details)], by=by)
