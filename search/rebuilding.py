"""Building the index anew beside the one in use, then swapping; and asking the holder of the writer to do it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.utils import timezone

from records.errors import SearchUnavailable
from records.exclusive import held_alone
from records.models import Record
from records.wakeups import INDEXING, wake
from search.backends.base import Refused
from search.engines import engine
from search.indexing import drain, groups_of, write_entries
from search.models import IndexRequest
from search.refusals import set_aside
from storage.crash_points import reached

log = structlog.get_logger(__name__)

BATCH = 200


def reindex(*, meanwhile: Callable[[], object] = lambda: None) -> int:
    """Index every record from the database into a new index and swap it in; return how many records.

    Searches go on in the old one meanwhile, and what changes goes to both. Killed on the way, the old index stays in
    use. Only the holder of the writer may call this. `meanwhile` is called between portions.
    """
    count = 0
    refused: list[Refused] = []
    keeping_up = _in_order()
    with _indexing_alone(), engine().rebuild() as writer:
        for batch in _all_records():
            for group in groups_of(batch):
                refused += write_entries(group, writer)
                meanwhile()
            reached("rebuild.portion_given")
            count += len(batch)
            if keeping_up:
                drain(also=writer, meanwhile=meanwhile)
    reached("rebuild.swapped")
    set_aside(refused)
    log.info("index rebuilt", records=count)
    return count


@contextmanager
def _indexing_alone() -> Iterator[None]:
    """Wait for another process that indexes: what it writes would miss the new index."""
    while True:
        with held_alone("indexing") as alone:
            if alone:
                yield
                return
        time.sleep(0.2)


def _in_order() -> bool:
    """Tell whether the index in use can be written to; one that cannot is what is to be replaced."""
    try:
        engine().status()
    except SearchUnavailable:
        return False
    return True


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


def obey_requests(*, meanwhile: Callable[[], object] = lambda: None) -> bool:
    """Rebuild if anybody asked, and answer those who did, also when it failed. Return whether anybody asked.

    A request made meanwhile is answered by the next rebuild: this one may have passed what it was made for.
    """
    waiting = list(IndexRequest.objects.filter(done_at=None).values_list("pk", flat=True))
    if not waiting:
        return False
    told: dict[str, Any] = {}
    try:
        told["indexed"] = reindex(meanwhile=meanwhile)
    except (SearchUnavailable, OSError) as failure:
        log.exception("index could not be rebuilt")
        told["failure"] = str(failure)
    reached("rebuild.unanswered")
    IndexRequest.objects.filter(pk__in=waiting).update(done_at=timezone.now(), **told)
    return True
