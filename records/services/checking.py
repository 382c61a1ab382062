"""A person's word that what was read with doubt has been compared with the file, and its taking back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from records.errors import Conflict, NotAllowed
from records.events import Happening, record_events
from records.models import Record
from records.persons import Person
from records.services.describing import doubts_of, leaves_doubt, text_shown
from records.services.outbox import touch
from records.services.turns import in_turn


@transaction.atomic
def check_record(*, record: Record, by: Person) -> Record:
    """Note that somebody who may edit a record has looked at what was read with doubt; it waits for nobody any more.

    A later reading that leaves worse doubts asks again. Raises NotAllowed, Conflict where nothing is in doubt.
    """
    record = _to_change(record, by)
    if record.checked is not None:
        return record
    text = text_shown(record.pk)
    if text is None or not leaves_doubt(text):
        raise Conflict("Nothing that was read of this record is in doubt.")
    record.checked = {"by": by.username, "at": timezone.now().isoformat(), **doubts_of(text)}
    record.needs_review = False
    return _kept(record, "record.checked", by)


@transaction.atomic
def uncheck_record(*, record: Record, by: Person) -> Record:
    """Take a check back: the record waits to be looked at again, if anything of it is in doubt. Raises NotAllowed."""
    record = _to_change(record, by)
    if record.checked is None:
        return record
    text = text_shown(record.pk)
    record.checked = None
    record.needs_review = text is not None and leaves_doubt(text)
    return _kept(record, "record.unchecked", by)


def _to_change(record: Record, by: Person) -> Record:
    record = in_turn(Record.objects.all()).get(pk=record.pk)
    if not Record.objects.filter(pk=record.pk).visible_to(by, action="edit").exists():
        raise NotAllowed("You may read this record but not change it.")
    return record


def _kept(record: Record, event: str, by: Person) -> Record:
    record.save(update_fields=["checked", "needs_review"])
    record_events([Happening(event, record=record.pk)], by=by)
    touch([record.pk])
    record.refresh_from_db()
    return record
