"""What applies on this site now: the shipped list, and over it what staff said. One small query a search."""

from __future__ import annotations

import uuid
from functools import lru_cache

from search.models import Synonym, SynonymState
from search.synonyms.applying import Synonyms, compiled
from search.synonyms.shipped import shipped
from search.synonyms.terms import Entry

STATE = 1


def synonyms() -> Synonyms:
    """Return what applies now, in every process from the moment a change was committed.

    The entries are kept in memory under the mark that every change sets anew, so that a search asks for the mark alone.
    """
    return _compiled(SynonymState.objects.filter(pk=STATE).values_list("mark", flat=True).first())


@lru_cache(maxsize=2)
def _compiled(mark: uuid.UUID | None) -> Synonyms:
    # The mark was read before the rows: rows that came since are found again under their own.
    return compiled(entries())


def entries() -> list[Entry]:
    """Return all entries, those switched off and removed too, as staff last said them; shipped ones come first."""
    said = {row.key: row for row in Synonym.objects.order_by("key")}
    first = [_entry(said.pop(entry.key), entry) if entry.key in said else entry for entry in shipped()]
    return [*first, *(_entry(row) for row in said.values())]


def entry_of(row: Synonym) -> Entry:
    """Return a kept row as an entry."""
    return _entry(row, next((entry for entry in shipped() if entry.key == row.key), None))


def _entry(row: Synonym, before: Entry | None = None) -> Entry:
    words, means = tuple(row.words), tuple(row.means)
    changed = before is not None and (row.kind, words, means) != (before.kind, before.words, before.means)
    return Entry(
        key=row.key,
        kind=row.kind,
        words=words,
        means=means,
        off=row.off,
        removed=row.removed_at is not None,
        shipped=before is not None,
        changed=changed,
        note=row.note,
        by=row.by,
    )
