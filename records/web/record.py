"""The page of a record, and the list of what happened to it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from records.access import may
from records.api import parameters
from records.chronicle import events_of, told_to
from records.classification import Classification
from records.models import Grant, Record, Series
from records.persons import Person
from records.web.doors import page, record_for
from records.web.finding import Finder, nothing_found, places_seen
from records.web.people import person_of
from records.web.reading import Marker, Standing, no_marks, text_of, version_meant, versions_seen
from records.web.wording import reader_words

KNOWN = frozenset({"version", "as_of", "page", "section", "leaf", "q", "place"})
A_LONG_TITLE = 140
MOST_EVENTS = 200


@require_safe
@page
def record_page(
    request: HttpRequest, pk: uuid.UUID, *, mark: Marker = no_marks, find: Finder = nothing_found
) -> HttpResponse:
    """Show a record: the version that is meant, its text, its file, and what this person may do with it."""
    person = person_of(request)
    record = record_for(person, pk)
    parameters.refuse_unknown(request.GET, KNOWN)
    asked = parameters.day(request.GET, "as_of")
    seen = versions_seen(record, person, asked or person.today)
    meant = version_meant(seen, request.GET, asked or person.today)
    places = places_seen(find, meant.version, request.GET, person)
    context = {
        "record": record,
        "versions": seen,
        "meant": meant,
        "why": why_this_one(meant, request, asked),
        "asked_day": asked,
        "text": text_of(meant.version.reading, request.GET, mark, places.spot),  # type: ignore[attr-defined]
        "places": places,
        "which": {name: request.GET[name] for name in ("version", "as_of") if request.GET.get(name)},
        "question": request.GET.get("q", ""),
        "long_title": len(record.title) > A_LONG_TITLE,
        **powers(person, record),
    }
    return render(request, "records/record.html", context)


def why_this_one(meant: Standing, request: HttpRequest, asked: dt.date | None) -> str:
    """Return, in a sentence, why it is this version that is shown."""
    if request.GET.get("version"):
        return _("You chose this version.")
    if asked:
        return {
            "in_force": _("It is how the document stood on the day you asked for."),
            "no_longer": _("It is the last that was valid before the day you asked for."),
            "not_yet": _("None was valid yet on the day you asked for; this is the first to come."),
        }.get(meant.standing, "")
    return {
        "in_force": _("It is the current one."),
        "no_longer": _("It is the last that was valid; none is today."),
        "not_yet": _("None is valid yet; this is the first to come."),
        "draft": _("It is a draft: only those who may edit it see it."),
        "withdrawn": _("It has been withdrawn: only those who may edit it see it."),
    }.get(meant.standing, "")


def powers(person: Person, record: Record) -> dict[str, Any]:
    """Return what the person may do here, and for those who decide on it, who may read."""
    edits = may(person, record, "edit")
    manages = may(person, record, "manage")
    found: dict[str, Any] = {"may_edit": edits, "may_manage": manages, "may_see_events": may_see_events(person, record)}
    if edits:
        found["checked"] = checked_by(record)
    if manages:
        found |= {"readers": readers_of(record), "classes": Classification.choices, "actions": Grant.Action.choices}
    return found


def checked_by(record: Record) -> dict[str, Any] | None:
    """Return who compared the record with its file and when, if somebody has."""
    said = record.checked
    return {"by": said["by"], "at": dt.datetime.fromisoformat(said["at"])} if said else None


def may_see_events(person: Person, record: Record) -> bool:
    """Tell whether the person may see what happened: auditors, and those who decide who reads."""
    return person.has_role("auditor") or may(person, record, "manage")


def readers_of(record: Record) -> list[str]:
    """Return, in words, who may read this record besides those with a grant of their own."""
    found = []
    if record.classification in (Classification.PUBLIC, Classification.INTERNAL):
        found.append(reader_words(record.classification))
    rule = record.series.belonging if record.series else Series.Belonging.NEAREST
    if record.session and rule in ("nearest", "session", "both"):
        found.append(_("Members of %(name)s when session %(code)s was held") % _of_session(record))
    if record.body and (rule in ("body", "both") or (rule == "nearest" and not record.session)):
        found.append(reader_words(f"body:{record.body.name}"))
    if record.series:
        found.append(_("Whoever has a grant for the series %(name)s or one above it") % {"name": record.series.title})
    return found


def _of_session(record: Record) -> dict[str, str]:
    assert record.session is not None
    return {"name": record.session.body.name, "code": record.session.code}


@require_safe
@page
def record_events(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what happened to a record, newest first, to auditors and those who manage it."""
    person = person_of(request)
    record = record_for(person, pk)
    newest = events_of(record, person).order_by("-id")[:MOST_EVENTS]
    return render(request, "records/events.html", {"record": record, "told": told_to(newest, person)})
