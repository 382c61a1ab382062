"""Template filters: how values of records are said to a reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.http import QueryDict
from django.utils import formats

from records.models import Record, Session
from records.web import dates, noticed, wording

register = template.Library()

register.filter("kind_label", wording.kind_label)
register.filter("reader_words", wording.reader_words)
register.filter("warning_words", noticed.warning_words)
register.filter("details_words", wording.details_words)
register.filter("said_date", dates.said_date)
register.filter("date_is_uncertain", dates.date_is_uncertain)


@register.filter
def reason(code: str, detail: str = "") -> str:
    """Return why a file has no text."""
    return wording.reason(code, detail)


@register.filter
def standing_words(standing: str) -> str:
    """Return how a version stands to the day asked for."""
    return str(wording.STANDINGS.get(standing) or wording.STATES.get(standing) or standing)


@register.filter
def body_kind(kind: str) -> str:
    """Return what a kind of body is called; a site's own kinds are their own words."""
    return str(wording.BODY_KINDS.get(kind) or kind.replace("_", " ").capitalize())


@register.filter
def status_words(status: str) -> str:
    """Return what a source claims about force, in words."""
    return str(wording.STATUSES.get(status) or status.replace("_", " "))


@register.filter
def session_kind(kind: str) -> str:
    """Return what a kind of session is called, in lower case; a site's own kinds are their own words."""
    return dict(Session.Kind.choices).get(kind, kind.replace("_", " ")).lower()


@register.filter
def event_words(name: str) -> str:
    """Return what happened, in words."""
    return str(wording.EVENTS.get(name) or name.replace(".", " "))


@register.filter
def heading(record: Record) -> str:
    """Return what a record is called in lists: its title, else its kind and number, else its file's name."""
    if record.title:
        return record.title
    named = f"{wording.kind_label(record.kind)} {record.number}".strip()
    return named or record.external_id or str(record.pk)


_NAMED_NUMBER = re.compile(
    r"(?P<words>[^\W\d_][^\d]*?)\s+(?:N(?:ros?|úms?|[oº°ª])?[\s.º°]*)?(?P<rest>[A-Z]?\d.*)", re.IGNORECASE
)


@register.filter
def short_number(record: Record) -> str:
    """Return a record's number without the name of its kind, which stands beside it anyway."""
    named = _NAMED_NUMBER.fullmatch(record.number.strip())
    kind = wording.kind_label(record.kind)
    if named and kind and named["words"].strip().casefold() == kind.casefold():
        return named["rest"]
    return record.number


@register.simple_tag
def query_with(query: QueryDict, **changes: Any) -> str:
    """Return a query string with some parameters set; an empty value removes one. Cursors never survive a change."""
    changed = query.copy()
    changed.pop("cursor", None)
    for name, value in changes.items():
        if value in ("", None):
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return changed.urlencode()


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """Return a mapping's value, or nothing."""
    return mapping.get(key)


@register.filter
def grouped(number: int | None) -> str:
    """Return a count with its thousands apart, as the reader's language writes them."""
    return "" if number is None else formats.number_format(number, use_l10n=True, force_grouping=True)
