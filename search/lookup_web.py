"""The page that resolves the citations of a pasted text: the text with links, and what was not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from records.models import Section
from records.web.doors import page
from records.web.people import person_of
from search.lookups import LONGEST_TEXT, Resolved, resolve


@dataclass(frozen=True, slots=True)
class Link:
    """A citation that was resolved: where it leads, and where each of its articles does."""

    one: Resolved
    url: str
    articles: list[tuple[Section, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def lookup_page(request: HttpRequest) -> HttpResponse:
    """Show the form, and the pasted text with what its citations name. Nothing of it is kept."""
    # A form's lines end in two characters, and positions are counted in the text as it is shown.
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", " ").strip()
    too_long = len(text) > LONGEST_TEXT
    found = [] if too_long else resolve(text, person=person_of(request))
    links = [_link(one) for one in found]
    context = {
        "pasted": text,
        "most": LONGEST_TEXT,
        "too_long": too_long,
        "linked": _with_links(text, links),
        "links": _once(links),
        "unknown": list(dict.fromkeys(one.cited.text for one in found if one.record is None)),
    }
    status = HTTPStatus.BAD_REQUEST if too_long else HTTPStatus.OK
    return render(request, "search/lookup.html", context, status=status)


def _link(one: Resolved) -> Link:
    if one.record is None:
        return Link(one, "", [])
    base = reverse("record", args=[one.record.pk])
    articles = [(part, f"{base}?{urlencode({'section': part.anchor})}#{part.anchor}") for part in one.sections]
    return Link(one, articles[0][1] if articles else base, articles)


def _with_links(text: str, links: Sequence[Link]) -> SafeString:
    """Return the text as HTML, its citations as links where they lead somewhere and marked where they do not."""
    parts: list[SafeString] = []
    at = 0
    for link in links:
        cited = link.one.cited
        parts.append(conditional_escape(text[at : cited.start]))
        if link.url:
            parts.append(format_html('<a href="{}">{}</a>', link.url, cited.text))
        else:
            parts.append(format_html('<span class="unresolved">{}</span>', cited.text))
        at = cited.end
    parts.append(conditional_escape(text[at:]))
    return mark_safe("".join(parts))  # noqa: S308 # every part is escaped above


def _once(links: Sequence[Link]) -> list[Link]:
    """Return what was found, each record once, with all articles that the text points at."""
    found: dict[object, Link] = {}
    for link in links:
        if link.one.record is None:
            continue
        first = found.setdefault(link.one.record.pk, Link(link.one, reverse("record", args=[link.one.record.pk]), []))
        first.articles.extend(pair for pair in link.articles if pair not in first.articles)
    return list(found.values())
