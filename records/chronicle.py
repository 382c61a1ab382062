"""Who may read the events: those who manage a record read its own, auditors read all.

No role reads a document by itself: of a record or version whose original an auditor may not see, the event is told
without file names, titles and other details; what is noted for editors stays theirs.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from records.access import may
from records.errors import NotAllowed
from records.models import Event, Record, Rendition
from records.persons import Person

# What `record.edited` tells that a record itself shows to those who may edit it only.
FOR_EDITORS = frozenset({"notes"})


@dataclass(frozen=True, slots=True)
class Told:
    """An event as one reader is told of it; `withheld` says that subject and details are left out."""

    event: Event
    withheld: bool
    subject: str
    details: Mapping[str, Any]


def events_of(record: Record, person: Person) -> QuerySet[Event]:
    """Return the events of a record the person sees. Raises NotAllowed unless they manage it or are an auditor."""
    if not (person.has_role("auditor") or may(person, record, "manage")):
        raise NotAllowed("Only those who manage a record, and auditors, see its history.")
    return Event.objects.filter(record=record.pk)


def all_events(person: Person) -> QuerySet[Event]:
    """Return every event. Raises NotAllowed unless the person is an auditor."""
    if not person.has_role("auditor"):
        raise NotAllowed("Only auditors see the events of the whole service.")
    return Event.objects.all()


def told_to(events: Iterable[Event], person: Person) -> list[Told]:
    """Return events as this person may be told of them, with three queries for all."""
    rows = list(events)
    named: set[uuid.UUID] = {event.record for event in rows if event.record is not None}
    among = Record.objects.filter(pk__in=named)
    seen = set(among.visible_to(person).values_list("pk", flat=True))
    edited = set(among.visible_to(person, action="edit").values_list("pk", flat=True))
    originals = Rendition.objects.filter(kind=Rendition.Kind.ORIGINAL, version__record__in=named).visible_to(person)
    versions = set(originals.values_list("version__record", "version__number"))
    return [_told(event, event.record in seen, event.record in edited, versions) for event in rows]


def _told(event: Event, seen: bool, edited: bool, versions: set[tuple[uuid.UUID, int]]) -> Told:
    hidden = event.version is not None and (event.record, event.version) not in versions
    if event.record is not None and (not seen or hidden):
        return Told(event, True, "", {})
    kept = {name: value for name, value in event.details.items() if edited or name not in FOR_EDITORS}
    return Told(event, False, event.subject, event.details if event.record is None else kept)
