"""Jobs: claimed by lease, fenced by attempt, found again by the sweep when their worker died."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ingest.columns import SAID_OF_A_RECORD
from ingest.models import Job, JobQuerySet
from ingest.turns import in_fair_turn
from records.errors import Conflict, NotFound
from records.events import Happening, record_events
from records.models import Rendition
from records.persons import Person
from records.services.overwriting import overwrite
from records.services.turns import in_turn
from records.wakeups import HEAVY_READING, READING, wake
from storage.crash_points import reached

LEASE = dt.timedelta(minutes=10)
MOST_ATTEMPTS = 5
SUSPECT_ATTEMPTS = 2
"""A job that lost its worker so often may be what ended it, so from then on it is read alone."""
HEAVY_BYTES = 20 * 1024 * 1024
"""Files from this size on are heavy: they take minutes where others take a part of a second."""


# What a reader needs to know of a job: five rows, of which most columns are not looked at.
_READ_WITH = ("rendition__version__capture", "rendition__version__record", "rendition__source__blob")
_READ_OF_A_JOB = (
    *(field.attname for field in Job._meta.concrete_fields),
    "rendition__reading",
    "rendition__source__blob__key",
    "rendition__version__capture__name",
    *(f"rendition__version__record__{name}" for name in (*SAID_OF_A_RECORD, "date_text", "field_sources")),
)


@transaction.atomic
def claim_jobs(*, most: int, lease: dt.timedelta = LEASE, heavy: bool | None = None) -> list[Job]:
    """Lease up to `most` files that wait to be read, a person's before a bulk import's, with their attempt.

    Jobs whose worker's lease ran out are among them. Two workers never get the same attempt. `heavy` keeps to the
    heavy jobs, or to the others.
    """
    jobs = _of_weight(heavy).filter(attempt__lt=SUSPECT_ATTEMPTS).exclude(step=Job.Step.RECOGNISE)
    return _claim(jobs, most, lease)


@transaction.atomic
def claim_scans(*, most: int, lease: dt.timedelta = LEASE, heavy: bool | None = None) -> list[Job]:
    """Lease up to `most` files whose pictures wait to be recognised."""
    jobs = _of_weight(heavy).filter(attempt__lt=SUSPECT_ATTEMPTS, step=Job.Step.RECOGNISE)
    return _claim(jobs, most, lease)


def await_recognition(jobs: Sequence[Job]) -> None:
    """Let files that were read wait for the recognition of their pictures, behind all that is read quickly.

    Inside the transaction that wrote what was read.
    """
    for job in jobs:
        job.state, job.step, job.attempt, job.lease_until = Job.State.WAITING, Job.Step.RECOGNISE, 0, None
        job.heavy = True
    overwrite(Job, jobs, ["state", "step", "attempt", "lease_until", "heavy"])
    wake_readers(jobs)


def note_recognised(*, job: Job, read: int, pages: int, lease: dt.timedelta = LEASE) -> bool:
    """Say how many pages of a scan are done; return whether it is still ours.

    Whoever gets on is no suspect, however often its worker was ended: the attempts begin anew.
    """
    until = timezone.now() + lease
    progress = {"pages_read": read, "pages": pages, "attempt": 1, "lease_until": until}
    if not _held(job).update(**progress):
        return False
    job.attempt, job.lease_until, job.pages_read, job.pages = 1, until, read, pages
    return True


@transaction.atomic
def claim_suspect(*, lease: dt.timedelta = LEASE, heavy: bool | None = None) -> list[Job]:
    """Lease one job that lost its worker before, to be read with nothing beside it; none where there is none.

    So a machine that stops often costs no innocent file its attempts.
    """
    return _claim(_of_weight(heavy).filter(attempt__gte=SUSPECT_ATTEMPTS), 1, lease)


def _of_weight(heavy: bool | None) -> JobQuerySet:
    jobs: JobQuerySet = Job.objects.all()
    return jobs if heavy is None else jobs.filter(heavy=heavy)


def wake_readers(jobs: Iterable[Job]) -> None:
    """Say that these jobs wait, once this transaction is committed."""
    for heavy in {job.heavy for job in jobs}:
        wake(HEAVY_READING if heavy else READING)


def _claim(among: JobQuerySet, most: int, lease: dt.timedelta) -> list[Job]:
    now = timezone.now()
    ids = in_fair_turn(among.due(now), most)
    if not ids:
        return []
    Job.objects.filter(pk__in=ids).update(state=Job.State.RUNNING, attempt=F("attempt") + 1, lease_until=now + lease)
    reached("jobs.claimed")
    jobs = Job.objects.filter(pk__in=ids).select_related(*_READ_WITH).only(*_READ_OF_A_JOB)
    return sorted(jobs, key=lambda job: (job.lane, job.pk))


def inherit_jobs() -> int:
    """Free the jobs that a dead worker still holds; return how many.

    Only for who has just become the one worker of an embedded site: nobody else can be at work on them.
    """
    held = Job.objects.filter(state=Job.State.RUNNING)
    return int(held.update(state=Job.State.WAITING, lease_until=None))


def anything_due(*, heavy: bool | None = None) -> bool:
    """Tell whether a job waits or has lost its worker."""
    return bool(_of_weight(heavy).due(timezone.now()).exists())


def files_wait(*, scans: bool, heavy: bool | None = None) -> bool:
    """Tell whether a file is due that can be read at once, or one whose pictures are to be recognised."""
    due = _of_weight(heavy).due(timezone.now()).filter(attempt__lt=SUSPECT_ATTEMPTS)
    of_kind = due.filter(step=Job.Step.RECOGNISE) if scans else due.exclude(step=Job.Step.RECOGNISE)
    return bool(of_kind.exists())


def release(jobs: Iterable[Job]) -> None:
    """Give claimed jobs back unread, as a worker does when it is told to stop."""
    for job in jobs:
        _held(job).update(state=Job.State.WAITING, lease_until=None, attempt=F("attempt") - 1)


def postpone(jobs: Iterable[Job], pause: dt.timedelta) -> None:
    """Keep claimed jobs for a while, then let them be claimed anew; the attempt that could not begin is not counted."""
    for job in jobs:
        _held(job).update(lease_until=timezone.now() + pause, attempt=F("attempt") - 1)


def renew_lease(*, job: Job, lease: dt.timedelta = LEASE) -> None:
    """Keep a job that is still being read from being taken by another worker; one that was taken stays theirs."""
    until = timezone.now() + lease
    if _held(job).update(lease_until=until):
        job.lease_until = until


def note_progress(*, job: Job, read: int, pages: int) -> None:
    """Say of a job that is still held how many of its pages are read."""
    _held(job).update(pages_read=read, pages=pages)


def still_ours(jobs: Sequence[Job]) -> set[object]:
    """Return the ids of those jobs that are still held as they were claimed. Ask inside the writing transaction.

    They stay so until it ends: a lease that runs out meanwhile is taken over afterwards.
    Attempts begin anew when a person retries a job, so the lease tells apart two holders of one attempt.
    """
    rows = in_turn(Job.objects.filter(pk__in=[job.pk for job in jobs])).values_list("pk", "attempt", "lease_until")
    present = {pk: (attempt, until) for pk, attempt, until in rows}
    return {job.pk for job in jobs if present.get(job.pk) == (job.attempt, job.lease_until)}


def _held(job: Job) -> JobQuerySet:
    found: JobQuerySet = Job.objects.filter(
        pk=job.pk, attempt=job.attempt, lease_until=job.lease_until, state=Job.State.RUNNING
    )
    return found


def finish(jobs: Sequence[Job], codes: Mapping[Any, tuple[str, str]]) -> None:
    """End jobs: failed where a code says why, else done. Inside the transaction that wrote their results."""
    now = timezone.now()
    for job in jobs:
        job.code, job.detail = codes.get(job.pk, ("", ""))
        job.state = Job.State.FAILED if job.code else Job.State.DONE
        job.step, job.lease_until, job.finished_at = Job.Step.END, None, now
    ended = ["state", "step", "code", "detail", "lease_until", "finished_at"]
    overwrite(Job, jobs, ended)
    reached("jobs.finished")


@transaction.atomic
def retry_job(*, job: Job, by: Person) -> Job:
    """Queue a finished job again. Raises NotFound for a stranger's job, Conflict while it is at work."""
    found = in_turn(Job.objects.visible_to(by).filter(pk=job.pk)).first()
    if found is None:
        raise NotFound()
    if found.state in (Job.State.WAITING, Job.State.RUNNING):
        raise Conflict("This file is still waiting or being read.")
    Job.objects.filter(pk=found.pk).update(
        state=Job.State.WAITING, step=Job.Step.READ, attempt=0, lane=0, code="", detail="", finished_at=None
    )
    Rendition.objects.filter(pk=found.rendition_id).update(reading_code="", reading_detail="")
    record_events([Happening("job.retried", record=found.record_id, subject=str(found.pk))], by=by)
    wake_readers([found])
    found.refresh_from_db()
    return found
