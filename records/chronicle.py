"""Who may read the events: those who manage a record read its own, auditors read all.

No role reads a document by itself: of what concerns a record an auditor may not see, the event is told without
file names, titles and other details.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from records.access import may
from records.errors import NotAllowed
from records.models import Event, Record
from records.persons import Person


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and whether its subject and details are left out for this reader."""

    event: Event
    withheld: bool


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
    """Return events as this person may be told of them, with one query for all."""
    rows = list(events)
    named: set[uuid.UUID] = {event.record for event in rows if event.record is not None}
    seen = set(Record.objects.filter(pk__in=named).visible_to(person).values_list("pk", flat=True))
    return [Told(event, event.record is not None and event.record not in seen) for event in rows]
