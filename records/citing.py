"""What a text cites and changes, as read from it, and which of the records one may see are meant.

Targets are looked up each time among what the reader may see: a citation of a hidden record looks like one of a
record that is not here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from records.models import Record, Rendition, Version
from records.persons import Person

MOST_CITING = 200


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a text that names another record; `record` is that record where the reader may see it."""

    said: Mapping[str, Any]
    key: str
    record: Record | None


def citations_in(text: Rendition | None, person: Person) -> list[Mention]:
    """Return the citations read in a text, in order."""
    return _resolved(_listed(text, "citations"), "key", person)


def changes_in(text: Rendition | None, person: Person) -> list[Mention]:
    """Return what a text says it does to others (amends, repeals, approves, …), in order."""
    return _resolved(_listed(text, "changes"), "target_key", person)


@dataclass(frozen=True, slots=True)
class Citing:
    """A version that names a record, with the places where it does."""

    version: Version
    places: Sequence[Mapping[str, Any]]


def citing(record: Record, person: Person, *, part: str = "citations", key: str = "key") -> list[Citing]:
    """Return the published versions, among what the reader may see, whose text names this record's number.

    At most `MOST_CITING`, the newest first. Without a number nothing can name it.
    """
    if not record.number_key:
        return []
    texts = Rendition.objects.filter(kind=Rendition.Kind.TEXT, version__state=Version.State.PUBLISHED)
    # The text of the column is narrowed first: the exact comparison below then parses a few rows only.
    quoted = json.dumps(record.number_key)[1:-1]
    texts = texts.visible_to(person).filter(described__icontains=quoted).exclude(version__record=record)
    rows = texts.select_related("version__record").order_by("-version__record_id", "-version__number")
    found: list[Citing] = []
    for text in rows[:MOST_CITING]:
        places = [said for said in _listed(text, part) if said.get(key) == record.number_key]
        if places:
            found.append(Citing(text.version, places))
    return found


def _listed(text: Rendition | None, part: str) -> list[Mapping[str, Any]]:
    said = text.described.get(part) if text is not None and isinstance(text.described, dict) else None
    return [item for item in said if isinstance(item, dict)] if isinstance(said, list) else []


def _resolved(said: Iterable[Mapping[str, Any]], key: str, person: Person) -> list[Mention]:
    items = list(said)
    keys = {str(item[key]) for item in items if item.get(key)}
    known = records_by_key(keys, person)
    return [Mention(item, str(item.get(key) or ""), known.get(str(item.get(key) or ""))) for item in items]


def records_by_key(keys: Iterable[str], person: Person) -> dict[str, Record]:
    """Return the records of these number keys that the person may see; of several, the first taken in."""
    wanted = sorted(set(keys))
    found: dict[str, Record] = {}
    for at in range(0, len(wanted), 500):
        rows = Record.objects.visible_to(person).filter(number_key__in=wanted[at : at + 500])
        for record in rows.only("number_key", "number", "title").order_by("-pk"):
            found[record.number_key] = record
    return found
