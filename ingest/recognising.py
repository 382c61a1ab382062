"""Recognition asked for anew: of what no engine has seen, what was hard to read, what an older version read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from ingest.formats.base import UNSURE
from ingest.jobs import wake_readers
from ingest.models import Job, RecognisedPage
from ingest.recognition import RECOGNISER_VERSION
from ingest.recognition.raster import IMAGE_FORMATS
from records.events import Happening, record_events
from records.models import Page, Rendition, Series
from records.persons import Person

_ENDED = (Job.State.DONE, Job.State.FAILED)
_MOST_AT_ONCE = 200
# Codes of readings that a site without recognition, or an older release, left behind.
_LEFT = ("no_text_layer", "awaiting_recognition", "no_reader")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pages are to be recognised anew, besides those that never were: by confidence, series or document."""

    below: float = 0.0
    series: Series | None = None
    external_id: str = ""


def ask_again(*, wanted: Wanted, by: Person) -> int:
    """Queue the files that hold such pages; return how many. Those that wait or are being read are left alone."""
    texts = sorted(set(_texts(wanted)))
    return sum(
        _queue(texts=texts[at : at + _MOST_AT_ONCE], below=wanted.below, by=by)
        for at in range(0, len(texts), _MOST_AT_ONCE)
    )


def _texts(wanted: Wanted) -> Iterator[int]:
    renditions = Rendition.objects.filter(kind=Rendition.Kind.TEXT, job__state__in=_ENDED)
    if wanted.series is not None:
        renditions = renditions.filter(version__record__series=wanted.series)
    if wanted.external_id:
        renditions = renditions.filter(version__record__external_id=wanted.external_id)
    left = Q(reading_code="no_reader", format__in=IMAGE_FORMATS) | Q(reading_code__in=_LEFT[:2])
    yield from renditions.filter(left).values_list("pk", flat=True)
    pages = Page.objects.filter(rendition__in=renditions, decision__in=UNSURE)
    for text, signals in pages.values_list("rendition", "signals").iterator():
        if _is_wanted(signals, wanted.below):
            yield text


def _is_wanted(signals: Mapping[str, Any], below: float) -> bool:
    outdated = signals.get("ocr") != RECOGNISER_VERSION or "ocr_failed" in signals
    return outdated or float(signals.get("confidence", 0)) < below


@transaction.atomic
def _queue(*, texts: list[int], below: float, by: Person) -> int:
    jobs = list(Job.objects.select_for_update().filter(rendition__in=texts, state__in=_ENDED))
    blobs = Rendition.objects.filter(pk__in=[job.rendition_id for job in jobs]).values("source__blob")
    # What is kept of these pages is what must be bettered.
    doubtful = Q(confidence__lt=below) | ~Q(code="")
    RecognisedPage.objects.filter(doubtful, blob__in=blobs).delete()
    for job in jobs:
        job.state, job.step, job.attempt, job.lane, job.heavy = Job.State.WAITING, Job.Step.READ, 0, 1, True
        job.code, job.detail, job.finished_at = "", "", None
        job.pages_read = job.pages = 0
    changed = [
        "state",
        "step",
        "attempt",
        "lane",
        "heavy",
        "code",
        "detail",
        "finished_at",
        "pages_read",
        "pages",
    ]
    Job.objects.bulk_update(jobs, changed)
    record_events([Happening("job.retried", record=job.record_id, subject=str(job.pk)) for job in jobs], by=by)
    wake_readers(jobs)
    return len(jobs)
