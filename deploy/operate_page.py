"""The operator's page: whether every part works, what waits, who has an account, what was imported last."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from deploy.health import state_of_parts
from ingest.models import Batch, Job
from records.errors import NotFound
from records.models import Dirty, Record, RoleAssignment, User
from records.web.doors import page, signed_in

LATEST = 10
PARTS: dict[str, Promise] = {
    "database": _("Database"),
    "migrations": _("State of the tables"),
    "store": _("File store"),
    "search": _("Search index"),
    "worker": _("Worker"),
}


@require_safe
@page
def operate_page(request: HttpRequest) -> HttpResponse:
    """Show figures without content. For everybody but operators there is no such page."""
    if not signed_in(request).has_role("operator"):
        raise NotFound()
    return render(request, "deploy/operate.html", figures())


def figures() -> dict[str, Any]:
    """Return what the page shows; nothing of it names a document."""
    parts = [(str(PARTS.get(name, name)), works) for name, works in state_of_parts().items()]
    jobs = dict(Job.objects.order_by().values_list("state").annotate(count=Count("pk")))
    failures = Job.objects.filter(state=Job.State.FAILED).order_by().values_list("code").annotate(count=Count("pk"))
    roles = RoleAssignment.objects.order_by().values_list("role").annotate(count=Count("pk"))
    return {
        "parts": parts,
        "waiting": jobs.get(Job.State.WAITING, 0),
        "running": jobs.get(Job.State.RUNNING, 0),
        "failed": jobs.get(Job.State.FAILED, 0),
        "failures": sorted(failures, key=lambda row: -row[1]),
        "dirty": Dirty.objects.count(),
        "records": Record.objects.count(),
        "scans": Record.objects.filter(needs_ocr=True).count(),
        "users": User.objects.filter(is_active=True).count(),
        "roles": [(RoleAssignment.Role(role).label, count) for role, count in sorted(roles)],
        "batches": Batch.objects.order_by("-created_at").annotate(items_count=Count("items"))[:LATEST],
    }
