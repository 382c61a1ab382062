"""What every page is given."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from records.web.people import person_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the person looking, for the header and its links."""
    return {"person": person_of(request)}
