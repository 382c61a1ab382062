"""Which version of a record is shown on a day, and what that version is on it. Nothing of this is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from records.models import Version


class Standing(StrEnum):
    """What a version is on a day."""

    IN_FORCE = "in_force"
    LAST = "last"
    FIRST_TO_COME = "first_to_come"
    EARLIER = "earlier"
    LATER = "later"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Shown:
    """The version of the ordinary view, and why it is this one."""

    version: Version
    standing: Standing


def shown_on(versions: Iterable[Version], day: dt.date) -> Shown | None:
    """Return the version shown on a day: the one in force, else the last that was, else the first to come.

    Where nothing is published it is the newest draft or withdrawn version. Give only versions the person may see.
    """
    rows = list(versions)
    published = sorted(
        (version for version in rows if version.state == Version.State.PUBLISHED),
        key=lambda version: (version.valid_from or dt.date.min, version.number),
    )
    if published:
        begun = [version for version in published if version.valid_from is None or version.valid_from <= day]
        if not begun:
            return Shown(published[0], Standing.FIRST_TO_COME)
        last = begun[-1]
        runs = last.valid_to is None or day < last.valid_to
        return Shown(last, Standing.IN_FORCE if runs else Standing.LAST)
    newest = max(rows, key=lambda version: version.number, default=None)
    return Shown(newest, Standing(newest.state)) if newest else None


def standing_of(version: Version, versions: Iterable[Version], day: dt.date) -> Standing:
    """Return what one version is on a day, beside the record's other versions."""
    if version.state != Version.State.PUBLISHED:
        return Standing(version.state)
    shown = shown_on(versions, day)
    if shown is not None and shown.version.pk == version.pk:
        return shown.standing
    return Standing.LATER if version.valid_from and version.valid_from > day else Standing.EARLIER
