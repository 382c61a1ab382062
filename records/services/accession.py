"""Taking documents in: records, their versions, what was captured, and the renditions to be read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from records.errors import NotAllowed
from records.events import Happening, record_events
from records.models import Blob, Capture, Dirty, Grant, Record, Rendition, Series, Version
from records.persons import Person
from records.services.drafts import CapturedBytes, RecordDraft
from records.services.outbox import leave_dirty, touch
from records.services.overwriting import insert
from records.services.publishing import check_validity, make_room
from records.services.turns import take_turn

DESCRIBED = (
    "identifier",
    "kind",
    "number",
    "number_key",
    "title",
    "issuer",
    "language",
    "date_text",
    "date_min",
    "date_max",
    "status_claimed",
    "notes",
)


@transaction.atomic
def create_records(*, drafts: Sequence[RecordDraft], by: Person) -> list[Version]:
    """Take in new records, one version each, in a handful of statements; return the versions in order.

    Raises NotAllowed when the person may not take documents in, or not into one of the series; InvalidValue for
    days out of order.
    """
    for draft in drafts:
        check_may_accession(by, draft.series)
        check_validity(draft.valid_from, draft.valid_to)
    now = timezone.now()
    blobs = blobs_for([draft.captured for draft in drafts], now)
    records = [_record_from(draft, by, now) for draft in drafts]
    # Two imports of the same names then meet at the first of them, and do not wait for each other in a ring.
    insert(Record, sorted(records, key=lambda record: record.external_id))
    versions = _add_versions(records, drafts, [1] * len(drafts), blobs, now, by)
    _give_first_grants(records, drafts, by, now)
    record_events(
        [
            Happening(
                "record.created",
                record=record.pk,
                version=1,
                subject=draft.captured.name[:300],
                details={
                    "sha256": draft.captured.sha256,
                    "size": draft.captured.size,
                    "external_id": draft.external_id,
                    "access": record.classification,
                    "state": version.state,
                },
            )
            for record, version, draft in zip(records, versions, drafts, strict=True)
        ],
        by=by,
    )
    lane = Dirty.Lane.BULK if any(draft.bulk for draft in drafts) else Dirty.Lane.PERSON
    leave_dirty({record.pk: 1 for record in records}, lane=lane)
    return versions


@transaction.atomic
def add_version(*, draft: RecordDraft, by: Person) -> Version:
    """Add a version to `draft.version_of`; published at once if the draft says so.

    Raises NotAllowed when the person may not edit the record, ValidityOverlap, InvalidValue for days out of order.
    """
    record = draft.version_of
    assert record is not None
    take_turn([record.pk])
    if not Record.objects.filter(pk=record.pk).visible_to(by, action="edit").exists():
        raise NotAllowed("You may read this record but not add versions to it.")
    now = timezone.now()
    number = (record.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    narrows = False
    check_validity(draft.valid_from, draft.valid_to)
    if draft.publish:
        day = draft.valid_from or _first_day(record)
        narrows = make_room(record=record, valid_from=day, valid_to=draft.valid_to, now=now, by=by)
        draft = dataclasses.replace(draft, valid_from=day)
    [version] = _add_versions([record], [draft], [number], blobs_for([draft.captured], now), now, by)
    record_events(
        [
            Happening(
                "version.created",
                record=record.pk,
                version=number,
                subject=draft.captured.name[:300],
                details={"sha256": draft.captured.sha256, "state": version.state},
            )
        ],
        by=by,
    )
    touch([record.pk], narrows=narrows, lane=Dirty.Lane.BULK if draft.bulk else Dirty.Lane.PERSON)
    return version


def check_may_accession(by: Person, series: Series | None) -> None:
    """Raise NotAllowed unless the person may take documents in (into this series).

    Archivists may use every series; editors those that a grant lets them edit.
    """
    if by.has_role("archivist"):
        return
    if not by.has_role("editor"):
        raise NotAllowed("Only archivists and editors may upload documents.")
    if series is not None and not any(series.pk in ids for ids in by.edited_series.values()):
        raise NotAllowed("You may not file documents in this series.", attr="series")


def _first_day(record: Record) -> dt.date | None:
    """Return when a version without dates begins: today beside others, from ever as the first that is published."""
    others = record.versions.filter(state=Version.State.PUBLISHED).exists()
    return timezone.localdate() if others else None


def blobs_for(captured: Iterable[CapturedBytes], now: dt.datetime) -> dict[str, Blob]:
    """Return the blob rows by digest; bytes already known keep their row."""
    wanted = {bytes_.sha256: bytes_ for bytes_ in captured}
    Blob.objects.bulk_create(
        [
            Blob(
                sha256=bytes_.sha256,
                size=bytes_.size,
                media_type=bytes_.detected_type,
                key=bytes_.key,
                created_at=now,
            )
            for _, bytes_ in sorted(wanted.items())
        ],
        ignore_conflicts=True,
    )
    return {blob.sha256: blob for blob in Blob.objects.filter(sha256__in=wanted)}


def _record_from(draft: RecordDraft, by: Person, now: dt.datetime) -> Record:
    session = draft.session
    values = {name: value for name, value in draft.values.items() if name in DESCRIBED}
    series_class = draft.series.access if draft.series else "internal"
    return Record(
        namespace=draft.namespace,
        external_id=draft.external_id,
        body=draft.body or (session.body if session else None),
        session=session,
        series=draft.series,
        classification=draft.access or series_class,
        metadata=dict(draft.metadata),
        field_sources={name: dict(source) for name, source in draft.sources.items()},
        created_at=now,
        created_by_id=by.user_id,
        **values,
    )


def _add_versions(
    records: Sequence[Record],
    drafts: Sequence[RecordDraft],
    numbers: Sequence[int],
    blobs: dict[str, Blob],
    now: dt.datetime,
    by: Person,
) -> list[Version]:
    versions = Version.objects.bulk_create(
        [
            Version(
                record=record,
                number=number,
                label=draft.label,
                state=Version.State.PUBLISHED if draft.publish else Version.State.DRAFT,
                valid_from=draft.valid_from,
                valid_to=draft.valid_to,
                blob=blobs[draft.captured.sha256],
                published_at=now if draft.publish else None,
                created_at=now,
            )
            for record, draft, number in zip(records, drafts, numbers, strict=True)
        ]
    )
    Capture.objects.bulk_create(
        [_capture(version, draft, now, by) for version, draft in zip(versions, drafts, strict=True)]
    )
    _add_renditions(versions, now)
    return versions


def _add_renditions(versions: Sequence[Version], now: dt.datetime) -> None:
    """Give each version its original, and the text that is still to be read from it."""
    originals = Rendition.objects.bulk_create(
        [
            Rendition(version=version, kind=Rendition.Kind.ORIGINAL, blob=version.blob, created_at=now)
            for version in versions
        ]
    )
    texts = [
        Rendition(
            version=original.version,
            kind=Rendition.Kind.TEXT,
            source=original,
            reading=Rendition.Reading.PENDING,
            created_at=now,
        )
        for original in originals
    ]
    insert(Rendition, texts)


def _capture(version: Version, draft: RecordDraft, now: dt.datetime, by: Person) -> Capture:
    seen = draft.captured
    return Capture(
        version=version,
        name=seen.name,
        claimed_type=seen.claimed_type,
        detected_type=seen.detected_type,
        sha256=seen.sha256,
        size=seen.size,
        captured_at=now,
        origin=by.origin,
        captured_by=by.username,
    )


def _give_first_grants(records: Sequence[Record], drafts: Sequence[RecordDraft], by: Person, now: dt.datetime) -> None:
    """Give the asked readers their grants, and whoever took the record in the right to manage it."""
    rows: list[Grant] = []
    for record, draft in zip(records, drafts, strict=True):
        given: set[tuple[uuid.UUID, str, str]] = set()
        wanted = [(token, "read") for token in draft.grants]
        if by.user_id is not None:
            wanted.append((f"user:{by.username}", "manage"))
        for token, action in wanted:
            if (record.pk, token, action) not in given:
                given.add((record.pk, token, action))
                rows.append(Grant(record=record, token=token, action=action, start_told=True, created_at=now))
    Grant.objects.bulk_create(rows)
