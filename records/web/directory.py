"""Pages of bodies and sessions: who they are, when they met, and what the reader may see of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from records.api import parameters
from records.directory import bodies_known_to, seats_known_to, sessions_known_to
from records.errors import NotFound
from records.models import Body, Membership, Record, Session
from records.persons import Person
from records.web.doors import page
from records.web.people import person_of

LATEST = 10
A_PAGE_OF_SESSIONS = 40


@dataclass(slots=True)
class Branch:
    """A body and those below it."""

    body: Body
    below: list[Branch] = field(default_factory=list)


def tree_of(bodies: Iterable[Body]) -> list[Branch]:
    """Return the bodies as a tree; one whose parent is not among them stands at the top."""
    branches = {body.pk: Branch(body) for body in bodies}
    top: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.body.parent_id) if branch.body.parent_id else None
        (parent.below if parent else top).append(branch)
    return top


@require_safe
@page
def bodies_page(request: HttpRequest) -> HttpResponse:
    """Show all bodies as a tree, and which of them the person sits in."""
    person = person_of(request)
    context = {"tree": tree_of(bodies_known_to(person)), "own": {seat.body_id for seat in seats_now(person)}}
    return render(request, "records/bodies.html", context)


def seats_now(person: Person) -> list[Membership]:
    """Return the seats a person holds today."""
    seats = seats_known_to(person).filter(user=person.user_id, starts__lte=person.today)
    return [seat for seat in seats if seat.ends is None or seat.ends >= person.today]


@require_safe
@page
def body_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show a body: what lies below it, its sessions, its latest records, and to those who sign in its members."""
    person = person_of(request)
    body = bodies_known_to(person).filter(code=code).first()
    if body is None:
        raise NotFound()
    seats = list(seats_known_to(person).filter(body=body))
    context = {
        "body": body,
        "below": bodies_known_to(person).filter(parent=body),
        "seats": [seat for seat in seats if seat.ends is None or seat.ends >= person.today],
        "past_seats": [seat for seat in seats if seat.ends is not None and seat.ends < person.today],
        "sessions": sessions_with_minutes(sessions_known_to(person).filter(body=body)[:LATEST], person),
        "latest": latest_records(person, body=body),
    }
    return render(request, "records/body.html", context)


def latest_records(person: Person, **among: Any) -> list[Record]:
    """Return the newest records by date that this person may read."""
    rows = Record.objects.visible_to(person).within_reach(person).filter(**among)
    return list(rows.order_by(F("date_max").desc(nulls_last=True), "-created_at", "pk")[:LATEST])


@dataclass(frozen=True, slots=True)
class Held:
    """A session and the records of it that the reader may see."""

    session: Session
    records: list[Record]


def sessions_with_minutes(sessions: Iterable[Session], person: Person) -> list[Held]:
    """Return sessions with what the person may read of each, in one query for all; minutes come first."""
    rows = list(sessions)
    found: dict[int, list[Record]] = {}
    for record in Record.objects.visible_to(person).filter(session__in=rows).order_by("created_at", "pk"):
        found.setdefault(record.session_id or 0, []).append(record)
    return [Held(session, sorted(found.get(session.pk, []), key=_minutes_first)) for session in rows]


def _minutes_first(record: Record) -> bool:
    return not record.kind.startswith("acta")


@require_safe
@page
def sessions_page(request: HttpRequest) -> HttpResponse:
    """Show sessions, newest first, of one body, kind or year where asked."""
    person = person_of(request)
    parameters.refuse_unknown(request.GET, {"body", "kind", "year", "page"})
    known = sessions_known_to(person)
    rows = known
    if code := request.GET.get("body"):
        rows = rows.filter(body__code=code)
    if kind := request.GET.get("kind"):
        rows = rows.filter(kind=kind)
    if year := parameters.number(request.GET, "year", most=9999):
        rows = rows.filter(year=year)
    leaf = Paginator(rows, A_PAGE_OF_SESSIONS).get_page(parameters.number(request.GET, "page") or 1)
    context = {
        "held": sessions_with_minutes(leaf.object_list, person),
        "leaf": leaf,
        "bodies": bodies_known_to(person).filter(sessions__in=known).distinct(),
        "kinds": Session.Kind.choices,
        "years": known.order_by("-year").values_list("year", flat=True).distinct(),
        "chosen": {"body": code or "", "kind": kind or "", "year": year or ""},
    }
    return render(request, "records/sessions.html", context)


@require_safe
@page
def session_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show one session with what the person may read of it."""
    person = person_of(request)
    session = sessions_known_to(person).filter(code=code).first()
    if session is None:
        raise NotFound()
    [held] = sessions_with_minutes([session], person)
    around = sessions_known_to(person).filter(body=session.body).order_by("date", "code")
    context = {
        "session": session,
        "records": held.records,
        "before": around.filter(date__lt=session.date).last(),
        "after": around.filter(date__gt=session.date).first(),
    }
    return render(request, "records/session.html", context)
