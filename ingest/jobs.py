"""Jobs: claimed by lease, fenced by attempt, found again by the sweep when their worker died."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from ingest.models import Job
from records.errors import Conflict, NotFound
from records.events import Happening, record_events
from records.models import Rendition
from records.persons import Person

LEASE = dt.timedelta(minutes=10)
MOST_ATTEMPTS = 3


@transaction.atomic
def claim_jobs(*, most: int, lease: dt.timedelta = LEASE) -> list[Job]:
    """Lease up to `most` waiting jobs, a person's before a bulk import's, and return them with their attempt.

    Jobs whose worker's lease ran out are among them. Two workers never get the same attempt.
    """
    now = timezone.now()
    due = Job.objects.due(now).order_by("lane", "id")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    ids = list(due.values_list("pk", flat=True)[:most])
    if not ids:
        return []
    Job.objects.filter(pk__in=ids).update(state=Job.State.RUNNING, attempt=F("attempt") + 1, lease_until=now + lease)
    jobs = Job.objects.filter(pk__in=ids).select_related(
        "rendition__version__capture", "rendition__version__record", "rendition__source__blob"
    )
    return sorted(jobs, key=lambda job: (job.lane, job.pk))


def anything_due() -> bool:
    """Tell whether a job waits or has lost its worker."""
    return bool(Job.objects.due(timezone.now()).exists())


def release(jobs: Iterable[Job]) -> None:
    """Give claimed jobs back unread, as a worker does when it is told to stop."""
    for job in jobs:
        Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING).update(
            state=Job.State.WAITING, lease_until=None, attempt=F("attempt") - 1
        )


def still_ours(jobs: Sequence[Job]) -> set[object]:
    """Return the ids of those jobs whose attempt is still the present one. Ask inside the writing transaction."""
    present = dict(Job.objects.filter(pk__in=[job.pk for job in jobs]).values_list("pk", "attempt"))
    return {job.pk for job in jobs if present.get(job.pk) == job.attempt}


def finish(jobs: Sequence[Job], codes: dict[object, tuple[str, str]]) -> None:
    """End jobs: failed where a code says why, else done. Inside the transaction that wrote their results."""
    now = timezone.now()
    for job in jobs:
        job.code, job.detail = codes.get(job.pk, ("", ""))
        job.state = Job.State.FAILED if job.code else Job.State.DONE
        job.step, job.lease_until, job.finished_at = Job.Step.END, None, now
    Job.objects.bulk_update(jobs, ["state", "step", "code", "detail", "lease_until", "finished_at"])


@transaction.atomic
def retry_job(*, job: Job, by: Person) -> Job:
    """Queue a finished job again. Raises NotFound for a stranger's job, Conflict while it is at work."""
    found = Job.objects.visible_to(by).filter(pk=job.pk).first()
    if found is None:
        raise NotFound()
    if found.state in (Job.State.WAITING, Job.State.RUNNING):
        raise Conflict("This file is still waiting or being read.")
    Job.objects.filter(pk=found.pk).update(
        state=Job.State.WAITING, step=Job.Step.READ, attempt=0, lane=0, code="", detail="", finished_at=None
    )
    Rendition.objects.filter(pk=found.rendition_id).update(reading_code="", reading_detail="")
    record_events([Happening("job.retried", record=found.record_id, subject=str(found.pk))], by=by)
    found.refresh_from_db()
    return found
