"""Work that stands still: jobs nobody is at, records that search is not told of, rebuilds nobody answers."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from deploy.auditing.difference import Difference
from ingest.stuck import STUCK_AFTER, stuck_jobs
from records.models import Dirty
from search.models import IndexRequest


def check_work() -> Iterator[Difference]:
    """Name what has waited or been held so long that nothing will come of it by itself."""
    now = timezone.now()
    for job in stuck_jobs(now).iterator():
        yield Difference("job", f"stuck: {job.state}, attempt {job.attempt}", id=str(job.record_id), key=str(job.pk))
    for row in Dirty.objects.filter(created__lt=now - STUCK_AFTER).order_by("created").iterator():
        yield Difference("dirty", f"search has not been told since {row.created:%Y-%m-%d %H:%M}", id=str(row.record))
    for asked in IndexRequest.objects.filter(done_at=None, asked_at__lt=now - STUCK_AFTER):
        yield Difference("request", f"a rebuild was asked for at {asked} and nobody answered", key=str(asked.pk))
