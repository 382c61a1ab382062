"""The person behind a request, worked out once."""

from __future__ import annotations

from django.http import HttpRequest

from records.access import Person, person_for


def person_of(request: HttpRequest) -> Person:
    """Return who is asking, with what they hold today. Cached on the request."""
    known = getattr(request, "legajo_person", None)
    if known is None:
        origin = f"web:{request.META.get('REMOTE_ADDR', '')}"
        known = person_for(request.user, origin=origin)
        request.legajo_person = known  # type: ignore[attr-defined]
    return known
