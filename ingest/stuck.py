"""Readings that came to nothing without anybody's saying so: what tells them, and how they are queued again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from ingest.models import Job
from records.events import Happening, record_events
from records.models import Page, Rendition, Section
from records.persons import Person
from records.wakeups import READING, wake

STUCK_AFTER = dt.timedelta(hours=6)
AT_ONCE = 500

T = TypeVar("T")


def stuck_jobs(now: dt.datetime) -> QuerySet[Job]:
    """Keep the jobs whose worker is long gone, and those that are done although their text was never read."""
    left = Q(state=Job.State.RUNNING, lease_until__lt=now - STUCK_AFTER)
    dropped = Q(state=Job.State.DONE, rendition__reading=Rendition.Reading.PENDING)
    found: QuerySet[Job] = Job.objects.filter(left | dropped).order_by("pk")
    return found


def texts_without_job() -> QuerySet[Rendition]:
    """Keep the texts that were never read and that no job will read."""
    found: QuerySet[Rendition] = Rendition.objects.filter(
        kind=Rendition.Kind.TEXT, job=None, reading=Rendition.Reading.PENDING
    ).order_by("pk")
    return found


def texts_without_pages() -> QuerySet[Rendition]:
    """Keep the texts of which not all pages that were read are there; `present` says how many are."""
    counted = Rendition.objects.filter(kind=Rendition.Kind.TEXT).annotate(present=Count("pages"))
    found: QuerySet[Rendition] = counted.exclude(page_count=F("present")).order_by("pk")
    return found


def requeue_stuck(*, by: Person) -> int:
    """Queue again whatever is stuck, and return how much was. The texts come from their files anew."""
    stuck = set(stuck_jobs(timezone.now()).values_list("pk", flat=True))
    stuck.update(texts_without_pages().exclude(job=None).values_list("job__pk", flat=True))
    queued = 0
    for jobs in _some(iter(stuck)):
        queued += _queue_again(Job.objects.filter(pk__in=jobs), by)
    for texts in _some(iter(list(texts_without_job().values_list("pk", flat=True)))):
        queued += _queue_first(Rendition.objects.filter(pk__in=texts), by)
    wake(READING)
    return queued


@transaction.atomic
def _queue_again(jobs: QuerySet[Job], by: Person) -> int:
    found = list(jobs.values_list("pk", "record"))
    _record([(str(pk), record) for pk, record in found], by)
    texts = Rendition.objects.filter(job__in=[pk for pk, _ in found])
    _forget_pages(texts)
    texts.update(reading_code="", reading_detail="")
    return jobs.update(
        state=Job.State.WAITING,
        step=Job.Step.READ,
        attempt=0,
        lease_until=None,
        code="",
        detail="",
        finished_at=None,
    )


@transaction.atomic
def _queue_first(texts: QuerySet[Rendition], by: Person) -> int:
    now = timezone.now()
    _forget_pages(texts)
    jobs = [
        Job(rendition=text, record_id=text.version.record_id, lane=1, created_at=now)
        for text in texts.select_related("version")
    ]
    Job.objects.bulk_create(jobs)
    _record([(str(job.pk), job.record_id) for job in jobs], by)
    return len(jobs)


def _forget_pages(texts: QuerySet[Rendition]) -> None:
    """Drop what is there of texts that count as never read: a reading replaces only what an earlier one has left."""
    never = texts.filter(reading=Rendition.Reading.PENDING)
    Page.objects.filter(rendition__in=never).delete()
    Section.objects.filter(rendition__in=never).delete()


def _record(queued: list[tuple[str, uuid.UUID]], by: Person) -> None:
    record_events([Happening("job.retried", record=record, subject=job) for job, record in queued], by=by)


def _some(ids: Iterator[T]) -> Iterator[list[T]]:
    while some := list(islice(ids, AT_ONCE)):
        yield some
