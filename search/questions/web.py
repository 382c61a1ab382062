"""The page of what is asked, for archivists; for all others there is no such address."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from records.api import parameters
from records.errors import NotFound
from records.persons import Person
from records.web.doors import page
from records.web.people import person_of
from search.questions.listing import MOST_ROWS, ORDERS, may_read_questions, told, totals, written
from search.questions.wording import LONGEST, OTHER
from search.ranking import RELEVANCE

A_PAGE = 50
DAYS = 30
MOST_DAYS = 3650
ORDER_LABELS = {"asked": _("Asked most"), "empty": _("Nothing found")}


@require_safe
@page
def questions_page(request: HttpRequest) -> HttpResponse:
    """Show what was asked most, or most in vain, over some days."""
    wanted = _wanted(request)
    leaf = Paginator(totals(**wanted), A_PAGE).get_page(parameters.number(request.GET, "page") or 1)
    context = {
        "rows": told(leaf.object_list, since=wanted["since"]),
        "leaf": leaf,
        "days": _days(request),
        "wanted": wanted,
        "orders": [(name, ORDER_LABELS[name]) for name in ORDERS],
        "kept": settings.LEGAJO_SEARCH_LOG,
        "version": RELEVANCE.version,
        "other": OTHER,
    }
    return render(request, "search/questions.html", context)


@require_safe
@page
def export_questions(request: HttpRequest) -> HttpResponse:
    """Give the same as a table."""
    wanted = _wanted(request)
    rows = told(islice(totals(**wanted), MOST_ROWS), since=wanted["since"])
    headers = {"Content-Disposition": 'attachment; filename="questions.csv"'}
    return HttpResponse(written(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _wanted(request: HttpRequest) -> dict[str, Any]:
    """Return which questions an archivist wants. Raises NotFound for anybody else; InvalidValue, UnknownParameter."""
    person = person_of(request)
    if not may_read_questions(person):
        raise NotFound()
    query = request.GET
    parameters.refuse_unknown(query, {"q", "order", "days", "page"})
    return {
        "since": _first_day(person, _days(request)),
        "order": parameters.choice(query, "order", ORDERS, ORDERS[0]),
        "text": query.get("q", "")[:LONGEST],
    }


def _days(request: HttpRequest) -> int:
    return parameters.number(request.GET, "days", most=MOST_DAYS) or DAYS


def _first_day(person: Person, days: int) -> dt.date:
    return person.today - dt.timedelta(days=days - 1)
