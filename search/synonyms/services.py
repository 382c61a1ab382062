"""Every change to synonyms: by archivists and editors, in effect everywhere with the commit, without reindexing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from records.errors import NotAllowed, NotFound
from records.events import Happening, record_events
from records.persons import Person
from records.services.turns import in_turn
from search.models import Synonym, SynonymState
from search.synonyms.kept import STATE, entry_of
from search.synonyms.shipped import shipped
from search.synonyms.terms import EQUAL, LONGEST_NOTE, Entry, checked_kind, checked_terms

ROLES = ("archivist", "editor")


def may_keep_synonyms(person: Person) -> bool:
    """Tell whether a person may see and change the list: those who describe documents."""
    return person.has_role(*ROLES)


@transaction.atomic
def add_synonym(
    *, kind: str, words: Iterable[str], by: Person, means: Iterable[str] = (), off: bool = False, note: str = ""
) -> Entry:
    """Add an entry. Raises NotAllowed; InvalidValue (attr) for terms or a kind that cannot be."""
    check_may_keep_synonyms(by)
    said = as_kept(kind=kind, words=words, means=means, note=note)
    row = Synonym(key=uuid.uuid4().hex, off=off, **said)
    return _kept(row, by=by, what="synonym.added")


@transaction.atomic
def change_synonym(
    *, key: str, by: Person, kind: str, words: Iterable[str], means: Iterable[str] = (), off: bool, note: str = ""
) -> Entry:
    """Say something else of an entry, shipped or not, or switch it off or on. Asked twice, nothing changes.

    Raises NotAllowed; NotFound; InvalidValue (attr).
    """
    check_may_keep_synonyms(by)
    row = _row(key)
    said = {**as_kept(kind=kind, words=words, means=means, note=note), "off": off}
    before = {name: getattr(row, name) for name in said}
    if before == said and row.removed_at is None:
        return entry_of(row)
    for name, value in said.items():
        setattr(row, name, value)
    row.removed_at = None
    return _kept(row, by=by, what="synonym.changed", before=before)


@transaction.atomic
def remove_synonym(*, key: str, by: Person) -> Entry:
    """Take an entry out of the list. It can be put back. Raises NotAllowed, NotFound (removed already)."""
    check_may_keep_synonyms(by)
    row = _row(key)
    if row.removed_at is not None:
        raise NotFound()
    row.removed_at = timezone.now()
    return _kept(row, by=by, what="synonym.removed")


@transaction.atomic
def restore_synonym(*, key: str, by: Person) -> Entry:
    """Put a removed entry back as it was. Raises NotAllowed, NotFound (not removed)."""
    check_may_keep_synonyms(by)
    row = _row(key)
    if row.removed_at is None:
        raise NotFound()
    row.removed_at = None
    return _kept(row, by=by, what="synonym.restored")


def check_may_keep_synonyms(by: Person) -> None:
    """Raise NotAllowed for whoever does not keep synonyms."""
    if not may_keep_synonyms(by):
        raise NotAllowed("Only archivists and editors may do this.")


def as_kept(*, kind: str, words: Iterable[str], means: Iterable[str], note: str) -> dict[str, Any]:
    """Return what is said as it is kept: trimmed, nothing twice. Raises InvalidValue (attr)."""
    equal = checked_kind(kind) == EQUAL
    found = checked_terms(words, "words", least=2 if equal else 1)
    given = [] if equal else checked_terms(means, "means", least=1)
    return {"kind": kind, "words": list(found), "means": list(given), "note": note.strip()[:LONGEST_NOTE]}


def _row(key: str) -> Synonym:
    """Return what is kept of an entry, for the one that changes it; a shipped one nobody touched yet as it comes."""
    row = in_turn(Synonym.objects.filter(key=key[:140])).first()
    if row is not None:
        return row
    entry = next((entry for entry in shipped() if entry.key == key), None)
    if entry is None:
        raise NotFound()
    return Synonym(key=entry.key, kind=entry.kind, words=list(entry.words), means=list(entry.means))


def _kept(row: Synonym, *, by: Person, what: str, before: Mapping[str, Any] | None = None) -> Entry:
    row.by, row.changed_at = by.username, timezone.now()
    row.save()
    SynonymState.objects.update_or_create(pk=STATE, defaults={"mark": uuid.uuid4()})
    names = ("kind", "words", "means", "off", "note")
    said = {name: getattr(row, name) for name in names if before is None or before[name] != getattr(row, name)}
    record_events([Happening(what, subject=row.key, details={**said, "before": before or {}})], by=by)
    return entry_of(row)
