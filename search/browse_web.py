"""Browsing without a question: how many documents there are of each kind, issuer and year, each under what was chosen.

The counts are the facets of search, so they are of what this person may see and of nothing else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from records.api import parameters
from records.directory import bodies_known_to
from records.web.directory import tree_of
from records.web.doors import page
from records.web.people import person_of
from search.labels import labelled
from search.params import SearchParams
from search.service import FacetValue, answer

CHOSEN = ("kind", "issuer")
ISSUERS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class Counted:
    """A value, how many documents have it, and where they are listed or browsed further."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Decade:
    """Ten years, the latest first; `count` is of those that have documents."""

    first: int
    years: list[Counted]

    @property
    def last(self) -> int:
        return self.first + 9

    @property
    def count(self) -> int:
        return sum(year.count for year in self.years)


@require_safe
@page
def browse_page(request: HttpRequest) -> HttpResponse:
    """Show kinds, issuers and years with their counts; of one kind or issuer where `?kind=`, `?issuer=` say so."""
    parameters.refuse_unknown(request.GET, set(CHOSEN))
    chosen = {name: value for name in CHOSEN if (value := request.GET.get(name, "").strip()[:300])}
    person = person_of(request)
    found = answer(_asking(chosen, ("kind", "issuer", "year")), person=person)
    issuers = [] if "issuer" in chosen else _further(chosen, "issuer", found.facets.get("issuer", []))
    context = {
        "chosen": [(_labelled(name, value), _without(chosen, name)) for name, value in chosen.items()],
        "total": found.total,
        "listing": _listing(chosen, "-date"),
        "kinds": [] if "kind" in chosen else _further(chosen, "kind", found.facets.get("kind", [])),
        "issuers": issuers[:ISSUERS_SHOWN],
        "more_issuers": len(issuers) > ISSUERS_SHOWN,
        "all_issuers": _at("browse-issuers", chosen),
        "decades": _decades(chosen, found.facets.get("year", [])),
        "tree": [] if chosen else tree_of(bodies_known_to(person)),
    }
    return render(request, "search/browse.html", context)


@require_safe
@page
def issuers_page(request: HttpRequest) -> HttpResponse:
    """Show all issuers by the alphabet, those with documents of one kind where `?kind=` says so."""
    parameters.refuse_unknown(request.GET, {"kind"})
    chosen = {"kind": kind} if (kind := request.GET.get("kind", "").strip()[:300]) else {}
    found = answer(_asking(chosen, ("issuer",)), person=person_of(request))
    letters: dict[str, list[Counted]] = {}
    for one in sorted(_further(chosen, "issuer", found.facets.get("issuer", [])), key=lambda one: _plain(one.label)):
        first = _plain(one.label)[:1]
        letters.setdefault(first if first.isalpha() else "#", []).append(one)
    context = {
        "letters": list(letters.items()),
        "kind": _labelled("kind", kind) if kind else "",
        "back": _at("browse", chosen),
    }
    return render(request, "search/issuers.html", context)


def _asking(chosen: Mapping[str, str], facets: tuple[str, ...]) -> SearchParams:
    return SearchParams(filters={name: (value,) for name, value in chosen.items()}, facets=facets, size=1)


def _labelled(name: str, value: str) -> str:
    return labelled(name, [value]).get(value, value)


def _further(chosen: Mapping[str, str], name: str, values: Sequence[FacetValue]) -> list[Counted]:
    """Return a facet's values, each leading to what is there of it."""
    return [Counted(one.label, one.count, _at("browse", {**chosen, name: one.value})) for one in values]


def _decades(chosen: Mapping[str, str], values: Sequence[FacetValue]) -> list[Decade]:
    decades: dict[int, list[Counted]] = {}
    for one in sorted(values, key=lambda one: -int(one.value)):
        listed = Counted(one.label, one.count, _listing({**chosen, "year": one.value}, "number" if chosen else "date"))
        decades.setdefault(int(one.value) // 10 * 10, []).append(listed)
    return [Decade(first, years) for first, years in decades.items()]


def _without(chosen: Mapping[str, str], name: str) -> str:
    return _at("browse", {other: value for other, value in chosen.items() if other != name})


def _listing(chosen: Mapping[str, str], sort: str) -> str:
    return _at("search", {**chosen, "sort": sort})


def _at(name: str, query: Mapping[str, str]) -> str:
    return f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)


def _plain(text: str) -> str:
    """Return a name as the alphabet sorts it: capitals without accents, but for the ñ that comes after n."""
    plain = unicodedata.normalize("NFD", text.upper().replace("Ñ", "N\uffff"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).lstrip(' "“«(')
