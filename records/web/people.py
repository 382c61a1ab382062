"""The person behind a request, worked out once."""

from __future__ import annotations

from django.http import HttpRequest

from records.access import Person, person_for
from records.api.people import address_of


def person_of(request: HttpRequest) -> Person:
    """Return who is asking, with what they hold today. Cached on the request."""
    known = getattr(request, "legajo_person", None)
    if known is None:
        known = person_for(request.user, origin=f"web:{address_of(request)}")
        request.legajo_person = known  # type: ignore[attr-defined]
    return known
