"""Which version of a record is meant on a day, and how it stands to that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from records.models import Version

IN_FORCE = "in_force"
NO_LONGER = "no_longer"
NOT_YET = "not_yet"
UNPUBLISHED = "unpublished"
STANDINGS = (IN_FORCE, NO_LONGER, NOT_YET, UNPUBLISHED)


@dataclass(frozen=True, slots=True)
class Shown:
    """The version shown for a day; `standing` says whether it was in force then, before, after, or is no version
    that readers see at all."""

    version: Version
    standing: str


def version_on(versions: Iterable[Version], day: dt.date) -> Shown | None:
    """Return the version in force on `day`, else the last that was, else the first to come.

    `versions` are those of one record that the reader may see. Where none is published, the newest is shown.
    """
    known = sorted(versions, key=lambda version: (version.valid_from or dt.date.min, version.number))
    published = [version for version in known if version.state == Version.State.PUBLISHED]
    if not published:
        newest = max(known, key=lambda version: version.number, default=None)
        return Shown(newest, UNPUBLISHED) if newest else None
    begun = [version for version in published if version.valid_from is None or version.valid_from <= day]
    if not begun:
        return Shown(published[0], NOT_YET)
    last = begun[-1]
    return Shown(last, IN_FORCE if last.valid_to is None or day < last.valid_to else NO_LONGER)
