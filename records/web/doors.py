"""How every page begins and ends: who looks, what refusals become, and that nothing of it is kept by caches."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from records.api.failures import status_of
from records.errors import LegajoError, NotAllowed, NotFound
from records.models import Record
from records.persons import Person
from records.web.failures import failure
from records.web.people import person_of
from records.web.refusals import sentence

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Answer refusals as pages: 404 alike for hidden and unknown; a stranger who may not is asked to sign in."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except NotAllowed as refusal:
            response = _not_allowed(request, refusal)
        except LegajoError as refusal:
            response = failure(request, int(status_of(refusal)), refusal.code, sentence(refusal))
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return response

    return door


def _not_allowed(request: HttpRequest, refusal: NotAllowed) -> HttpResponse:
    if person_of(request).is_stranger:
        return redirect_to_login(request.get_full_path(), "account_login")
    return failure(request, HTTPStatus.FORBIDDEN, refusal.code, sentence(refusal))


def signed_in(request: HttpRequest) -> Person:
    """Return who is signed in. Raises NotAllowed for a stranger."""
    person = person_of(request)
    if person.is_stranger:
        raise NotAllowed()
    return person


def record_for(person: Person, pk: uuid.UUID) -> Record:
    """Return a record this person may see, with what it is filed under. Raises NotFound."""
    rows = Record.objects.visible_to(person).select_related("series", "body", "session__body")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found
