"""From captured bytes and what was said of them to records, versions and jobs: one way for uploads and imports."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from ingest.columns import checked_access, checked_grants, checked_validity, described_values, other_columns
from ingest.jobs import HEAVY_BYTES, wake_readers
from ingest.models import Batch, Job
from records.access import may
from records.errors import InvalidValue
from records.models import Body, Record, Rendition, Series, Session, Version
from records.persons import Person
from records.services.accession import add_version, create_records
from records.services.drafts import CapturedBytes, RecordDraft
from records.services.overwriting import insert
from records.services.turns import take_turn
from storage.crash_points import reached


@dataclass(frozen=True, slots=True)
class Incoming:
    """One document on its way in: its stored bytes and what a manifest or form says of it.

    `one_of_many`: the same import brings several versions of its record, so that it is there already if any of them
    has its bytes, not only the newest.
    """

    path: str
    captured: CapturedBytes
    external_id: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    publish: bool = True
    version_of: Record | None = None
    bulk: bool = False
    label: str = ""
    one_of_many: bool = False


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one document: `imported`, or `unchanged` where the same bytes were already there."""

    state: str
    version: Version
    job: Job | None


@transaction.atomic
def take_in(*, incoming: Sequence[Incoming], by: Person, batch: Batch | None = None) -> list[TakenIn]:
    """Take documents in, in one transaction; the same name with the same bytes changes nothing.

    A known name with other bytes becomes a new version. Names are looked up only within what `by` may see.
    External ids must differ within one call. Raises InvalidValue (attr = the field), NotAllowed.
    """
    take_turn(_named_in(incoming, by))
    known = known_records({item.external_id for item in incoming if item.external_id}, by)
    links = Links.of(incoming)
    drafts = [_draft(item, links, by) for item in incoming]
    outcome: dict[int, TakenIn] = {}
    fresh: list[int] = []
    for at, (item, draft) in enumerate(zip(incoming, drafts, strict=True)):
        named = item.version_of or links.version_target(item, by)
        target = named or known.get(item.external_id)
        if target is None:
            fresh.append(at)
        elif (same := version_with(target, item.captured.sha256, any_of=item.one_of_many)) is not None:
            outcome[at] = TakenIn("unchanged", same, None)
        elif named is None and target.namespace != namespace_of(by) and not may(by, target, "edit"):
            # Another's document of the same name, which is not ours to change: names are each importer's own.
            fresh.append(at)
        else:
            outcome[at] = TakenIn("imported", _next_version(target, draft, by), None)
    made = create_records(drafts=[drafts[at] for at in fresh], by=by) if fresh else []
    reached("accession.records_written")
    outcome.update({at: TakenIn("imported", version, None) for at, version in zip(fresh, made, strict=True)})
    return _with_jobs([outcome[at] for at in range(len(incoming))], incoming, by, batch)


def _named_in(incoming: Sequence[Incoming], by: Person) -> Iterable[uuid.UUID]:
    """Return the records that these documents may become versions of: looked at before their versions are."""
    names = {item.external_id for item in incoming} | {item.fields.get("version_of", "").strip() for item in incoming}
    rows: Iterable[uuid.UUID] = (
        Record.objects.filter(external_id__in=names - {""}).visible_to(by).values_list("pk", flat=True)
    )
    return rows


def known_records(external_ids: Iterable[str], by: Person) -> dict[str, Record]:
    """Return, by external id, the records of these names that the person may see; their own names first.

    Each comes with the versions the person sees: bytes equal to a draft's that they do not see are new bytes.
    """
    rows = Record.objects.filter(external_id__in=list(external_ids)).visible_to(by).order_by("created_at")
    seen = Version.objects.visible_to(by).select_related("blob")
    found: dict[str, Record] = {}
    for record in rows.prefetch_related(Prefetch("versions", queryset=seen)):
        if record.external_id not in found or record.namespace == namespace_of(by):
            found[record.external_id] = record
    return found


def record_named(name: str, by: Person) -> Record | None:
    """Return the record of this external id, or of this id, that the person may see."""
    found = known_records([name], by).get(name)
    if found is not None:
        return found
    try:
        record: Record | None = Record.objects.filter(pk=uuid.UUID(name)).visible_to(by).first()
    except ValueError:
        return None
    return record


