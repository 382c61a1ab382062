"""What the passing of days changes: grants that begin or end without anybody's doing."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from records.models import Dirty, Grant, Pulse
from records.services.outbox import touch

BATCH = 500


def tell_of_grants(day: dt.date) -> int:
    """Leave dirty rows for the records whose grants began or ended by `day`; return how many times one did.

    Each batch is told of and marked as told in one transaction, so that a crash neither loses one nor tells twice.
    Grants on series are only marked: what they open is worked out when a person asks, not in the index.
    """
    ended = Q(end_told=False, ends__lt=day)
    begun = Q(start_told=False) & (Q(starts=None) | Q(starts__lte=day))
    return _tell(ended, "end_told") + _tell(begun, "start_told")


def _tell(due: Q, mark: Literal["start_told", "end_told"]) -> int:
    told = 0
    while ids := list(Grant.objects.filter(due).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        told += _tell_some(due & Q(pk__in=ids), mark)
    return told


@transaction.atomic
def _tell_some(due: Q, mark: Literal["start_told", "end_told"]) -> int:
    """Tell of these grants, as far as they are still due: one may have been given anew meanwhile."""
    grants = dict(Grant.objects.select_for_update().filter(due).values_list("pk", "record"))
    records = {record for record in grants.values() if record is not None}
    touch(records, narrows=mark == "end_told", lane=Dirty.Lane.PERSON)
    return Grant.objects.filter(pk__in=grants).update(**{mark: True})


def note_pulse(*, name: str) -> None:
    """Say that what is due by the clock has just been done."""
    Pulse.objects.update_or_create(name=name, defaults={"at": timezone.now()})
