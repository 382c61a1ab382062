"""The pages of a bulk import: how far it is, what its archivist does with it, and its receipt to read and print."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from ingest.batches import cancel_batch, counts_of, is_broken_off, pause_batch, resume_batch
from ingest.models import Batch, BatchItem
from ingest.receipt_download import receipt_response
from ingest.receipts import totals_of
from ingest.taking_back import publish_batch, take_back_batch
from ingest.withholding import as_told_to, is_own
from records.errors import LegajoError, NotFound
from records.models import Version
from records.persons import Person
from records.web.doors import page, signed_in
from records.web.refusals import sentence

SHOWN = 500
A_PAGE = 1000


@require_safe
@page
def batch_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a bulk import: how many of each, each failure with its reason, and what may be done with it."""
    person = signed_in(request)
    batch = _batch(pk, person)
    counts = counts_of(batch)
    own = is_own(batch, person)
    jobs = dict.fromkeys(("waiting", "running"), 0)
    for state in jobs:
        jobs[state] = batch.jobs.filter(state=state).count()
    come = sum(counts.values())
    context = {
        "counts": counts,
        "jobs": jobs,
        "total": max(batch.files, come),
        "come": come,
        "failures": batch.items.filter(state=BatchItem.State.FAILED).order_by("pk")[:SHOWN],
        "own": own,
        "broken_off": is_broken_off(batch),
        "moves": _moves(batch) if own else [],
        "batch": as_told_to(batch, person),
    }
    return render(request, "ingest/batch.html", context)


def _batch(pk: uuid.UUID, person: Person) -> Batch:
    found: Batch | None = Batch.objects.visible_to(person).filter(pk=pk).select_related("series").first()
    if found is None:
        raise NotFound()
    return found


def own_batch(pk: uuid.UUID, person: Person) -> Batch:
    """Return a batch of this person's own. Raises NotFound for another's, even for operators."""
    batch = _batch(pk, person)
    if not is_own(batch, person):
        raise NotFound()
    return batch


def _moves(batch: Batch) -> list[str]:
    """Return what may be done with a batch as it stands."""
    if batch.state in (Batch.State.DRAFT, Batch.State.CHECKED):
        return ["cancel"]
    if batch.state == Batch.State.RUNNING:
        return ["pause", "cancel"]
    if batch.state == Batch.State.PAUSED:
        return ["resume", "cancel"]
    drafts = batch.items.filter(state=BatchItem.State.IMPORTED, version__state=Version.State.DRAFT).exists()
    return ["publish", "take-back"] if drafts else []


def _paused(batch: Batch, by: Person, reason: str) -> str:
    pause_batch(batch=batch, by=by)
    return gettext("The import is held. It goes on when you say so.")


def _resumed(batch: Batch, by: Person, reason: str) -> str:
    resume_batch(batch=batch, by=by)
    return gettext("The import goes on.")


def _cancelled(batch: Batch, by: Person, reason: str) -> str:
    cancel_batch(batch=batch, by=by)
    return gettext("The import is cancelled. What came in stays.")


def _published(batch: Batch, by: Person, reason: str) -> str:
    done, refused = publish_batch(batch=batch, by=by)
    told = gettext("%(done)s documents are published.") % {"done": done}
    if refused:
        told += " " + gettext("%(count)s could not be.") % {"count": len(refused)}
    return told


def _taken_back(batch: Batch, by: Person, reason: str) -> str:
    outcome = take_back_batch(batch=batch, by=by, reason=reason)
    told = gettext("%(count)s documents were taken back.") % {"count": outcome.removed}
    if outcome.kept:
        told += " " + gettext("%(count)s stay: they were published, or somebody worked on them.") % {
            "count": len(outcome.kept)
        }
    return told


MOVES: dict[str, Callable[[Batch, Person, str], str]] = {
    "pause": _paused,
    "resume": _resumed,
    "cancel": _cancelled,
    "publish": _published,
    "take-back": _taken_back,
}


@require_POST
@page
def batch_move(request: HttpRequest, pk: uuid.UUID, move: str) -> HttpResponse:
    """Do one thing with a batch of one's own and go back to it; a refusal is said there."""
    by = signed_in(request)
    batch = own_batch(pk, by)
    try:
        messages.success(request, MOVES[move](batch, by, request.POST.get("reason", "")[:500]))
    except NotFound:
        raise
    except LegajoError as refusal:
        messages.error(request, sentence(refusal))
    return redirect("batch", pk=pk)


@require_safe
@page
def receipt_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the receipt of one's own batch to read and print, a thousand files a page."""
    person = signed_in(request)
    batch = own_batch(pk, person)
    files = Paginator(batch.items.order_by("pk"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "ingest/receipt.html", {"batch": batch, "files": files, "totals": totals_of(batch)})


@require_safe
@page
def receipt_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the signed receipt as a file. Raises NotFound for another's batch."""
    person = signed_in(request)
    # A file sent piece by piece is no HttpResponse to the type checker, and is one to Django.
    return cast(HttpResponse, receipt_response(_batch(pk, person), person))
