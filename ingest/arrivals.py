"""What of somebody's files has arrived already: asked before anything is sent, so that nothing is sent twice.

Told within what the person sees and what they sent themselves, by the rule of `take_in`: the same name with the same
bytes is there already. Bytes that others brought in are answered like new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.accession import known_records, version_with
from ingest.models import Job, Upload
from records.models import Version
from records.persons import Person
from records.services.accession import check_may_accession

MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file in somebody's hands: its name, bytes, digest, and the external id it is to have, if any."""

    filename: str
    size: int
    sha256: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of a held file: the version that has it and the reading still to be followed, or nothing yet."""

    version: Version | None = None
    job: Job | None = None


def arrivals(*, files: Sequence[HeldFile], by: Person) -> list[Arrival]:
    """Return for each file, in order, what has arrived of it. Raises NotAllowed for who may not take documents in.

    A file with an external id has arrived when the newest version of that name has its bytes; one without, when
    this person completed an upload of the same name, length and digest whose version they still see.
    """
    check_may_accession(by, None)
    named = known_records({file.external_id for file in files if file.external_id}, by)
    own = _own_uploads([file for file in files if not file.external_id], by)
    found: list[Version | None] = []
    for file in files:
        if file.external_id:
            record = named.get(file.external_id)
            found.append(version_with(record, file.sha256) if record is not None else None)
        else:
            found.append(own.get((file.filename, file.size, file.sha256)))
    jobs = _unfinished([version for version in found if version is not None])
    return [Arrival(version, jobs.get(version.pk) if version is not None else None) for version in found]


def begun(*, filename: str, size: int, sha256: str, by: Person) -> Upload | None:
    """Return the person's upload of this very file that was begun and is still open, or None."""
    mine = Upload.objects.filter(by=by.user_id, sha256=sha256, state=Upload.State.OPEN)
    return mine.filter(filename=filename, size=size).order_by("created_at").first()


def _own_uploads(files: Sequence[HeldFile], by: Person) -> dict[tuple[str, int, str], Version]:
    complete = Upload.objects.filter(
        by=by.user_id, sha256__in={file.sha256 for file in files}, state=Upload.State.COMPLETE
    )
    seen = complete.filter(version__in=Version.objects.visible_to(by).values("pk"))
    rows = seen.select_related("version__record").order_by("created_at")
    return {(row.filename, row.size, row.sha256): row.version for row in rows if row.version is not None}


def _unfinished(versions: Sequence[Version]) -> dict[int, Job]:
    jobs = Job.objects.filter(
        rendition__version__in=[version.pk for version in versions],
        state__in=[Job.State.WAITING, Job.State.RUNNING],
    )
    return {job.rendition.version_id: job for job in jobs.select_related("rendition")}
