"""Building the index anew beside the one in use, then swapping; and asking the holder of the writer to do it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import structlog
from django.utils import timezone

from records.errors import SearchUnavailable
from records.models import Record
from records.wakeups import INDEXING, wake
from search.engines import engine
from search.indexing import build_entries, groups_of
from search.models import IndexRequest

log = structlog.get_logger(__name__)

BATCH = 200


def reindex() -> int:
    """Index every record from the database into a new index and swap it in; return how many records.

    Searches go on in the old one meanwhile. Changes made during the rebuild have their dirty rows and are indexed
    after the swap. Killed on the way, the old index stays in use. Only the holder of the writer may call this.
    """
    count = 0
    with engine().rebuild() as writer:
        for batch in _all_records():
            for group in groups_of(batch):
                entries = [entry for built in build_entries(group).entries.values() for entry in built]
                writer.write(entries, [str(pk) for pk in group], commit=False)
            count += len(batch)
    log.info("index rebuilt", records=count)
    return count


def _all_records() -> Iterator[list[uuid.UUID]]:
    last = uuid.UUID(int=0)
    while batch := list(Record.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


def ask_for_rebuild() -> IndexRequest:
    """Leave a request for whoever holds the writer."""
    request = IndexRequest.objects.create(asked_at=timezone.now())
    wake(INDEXING)
    return request


def obey_requests() -> bool:
    """Rebuild if anybody asked, and answer those who did, also when it failed. Return whether anybody asked.

    A request made meanwhile is answered by the next rebuild: this one may have passed what it was made for.
    """
    waiting = list(IndexRequest.objects.filter(done_at=None).values_list("pk", flat=True))
    if not waiting:
        return False
    told: dict[str, Any] = {}
    try:
        told["indexed"] = reindex()
    except (SearchUnavailable, OSError) as failure:
        log.exception("index could not be rebuilt")
        told["failure"] = str(failure)
    IndexRequest.objects.filter(pk__in=waiting).update(done_at=timezone.now(), **told)
    return True
