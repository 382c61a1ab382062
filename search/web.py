"""The search page and the welcome: what was asked, in words, and links that change one thing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language_from_request, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from records.directory import bodies_known_to
from records.errors import CursorExpired, InvalidCursor, SearchUnavailable
from records.models import Record
from records.persons import Person
from records.web.directory import latest_records, seats_now, tree_of
from records.web.doors import page
from records.web.people import person_of
from search.asking import read_text
from search.labels import labelled
from search.params import SCOPES, SORTS, SearchParams, params_from
from search.questions.tally import count_question
from search.service import Answer, FacetValue, Result, answer

FACETS: dict[str, Promise] = {
    "kind": _("Kind"),
    "issuer": _("Issuer"),
    "year": _("Year"),
    "body": _("Body"),
    "series": _("Series"),
    "session_kind": _("Kind of session"),
    "language": _("Language"),
}
DAYS: dict[str, Promise] = {
    "date_from": _("from %(day)s"),
    "date_to": _("to %(day)s"),
    "as_of": _("as it stood on %(day)s"),
}
SORT_LABELS: dict[str, Promise] = {
    "relevance": _("Best match"),
    "-date": _("Newest"),
    "date": _("Oldest"),
    "number": _("Number"),
}
SCOPE_LABELS: dict[str, Promise] = {"documents": _("Documents"), "text": _("In the text")}
MOST_SINGLE_WORDS = 6
KINDS_SHOWN = 12
MOST_SINGLE_WORDS = 6
MINUTES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Link:
    """A way to change one thing of a search. `url` is a query string; `count` is None where none is known."""

    label: str
    url: str
    chosen: bool = False
    count: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A result and where its links lead."""

    result: Result
    url: str
    hits: list[tuple[Any, str]]


@require_safe
@page
def home_page(request: HttpRequest) -> HttpResponse:
    """Welcome whoever comes without a question, with what is theirs to browse; else search."""
    if request.GET:
        return _search(request)
    person = person_of(request)
    seats = seats_now(person)
    context = {
        "kinds": _kinds(person),
        "latest": latest_records(person),
        "seats": seats,
        "minutes": _minutes_of(person, [seat.body_id for seat in seats]),
        "tree": tree_of(bodies_known_to(person)),
        "q": "",
    }
    return render(request, "search/welcome.html", context)


def _minutes_of(person: Person, bodies: list[int]) -> list[Record]:
    """Return the latest minutes of these bodies that the person may read."""
    return latest_records(person, kind="acta", session__body__in=bodies)[:MINUTES_SHOWN] if bodies else []


def _kinds(person: Person) -> list[FacetValue]:
    """Return the kinds there are for this person, the most frequent first; none while search is not available."""
    try:
        counted = answer(SearchParams(facets=("kind",), size=1), person=person).facets
    except SearchUnavailable:
        return []
    return list(counted.get("kind", []))[:KINDS_SHOWN]


@require_safe
@page
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the form and what it finds."""
    return _search(request)


def _search(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    query = _without_empty(request.GET)
    query["facets"] = ",".join(FACETS)
    params = params_from(query, reads=get_language_from_request(request))
    try:
        found = answer(params, person=person)
        count_question(params, total=found.total, milliseconds=found.took_ms, person=person)
    except (CursorExpired, InvalidCursor):
        messages.info(request, gettext("The results have changed since; this is the first page again."))
        return redirect(f"{request.path}?{changed(request.GET)}")
    return render(request, "search/search.html", _context(request.GET, params, found))


def _without_empty(query: QueryDict) -> QueryDict:
    """Return the query without the fields a form sent empty."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if given := [value for value in values if value.strip()]:
            kept.setlist(name, given)
    return kept


def _context(query: QueryDict, params: SearchParams, found: Answer) -> dict[str, Any]:
    return {
        "q": params.q,
        "params": params,
        "answer": found,
        "results": [_found(result, params) for result in found.results],
        "facets": _facets(query, params, found.facets),
        "chips": _chips(query, params, found.facets),
        "scopes": [_switch(query, "scope", value, params.scope, SCOPE_LABELS[value]) for value in SCOPES],
        "sorts": [_switch(query, "sort", value, params.sort, SORT_LABELS[value]) for value in SORTS],
        "kept": _kept(query, without={"q"}),
        "kept_by_dates": _kept(query, without={"date_from", "date_to", "as_of"}),
        "single_words": _single_words(query, params.q) if not found.results else [],
        "suggested": changed(query, q=found.suggestion) if found.suggestion else "",
        "all_versions": changed(query, versions="" if params.versions == "all" else "all"),
        "next": changed(query, cursor=found.next) if found.next else "",
        "first": changed(query) if params.cursor else "",
    }


