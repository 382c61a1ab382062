"""Records that the engine does not take: noted with the reason until they are taken."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from search.backends.base import Refused
from search.models import SetAside


@transaction.atomic
def set_aside(refused: Iterable[Refused], *, among: Sequence[uuid.UUID] | None = None) -> None:
    """Note which records were refused, and that the others among them (all, if not said) were taken."""
    taken = SetAside.objects.all() if among is None else SetAside.objects.filter(record__in=among)
    taken.delete()
    reasons = {uuid.UUID(one.record): one.reason for one in refused}
    now = timezone.now()
    SetAside.objects.bulk_create(SetAside(record=pk, reason=reason, at=now) for pk, reason in reasons.items())
