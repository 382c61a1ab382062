"""The one indexer: it follows the dirty rows, and clears them once the engine has committed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone

from records.models import Dirty, Page, Rendition
from records.services.turns import in_turn
from search.backends.base import EntryWriter, Refused
from search.building import build_entries
from search.engines import engine
from search.models import IndexRequest
from search.refusals import set_aside
from storage.crash_points import reached

MOST_RECORDS = 400
MOST_A_GROUP = 25
MOST_CHARACTERS = 3_000_000
LOOKED_AT = 1000
# A record whose text is still being read is indexed once, with it, unless that takes longer than this.
PATIENCE = dt.timedelta(seconds=60)


def drain(
    *,
    most: int = MOST_RECORDS,
    also: EntryWriter | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> int:
    """Index up to `most` dirty records and clear their rows; return how many were indexed.

    A row is deleted only at the revision that was indexed, after the engine has committed: a change or a crash
    in between leaves it for the next round. `also` is a new index being built, which then needs no catching up.
    `meanwhile` is called between portions, so that who has other work too need not leave it for long. What people
    change is committed by itself, and a bulk import's records end at the portion after which somebody waits.
    """
    rows, bulk = _in_turn(most)
    if not rows:
        return 0
    refused: list[Refused] = []
    done: dict[uuid.UUID, int] = {}
    for group in groups_of(list(rows)):
        if also is not None:
            refused += write_entries(group, also)
        refused += write_entries(group, engine())
        done |= {pk: rows[pk] for pk in group}
        meanwhile()
        if bulk and person_waits():
            break
    reached("index.entries_given")
    engine().write([], [], commit=True)
    reached("index.committed")
    set_aside(refused, among=list(done))
    _clear(done)
    reached("index.rows_cleared")
    return len(done)


def write_entries(group: Sequence[uuid.UUID], writer: EntryWriter) -> Sequence[Refused]:
    """Build the entries of these records and give them to a writer, not yet committed; return what it refused."""
    entries = [entry for built in build_entries(group).entries.values() for entry in built]
    return writer.write(entries, [str(pk) for pk in group], commit=False)


def anything_dirty() -> bool:
    """Tell whether a record's entries are behind, or somebody asked for the whole index anew."""
    return bool(Dirty.objects.exists() or IndexRequest.objects.filter(done_at=None).exists())


def person_waits() -> bool:
    """Tell whether a person's own change is to be indexed, not only a bulk import's."""
    return bool(Dirty.objects.filter(lane=Dirty.Lane.PERSON).exists())


def _in_turn(most: int) -> tuple[dict[uuid.UUID, int], bool]:
    """Return the next dirty records with the revision each row had, and whether they are a bulk import's.

    People's own changes come first and alone: they would else be committed with hundreds of others.
    """
    rows = list(Dirty.objects.order_by("lane", "created")[:LOOKED_AT])
    waiting = _still_being_read([row.record for row in rows if row.lane == Dirty.Lane.BULK and not row.narrows])
    limit = timezone.now() - PATIENCE
    chosen = [row for row in rows if row.record not in waiting or row.created < limit]
    bulk = not chosen or chosen[0].lane == Dirty.Lane.BULK
    return {row.record: row.revision for row in chosen[:most] if bulk or row.lane != Dirty.Lane.BULK}, bulk


def _still_being_read(records: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    pending = Rendition.objects.filter(
        kind=Rendition.Kind.TEXT, reading=Rendition.Reading.PENDING, version__record__in=records
    )
    return set(pending.values_list("version__record_id", flat=True))


@transaction.atomic
def _clear(indexed: Mapping[uuid.UUID, int]) -> None:
    # Held until they are gone: a revision raised between the look and the deletion would be lost with its row.
    present = dict(in_turn(Dirty.objects.filter(record__in=indexed)).values_list("record", "revision"))
    done = [pk for pk, revision in present.items() if revision == indexed[pk]]
    Dirty.objects.filter(record__in=done).delete()


def groups_of(records: list[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    """Split a batch so that no more than some millions of characters are in memory at once."""
    sizes = _text_sizes(records)
    group: list[uuid.UUID] = []
    characters = 0
    for pk in records:
        if len(group) == MOST_A_GROUP or (group and characters + sizes.get(pk, 0) > MOST_CHARACTERS):
            yield group
            group, characters = [], 0
        group.append(pk)
        characters += sizes.get(pk, 0)
    if group:
        yield group


def _text_sizes(records: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = (
        Page.objects.filter(rendition__version__record__in=records)
        .values("rendition__version__record_id")
        .annotate(characters=Sum(Length("text")))
    )
    return {row["rendition__version__record_id"]: row["characters"] or 0 for row in rows}
