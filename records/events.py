"""Events: what each change is called, and the one function that writes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from records.models import Event
from records.persons import Person

# Every name an event may have, with what it tells; `docs/events.md` is held to this list by a test.
NAMES: dict[str, str] = {
    "record.created": "A record and its first version were taken in.",
    "record.edited": "A person changed what is said of a record.",
    "record.checked": "A person compared with the file what was read of a record with doubt.",
    "record.unchecked": "A check was taken back.",
    "record.taken_back": "A record that was never published was removed; its tombstone stays.",
    "record.classified": "A record's access class changed.",
    "version.created": "Another version was added.",
    "version.published": "A version became readable by the record's readers.",
    "version.ended": "A published version's validity was cut short by the one that follows it.",
    "version.withdrawn": "A published version was taken back.",
    "grant.given": "A reader was given access to a record or series.",
    "grant.revoked": "An access was taken back.",
    "rendition.audience": "Who may see a rendition changed.",
    "person.created": "An account was made.",
    "person.changed": "An account's password, roles or groups changed.",
    "token.created": "An API token was made.",
    "group.created": "A group of readers was made.",
    "series.put": "A series of the file plan was made or changed.",
    "body.put": "A body was made or changed.",
    "membership.put": "A person's seat in a body was made or changed.",
    "session.put": "A session was made or changed.",
    "batch.opened": "A bulk import began.",
    "list_mapping.kept": "How a source's lists are read was kept by a name.",
    "batch.checked": "A bulk import was tried out.",
    "batch.paused": "A bulk import was held.",
    "batch.resumed": "A bulk import went on after it was held or broken off.",
    "batch.closed": "A bulk import ended.",
    "batch.cancelled": "A bulk import was ended before its last file.",
    "batch.taken_back": "What a bulk import had brought in was taken back.",
    "receipt.issued": "A receipt of a bulk import was given out.",
    "synonym.added": "Words that find each other were added to the list of synonyms.",
    "synonym.changed": "An entry of the list of synonyms was changed, or switched off or on.",
    "synonym.removed": "An entry was taken out of the list of synonyms.",
    "synonym.restored": "An entry that had been removed from the list of synonyms was put back.",
    "backup.taken": "A backup of the site came to its end.",
    "site.restored": "The site was made from a backup.",
    "job.retried": "A reading that failed, or stood still, was queued again.",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event still to be written."""

    name: str
    record: uuid.UUID | None = None
    version: int | None = None
    subject: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def record_events(happenings: Iterable[Happening], *, by: Person) -> None:
    """Append events. Call inside the transaction of the change. Raises KeyError for an unknown name."""
    now = timezone.now()
    rows = []
    for happening in happenings:
        NAMES[happening.name]
        rows.append(
            Event(
                at=now,
                name=happening.name,
                by=by.username,
                origin=by.origin,
                record=happening.record,
                version=happening.version,
                subject=happening.subject,
                details=dict(happening.details),
            )
        )
    Event.objects.bulk_create(rows)