def namespace_of(by: Person) -> str:
    """Return whose names a person's external ids are: the site's for the operator, else their own."""
    return "" if by.everything else f"user:{by.username}"


def version_with(record: Record, sha256: str, *, any_of: bool = False) -> Version | None:
    """Return the record's newest version if these are its bytes; with `any_of`, the newest that has them.

    `versions` may be prefetched as a person sees them.
    """
    versions = sorted(record.versions.all(), key=lambda version: version.number, reverse=True)
    for version in versions if any_of else versions[:1]:
        if version.blob is not None and version.blob.sha256 == sha256:
            return version
    return None


def _next_version(target: Record, draft: RecordDraft, by: Person) -> Version:
    import dataclasses

    return add_version(draft=dataclasses.replace(draft, version_of=target), by=by)


def _with_jobs(taken: list[TakenIn], incoming: Sequence[Incoming], by: Person, batch: Batch | None) -> list[TakenIn]:
    """Queue the reading of each new version, in the same transaction."""
    new = [item.version.pk for item in taken if item.state == "imported"]
    texts = {
        rendition.version_id: rendition
        for rendition in Rendition.objects.filter(version__in=new, kind=Rendition.Kind.TEXT)
    }
    records = {item.version.pk: item.version.record_id for item in taken}
    sizes = {item.version.pk: source.captured.size for item, source in zip(taken, incoming, strict=True)}
    now = timezone.now()
    jobs = {
        version_id: Job(
            rendition=text,
            record_id=records[version_id],
            batch=batch,
            by_id=by.user_id,
            lane=1 if batch is not None or any(item.bulk for item in incoming) else 0,
            heavy=sizes[version_id] >= HEAVY_BYTES,
            created_at=now,
        )
        for version_id, text in texts.items()
    }
    insert(Job, list(jobs.values()))
    reached("accession.jobs_queued")
    wake_readers(jobs.values())
    return [TakenIn(item.state, item.version, jobs.get(item.version.pk)) for item in taken]


@dataclass(frozen=True, slots=True)
class Links:
    """The series, bodies, sessions and earlier records that a batch names, fetched in one query each."""

    series: Mapping[str, Series]
    bodies: Mapping[str, Body]
    sessions: Mapping[str, Session]

    @classmethod
    def of(cls, incoming: Sequence[Incoming]) -> Links:
        def named(column: str) -> set[str]:
            return {item.fields[column].strip() for item in incoming if item.fields.get(column, "").strip()}

        return cls(
            series=_by_code(Series.objects.filter(code__in=named("series"))),
            bodies=_by_code(Body.objects.filter(code__in=named("body"))),
            sessions=_by_code(Session.objects.filter(code__in=named("session")).select_related("body")),
        )

    def version_target(self, item: Incoming, by: Person) -> Record | None:
        """Return the record that `version_of` names. Raises InvalidValue when the person sees none of that name."""
        name = item.fields.get("version_of", "").strip()
        if not name:
            return None
        found = record_named(name, by)
        if found is None:
            raise InvalidValue(f"There is no record {name!r} to add a version to.", attr="version_of")
        return found


def _by_code(rows: Iterable[Any]) -> dict[str, Any]:
    return {row.code: row for row in rows}


def _draft(item: Incoming, links: Links, by: Person) -> RecordDraft:
    fields = {name: value.strip() for name, value in item.fields.items() if value and value.strip()}
    values, sources = described_values(fields)
    valid_from, valid_to = checked_validity(fields)
    return RecordDraft(
        captured=item.captured,
        external_id=item.external_id,
        namespace=namespace_of(by),
        values=values,
        sources=sources,
        metadata=other_columns(item.fields),
        series=_link(fields, "series", links.series),
        body=_link(fields, "body", links.bodies),
        session=_link(fields, "session", links.sessions),
        access=checked_access(fields.get("access", "")),
        grants=checked_grants(fields.get("grants", "")),
        publish=item.publish,
        label=item.label,
        valid_from=valid_from,
        valid_to=valid_to,
        bulk=item.bulk,
    )


def _link(fields: Mapping[str, str], column: str, found: Mapping[str, Any]) -> Any:
    code = fields.get(column)
    if not code:
        return None
    if code not in found:
        raise InvalidValue(f"There is no {column} with the code {code!r}.", attr=column)
    return found[code]
