"""Taking back what was never published: rows go, a tombstone and the events stay, the bytes stay under their digest.

Destruction of what was published is disposal, with its dossier; this is for what an import brought in by mistake.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from records.events import Happening, record_events
from records.models import Capture, Dirty, Event, Record, Rendition, Tombstone, Version
from records.persons import Person
from records.services.outbox import leave_dirty
from records.services.turns import take_turn

BY_PERSONS = ("record.edited", "record.checked", "record.classified", "grant.given", "rendition.audience")
"""What a person did to a record since it came in; whoever did it would lose their work."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that is not taken back, and why: `published`, `other_versions`, `changed`, `not_yours`."""

    record: uuid.UUID
    code: str


@transaction.atomic
def remove_unpublished(
    *, versions: Mapping[uuid.UUID, Iterable[int]], by: Person, reason: str = ""
) -> tuple[int, list[Kept]]:
    """Remove records of which these are all versions and none was ever published; return how many, and those kept.

    Records that are gone already are passed over, so that it may be asked again.
    """
    take_turn(versions)
    records = {record.pk: record for record in Record.objects.filter(pk__in=list(versions))}
    editable = set(
        Record.objects.filter(pk__in=list(records)).visible_to(by, action="edit").values_list("pk", flat=True)
    )
    held: dict[uuid.UUID, list[Version]] = {}
    for version in Version.objects.filter(record__in=list(records)).select_related("blob"):
        held.setdefault(version.record_id, []).append(version)
    worked_on = Event.objects.filter(record__in=list(records), name__in=BY_PERSONS).values_list("record", flat=True)
    changed = set(worked_on)
    kept: list[Kept] = []
    going: list[Record] = []
    for pk, record in records.items():
        why = _why_kept(held.get(pk, []), set(versions[pk]), changed=pk in changed, editable=pk in editable)
        if why:
            kept.append(Kept(pk, why))
        else:
            going.append(record)
    _bury(going, held, by, reason)
    return len(going), kept


def _why_kept(held: list[Version], named: set[int], *, changed: bool, editable: bool) -> str:
    if not editable:
        return "not_yours"
    if any(version.published_at is not None for version in held):
        return "published"
    if any(version.number not in named for version in held):
        return "other_versions"
    return "changed" if changed else ""


def _bury(going: list[Record], held: Mapping[uuid.UUID, list[Version]], by: Person, reason: str) -> None:
    """Leave tombstones, events and dirty rows, and delete the rows, from the leaves to the root."""
    if not going:
        return
    ids = [record.pk for record in going]
    now = timezone.now()
    Tombstone.objects.bulk_create(
        Tombstone(
            record=record.pk,
            namespace=record.namespace,
            external_id=record.external_id,
            title=record.title,
            classification=record.classification,
            revision=record.revision + 1,
            versions={str(one.number): one.blob.sha256 for one in held.get(record.pk, []) if one.blob is not None},
            removed_at=now,
            removed_by=by.username,
            reason=reason,
        )
        for record in going
    )
    record_events([Happening("record.taken_back", record=pk, details={"reason": reason}) for pk in ids], by=by)
    renditions = Rendition.objects.filter(version__record__in=ids)
    renditions.exclude(source=None).delete()
    Rendition.objects.filter(version__record__in=ids).delete()
    Capture.objects.filter(version__record__in=ids).delete()
    Version.objects.filter(record__in=ids).delete()
    Record.objects.filter(pk__in=ids).delete()
    leave_dirty({record.pk: record.revision + 1 for record in going}, narrows=True, lane=Dirty.Lane.PERSON)
