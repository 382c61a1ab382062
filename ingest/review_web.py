"""The lists of a bulk import to go through: a row a document, Enter keeps it and goes on to the next."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from ingest.batch_web import own_batch
from ingest.models import Batch
from ingest.review import ASKED, REASONS, counts_to_review, lacking, review, to_review
from records.errors import LegajoError, NotFound
from records.kinds import all_kinds
from records.models import Record
from records.persons import Person
from records.web.doors import page, signed_in
from records.web.refusals import sentence
from records.web.wording import kind_label

A_PAGE = 25
LABELS: dict[str, Promise] = {
    "differs": _("Otherwise than the list says"),
    "doubt": _("Read with doubt"),
    "kind": _("Without a kind"),
    "number": _("Without a number"),
    "date": _("Without a date"),
    "title": _("Without a title"),
    "language": _("In another language"),
    "double": _("With a number that another bears"),
    "no_text": _("Without text"),
}
_AT_FIRST = {
    "differs": "number",
    "kind": "kind",
    "number": "number",
    "date": "date",
    "title": "title",
    "double": "number",
}
"""The field that is asked first, by the list that is gone through."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def review_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a list of one's own batch, or keep the word on one of its documents and show the rest."""
    by = signed_in(request)
    batch = own_batch(pk, by)
    wrong = _kept(request, batch, by) if request.method == "POST" else {}
    if request.method == "POST" and not wrong:
        return redirect(request.get_full_path())
    return render(request, "ingest/review.html", _shown(request, batch, by, wrong))


def _kept(request: HttpRequest, batch: Batch, by: Person) -> dict[str, Any]:
    """Keep a row; return nothing, or what was wrong with it and what was said in it."""
    said = {name: request.POST.get(name, "")[:20_000].strip() for name in ASKED}
    record, revision = request.POST.get("record", ""), request.POST.get("revision", "")
    try:
        known = str(uuid.UUID(record))
    except ValueError:
        raise NotFound() from None
    try:
        number = int(revision) if revision.isdecimal() and len(revision) < 19 else -1
        done = review(batch=batch, record=known, said=said, by=by, if_revision=number)
    except NotFound:
        raise
    except LegajoError as refusal:
        return {"record": known, "why": sentence(refusal), "said": said, "field": refusal.attr or "title"}
    messages.success(request, gettext("Kept: %(title)s") % {"title": (done.title or done.number)[:120]})
    return {}


def _shown(request: HttpRequest, batch: Batch, by: Person, wrong: dict[str, Any]) -> dict[str, Any]:
    counts = counts_to_review(batch, by)
    first = next((reason for reason in REASONS if counts[reason]), REASONS[0])
    asked = request.GET.get("list", first)
    reason = asked if asked in REASONS else first
    rows = to_review(batch, by).filter(lacking(reason, by)).defer("metadata", "notes")
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return {
        "batch": batch,
        "reason": reason,
        "lists": [(name, LABELS[name], counts[name]) for name in REASONS if counts[name] or name == reason],
        "rows": _focused([_row(record, wrong) for record in shown.object_list], wrong, reason),
        "shown": shown,
        "kinds": sorted(kind_label(kind.code) for kind in all_kinds()),
    }


def _row(record: Record, wrong: dict[str, Any]) -> dict[str, Any]:
    said = {
        "kind": kind_label(record.kind),
        "number": record.number,
        "date": record.date_text,
        "title": record.title,
    }
    mine = wrong.get("record") == str(record.pk)
    return {"record": record, **said, **(wrong["said"] if mine else {}), "why": wrong["why"] if mine else ""}


def _focused(rows: list[dict[str, Any]], wrong: dict[str, Any], reason: str) -> list[dict[str, Any]]:
    """Say which field is at hand: that of the refusal, else the first row's of what the list is about."""
    for row in rows:
        if row["why"]:
            row["focus"] = wrong["field"]
            return rows
    if rows:
        rows[0]["focus"] = _AT_FIRST.get(reason, "title")
    return rows