def _single_words(query: QueryDict, text: str) -> list[Link]:
    """Return the words that count of a question of several, each to be asked for by itself; that tells of no record."""
    asked = read_text(text)
    if asked.number is not None:
        return []
    words = list({word.stem: text[word.start : word.end] for word in asked.words}.values())
    return [Link(word, changed(query, q=word)) for word in words[:MOST_SINGLE_WORDS]] if len(words) > 1 else []


def changed(query: QueryDict, **changes: str | None) -> str:
    """Return a query string with some parameters set, or removed where empty. A cursor never outlives a change."""
    copy = _without_empty(query).copy()
    copy.pop("cursor", None)
    for name, value in changes.items():
        copy.pop(name, None)
        if value:
            copy[name] = value
    return copy.urlencode()


def toggled(query: QueryDict, name: str, value: str, chosen: tuple[str, ...]) -> str:
    """Return a query string with one value of a filter added, or taken away where it was chosen."""
    copy = _without_empty(query).copy()
    copy.pop("cursor", None)
    copy.setlist(name, [one for one in chosen if one != value] if value in chosen else [*chosen, value])
    return copy.urlencode()


def _switch(query: QueryDict, name: str, value: str, present: str, label: Promise) -> Link:
    return Link(str(label), changed(query, **{name: value}), chosen=value == present)


def _kept(query: QueryDict, *, without: set[str]) -> list[tuple[str, str]]:
    """Return what a form carries along unseen."""
    left_out = without | {"cursor", "facets"}
    return [(name, value) for name, values in query.lists() if name not in left_out for value in values if value]


def _facets(
    query: QueryDict, params: SearchParams, counted: Mapping[str, list[FacetValue]]
) -> list[tuple[str, str, list[Link]]]:
    """Return the facets that tell something: more than one value, or one that is chosen."""
    shown = []
    for name, title in FACETS.items():
        chosen = params.filters.get(name, ())
        links = [
            Link(row.label, toggled(query, name, row.value, chosen), row.value in chosen, row.count)
            for row in _in_order(name, counted.get(name, []))
        ]
        if len(links) > 1 or chosen:
            shown.append((name, str(title), links))
    return shown


def _in_order(name: str, rows: Sequence[FacetValue]) -> Sequence[FacetValue]:
    """Return years from the latest back; all else stays by how many there are."""
    return sorted(rows, key=lambda row: row.value, reverse=True) if name == "year" else rows


def _chips(query: QueryDict, params: SearchParams, counted: Mapping[str, list[FacetValue]]) -> list[Link]:
    """Return what narrows the search now, each with the way to take it away."""
    chips = []
    for name, values in params.filters.items():
        labels = {row.value: row.label for row in counted.get(name, [])}
        missing = [value for value in values if value not in labels]
        labels |= labelled(name, missing) if missing else {}
        title = str(FACETS.get(name, name))
        chips += [Link(labels.get(value, value), toggled(query, name, value, values), name=title) for value in values]
    for name, words in DAYS.items():
        day = getattr(params, name)
        if day:
            chips.append(Link(str(words) % {"day": date_format(day)}, changed(query, **{name: None}), name=""))
    if params.versions == "all":
        chips.append(Link(gettext("all versions"), changed(query, versions=None)))
    return chips


def _found(result: Result, params: SearchParams) -> Found:
    """Return a result with the links into its record, each carrying the question so that its words are marked."""
    base: dict[str, str] = {}
    if params.versions == "all":
        base["version"] = str(result.version.number)
    elif params.as_of:
        base["as_of"] = params.as_of.isoformat()
    if params.q:
        base["q"] = params.q
    hits = []
    for hit in result.hits:
        at = {"section": hit.anchor} if hit.anchor else {"page": str(hit.page)}
        hits.append((hit, f"?{urlencode({**base, **at})}#{hit.anchor or f'p{hit.page}'}"))
    return Found(result, f"?{urlencode(base)}" if base else "", hits)
