"""The person behind an API request: a token's or a session's, worked out once."""

from __future__ import annotations

from rest_framework.request import Request

from records.access import Person, person_for


def person_of_api(request: Request) -> Person:
    """Return who is asking, with what they hold today. Raises AuthenticationFailed for a wrong or ended token."""
    origin = f"api:{request.META.get('REMOTE_ADDR', '')}"
    return person_for(request.user, origin=origin)
