"""The person behind an API request: a token's or a session's, worked out once."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from records.access import Person, person_for


def person_of_api(request: Request) -> Person:
    """Return who is asking, with what they hold today. Raises AuthenticationFailed for a wrong or ended token."""
    return person_for(request.user, origin=f"api:{address_of(request._request)}")


def address_of(request: HttpRequest) -> str:
    """Return from where a request comes: what the site's own proxy says, if one stands in front.

    Only the last address of X-Forwarded-For is the proxy's word; those before are the visitor's.
    """
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT and told:
        try:
            return str(ipaddress.ip_address(told))
        except ValueError:
            pass
    return str(request.META.get("REMOTE_ADDR", ""))
