"""What operators are told of other people's work: states, counts and codes, and nothing that names a file.

No role reads a document by itself, and file names, names of batches and a reader's words about a file say much of one.
"""

from __future__ import annotations

from typing import TypeVar

from ingest.models import Batch, Job
from records.persons import Person

_Work = TypeVar("_Work", Batch, Job)


def is_own(work: Batch | Job, person: Person) -> bool:
    """Tell whether it is this person's own work, whose names they know."""
    return person.everything or (person.user_id is not None and work.by_id == person.user_id)


def as_told_to(work: _Work, person: Person) -> _Work:
    """Return a batch or job as the person may be told of it; another's has lost its names. Not to be saved."""
    if is_own(work, person):
        return work
    if isinstance(work, Batch):
        work.name, work.series = "", None
    else:
        work.detail = ""
    return work
