"""What people say of a record: it stands against every later reading by a machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from records.dates import parse_edtf
from records.errors import InvalidValue, NotAllowed, StaleEdit
from records.events import Happening, record_events
from records.models import Body, Record, Series, Session
from records.numbers import parse_number
from records.persons import Person
from records.services.accession import check_may_accession
from records.services.outbox import touch
from records.services.turns import in_turn

EDITABLE = (
    "title",
    "descriptive_title",
    "kind",
    "number",
    "issuer",
    "language",
    "date",
    "notes",
    "body",
    "session",
    "series",
    "identifier",
)
_LINKS: dict[str, type[Body] | type[Session] | type[Series]] = {"body": Body, "session": Session, "series": Series}


@transaction.atomic
def edit_record(*, record: Record, changes: Mapping[str, Any], by: Person, if_revision: int | None = None) -> Record:
    """Set described fields as a person says them; `date` takes EDTF, links take codes, empty clears.

    Filing it under another body, session or series takes the right to manage it. Raises NotAllowed, InvalidValue
    (with the field), StaleEdit when `if_revision` is no longer the present one.
    """
    record = in_turn(Record.objects.all()).get(pk=record.pk)
    if not Record.objects.filter(pk=record.pk).visible_to(by, action="edit").exists():
        raise NotAllowed("You may read this record but not change it.")
    if if_revision is not None and if_revision != record.revision:
        raise StaleEdit()
    unknown = sorted(set(changes) - set(EDITABLE))
    if unknown:
        raise InvalidValue(f"{unknown[0]!r} is not a field that can be changed.", attr=unknown[0])
    _check_may_move(record, changes, by)
    for name, value in changes.items():
        _set(record, name, value, by)
    record.save()
    details = {name: str(value)[:500] for name, value in changes.items()}
    record_events([Happening("record.edited", record=record.pk, details=details)], by=by)
    # Belonging and series are sources of access: until the index knows, nobody is shown too much.
    touch([record.pk], narrows=not set(changes).isdisjoint(_LINKS))
    record.refresh_from_db()
    return record


def _check_may_move(record: Record, changes: Mapping[str, Any], by: Person) -> None:
    """Refuse to file a record elsewhere unless the person manages it: body, session and series say who reads it."""
    for name in _LINKS:
        if name not in changes:
            continue
        present = getattr(record, name)
        moved = str(changes[name] or "") != (present.code if present else "")
        if moved and not Record.objects.filter(pk=record.pk).visible_to(by, action="manage").exists():
            raise NotAllowed(f"Its {name} decides who reads this record; ask somebody who manages it.", attr=name)


def _set(record: Record, name: str, value: Any, by: Person) -> None:
    if name in _LINKS:
        _set_link(record, name, value, by)
    elif name == "date":
        set_date(record, str(value or ""))
        record.field_sources["date_text"] = {"from": "person"}
        record.field_sources["date_min"] = record.field_sources["date_max"] = {"from": "person"}
    else:
        text = _fitting(record, name, str(value or "").strip())
        setattr(record, name, text)
        record.field_sources[name] = {"from": "person"}
        if name in ("number", "kind"):
            number = parse_number(record.number, kind=record.kind or None)
            record.number_key = number.key if number else ""
            record.field_sources["number_key"] = {"from": "person"}


def _fitting(record: Record, name: str, text: str) -> str:
    longest = getattr(record._meta.get_field(name), "max_length", None)
    if "\x00" in text:
        raise InvalidValue("This value holds a NUL character.", attr=name)
    if longest and len(text) > longest:
        raise InvalidValue(f"This value is too long; {longest} characters are the most.", attr=name)
    return text


def _set_link(record: Record, name: str, code: Any, by: Person) -> None:
    if code in (None, ""):
        setattr(record, name, None)
        return
    found = _LINKS[name].objects.filter(code=str(code)).first()
    if found is None:
        raise InvalidValue(f"There is no {name} with the code {code!r}.", attr=name)
    if name == "series" and not by.everything:
        assert isinstance(found, Series)
        check_may_accession(by, found)
    setattr(record, name, found)
    if isinstance(found, Session):
        record.body = found.body


def set_date(record: Record, text: str) -> None:
    """Set a record's uncertain date (EDTF, ISO 8601-2); empty clears it. Raises InvalidDate with attr `date`."""
    record.date_text, record.date_min, record.date_max = "", None, None
    if text:
        uncertain = parse_edtf(text)
        record.date_text = uncertain.text
        record.date_min = uncertain.earliest
        record.date_max = uncertain.latest
