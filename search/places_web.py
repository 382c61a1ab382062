"""The page of all places within one record that hold what is asked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from records.api import parameters
from records.errors import InvalidValue
from records.web.doors import page, record_for
from records.web.people import person_of
from records.web.reading import version_meant, versions_seen
from search.params import LONGEST_TEXT
from search.passages import HitView
from search.places import PlacesFound, hits_within

KNOWN = frozenset({"q", "version", "as_of", "page"})
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A place, and the link that opens the text there."""

    hit: HitView
    url: str


@require_safe
@page
def record_hits_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show every place of the version that is meant, by page and article, with the words marked."""
    person = person_of(request)
    record = record_for(person, pk)
    parameters.refuse_unknown(request.GET, KNOWN)
    question = request.GET.get("q", "").replace("\x00", " ").strip()
    if len(question) > LONGEST_TEXT:
        raise InvalidValue(f"At most {LONGEST_TEXT} characters are searched for.", attr="q")
    day = parameters.day(request.GET, "as_of")
    meant = version_meant(versions_seen(record, person, day or person.today), request.GET, day or person.today)
    first = ((parameters.number(request.GET, "page", most=9999) or 1) - 1) * A_PAGE
    found = hits_within(meant.version, question, person=person, size=A_PAGE, first=first)
    kept = {name: request.GET[name] for name in ("version", "as_of") if request.GET.get(name)}
    context = {
        "record": record,
        "version": meant.version,
        "question": question,
        "kept": kept,
        "back": urlencode({**kept, "q": question}),
        "total": found.total,
        "results": _linked(found, {**kept, "q": question}),
        "leaf": _leaf(found),
    }
    return render(request, "search/record_hits.html", context)


def _linked(found: PlacesFound, query: dict[str, str]) -> list[Found]:
    """Return the places with their links, which name them by their rank."""
    return [
        Found(hit, f"?{urlencode({**query, 'place': str(rank)})}#first-mark")
        for rank, hit in enumerate(found.hits, start=found.first + 1)
    ]


def _leaf(found: PlacesFound) -> Page[int]:
    return Paginator(range(found.total), A_PAGE).get_page(found.first // A_PAGE + 1)
