"""Answers to what goes wrong before or outside a view: the API's one error shape, or a plain page."""

from __future__ import annotations

import sys

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from records.api.failures import DATABASE_AWAY, api_failure, no_room, was_there_first
from records.errors import AtTheSameMoment
from records.web.refusals import sentence
from storage.errors import StoreFull
from storage.outside import AWAY, tell


def failure(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """Answer in the shape of where the request went: JSON below `/api/`, a page elsewhere."""
    if request.path.startswith("/api/"):
        return api_failure(status, code)
    # A page that failed must not fail again over its header, nor may one made before sign-in was read.
    bare = status == 500 or code in ("database_unavailable", StoreFull.code) or not hasattr(request, "user")
    template = "failure_plain.html" if bare else "failure.html"
    seen = {"status": status, "heading": _heading(status), "detail": detail}
    return render(None if bare else request, template, seen, status=status)


def _heading(status: int) -> str:
    return {
        400: _("This request cannot be read"),
        403: _("This is not yours to do"),
        404: _("There is nothing here"),
        409: _("Somebody was quicker"),
        507: _("No room is left"),
        503: _("Not available at the moment"),
    }.get(status, _("Something failed"))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return failure(request, 403, "permission_denied", _("This form is too old. Reload the page and send it again."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(request, 400, "invalid", _("This request cannot be read."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(request, 403, "permission_denied", _("You do not have permission to do this."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(request, 404, "not_found", _("Not found."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for what no view expected; Django calls this while the exception is being handled."""
    cause = sys.exc_info()[1]
    if isinstance(cause, IntegrityError) and was_there_first(cause):
        return failure(request, 409, AtTheSameMoment.code, sentence(AtTheSameMoment()))
    if isinstance(cause, DATABASE_AWAY) and no_room(cause):
        return failure(
            request, 507, StoreFull.code, _("The disk is full. Tell an operator; nothing that was saved is lost.")
        )
    if isinstance(cause, DATABASE_AWAY):
        tell("database", "connect", 0.0, AWAY)
        detail = _("The database does not answer at the moment. Try again in a few seconds.")
        answer = failure(request, 503, "database_unavailable", detail)
        answer.headers["Retry-After"] = "5"
        return answer
    return failure(request, 500, "error", _("Something failed on our side. It has been logged; try again."))
