"""Scans on their way: which pages of a file are still to be recognised, and each kept as soon as it is.

A page is kept by the bytes it belongs to and the version of the recogniser. So a long scan whose worker ends goes on
where it was, and the same bytes are never recognised twice.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from django.db import transaction

from ingest.formats.base import UNSURE, ReadFailure
from ingest.jobs import note_recognised
from ingest.models import Job, RecognisedPage
from ingest.reading.document import storable
from ingest.recognition import RECOGNISER_VERSION
from ingest.recognition.recognised import Recognised, failed_pages, place_of
from records.models import Page
from storage.crash_points import reached

_KEPT = ("number", "text", "words", "confidence", "language", "turned", "notes", "code", "detail", "place")


@dataclass(slots=True)
class Scan:
    """A file whose pages are being recognised: those that wait, those being looked at, and what was seen.

    `places` are the pages that ask for it, by number, each with its place in a part (`place_of`) where it is in one.
    """

    blob: int
    path: str
    name: str
    places: dict[int, str]
    waiting: deque[int] = field(default_factory=deque)
    looked_at: set[int] = field(default_factory=set)
    seen: dict[int, Recognised] = field(default_factory=dict)
    language: str = ""

    @property
    def complete(self) -> bool:
        return not self.waiting and not self.looked_at

    def next_page(self) -> int:
        """Take the next page that waits, to be looked at."""
        number = self.waiting.popleft()
        self.looked_at.add(number)
        return number


def begun(job: Job, path: str) -> Scan:
    """Return the scan of a job as far as it was kept: only what is left waits."""
    blob = blob_of(job)
    asking = Page.objects.filter(rendition=job.rendition_id, decision__in=UNSURE, width__isnull=False)
    rows = asking.order_by("number").values_list("number", "part", "signals")
    # A page of a part that an older release read does not say where its picture is.
    places = {number: place_of(signals) for number, part, signals in rows if not part or "in_file" in signals}
    kept = kept_pages(blob, recogniser=RECOGNISER_VERSION)
    scan = Scan(blob, path, job.rendition.version.capture.name, places)
    scan.seen = {number: kept[number] for number, place in places.items() if _is_at(kept.get(number), place)}
    scan.waiting = deque(number for number in places if number not in scan.seen)
    return scan


def _is_at(page: Recognised | None, place: str) -> bool:
    return page is not None and page.place == place


def blob_of(job: Job) -> int:
    source = job.rendition.source
    assert source is not None
    assert source.blob_id is not None
    return int(source.blob_id)


def kept_pages(blob: int, *, recogniser: str | None = None) -> dict[int, Recognised]:
    """Return the pages of these bytes that were recognised, by any version or by one, in order."""
    rows = RecognisedPage.objects.filter(blob=blob).order_by("number")
    if recogniser is not None:
        rows = rows.filter(recogniser=recogniser)
    found = {}
    for row in rows.values(*_KEPT):
        row["words"], row["notes"] = bytes(row["words"]), tuple(row["notes"])
        found[row["number"]] = Recognised(**row)
    return found


@transaction.atomic
def keep_page(*, job: Job, scan: Scan, number: int, result: object) -> bool:
    """Keep what a child saw on a page, or why it saw nothing; return whether the job is still ours.

    `result` comes from a process that a file may have taken over: only the page that was asked for is taken.
    """
    failure = result if isinstance(result, ReadFailure) else ReadFailure("reader_crashed", "The page gave no answer.")
    seen = [page for page in result if page.number == number] if isinstance(result, list) else []
    [page] = seen[:1] or failed_pages([number], failure)
    page = replace(page, text=storable(page.text), detail=storable(page.detail), place=scan.places[number])
    values = {name: getattr(page, name) for name in _KEPT if name != "number"}
    RecognisedPage.objects.update_or_create(
        blob_id=scan.blob,
        number=number,
        defaults=values | {"notes": list(page.notes), "recogniser": RECOGNISER_VERSION},
    )
    reached("scan.page_kept")
    scan.seen[number] = page
    scan.looked_at.discard(number)
    scan.language = page.language or scan.language
    return note_recognised(job=job, read=len(scan.seen), pages=len(scan.places))
