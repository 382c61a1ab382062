"""The operator's page: whether every part works, what needs somebody, what waits, who has an account."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from deploy.alerts import present
from deploy.backups.taking import PULSE as BACKUP
from deploy.health import state_of_parts
from deploy.health_checks import disk_room
from deploy.site_figures import site_figures
from deploy.worker import TICK
from ingest.models import Batch
from records.errors import NotFound
from records.models import Record, RoleAssignment, User
from records.web.doors import page, signed_in
from search.ranking import RELEVANCE

LATEST = 10
PARTS: dict[str, Promise] = {
    "database": _("Database"),
    "migrations": _("State of the tables"),
    "store": _("File store"),
    "search": _("Search index"),
    "queue": _("Queue"),
    "counters": _("Counters of sign-in attempts"),
    "worker": _("Worker"),
}


@require_safe
@page
def operate_page(request: HttpRequest) -> HttpResponse:
    """Show figures without content. For everybody but operators there is no such page."""
    if not signed_in(request).has_role("operator"):
        raise NotFound()
    return render(request, "deploy/operate.html", shown())


def shown() -> dict[str, Any]:
    """Return what the page shows; nothing of it names a document."""
    parts, found = state_of_parts(), site_figures()
    roles = RoleAssignment.objects.order_by().values_list("role").annotate(count=Count("pk"))
    return {
        "parts": [(PARTS.get(name, name), part) for name, part in parts.items()],
        "alerts": present(parts, found, disk_room()),
        "found": found,
        "relevance": RELEVANCE.version,
        "failures": sorted(found.failures.items(), key=lambda row: -row[1]),
        "waiting_since": _since(found.waiting_longest),
        "dirty_since": _since(found.dirty_oldest),
        "clock_since": _since(found.pulses[TICK]) if TICK in found.pulses else None,
        "backup_since": _since(found.pulses[BACKUP]) if BACKUP in found.pulses else None,
        "scans": Record.objects.filter(needs_ocr=True).count(),
        "users": User.objects.filter(is_active=True).count(),
        "roles": [(RoleAssignment.Role(role).label, count) for role, count in sorted(roles)],
        "batches": Batch.objects.order_by("-created_at").annotate(items_count=Count("items"))[:LATEST],
    }


def _since(seconds: float) -> dt.datetime | None:
    """Return the moment so long ago; None where nothing waits."""
    return timezone.now() - dt.timedelta(seconds=seconds) if seconds else None
