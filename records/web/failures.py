"""Answers to what goes wrong before or outside a view: the API's one error shape, or a plain page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

KINDS = {400: "client_error", 403: "client_error", 404: "client_error", 500: "server_error", 503: "server_error"}


def failure(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """Answer in the shape of where the request went: JSON below `/api/`, a page elsewhere."""
    if request.path.startswith("/api/"):
        error = {"code": code, "detail": detail, "attr": None}
        return JsonResponse({"type": KINDS[status], "errors": [error]}, status=status)
    return render(request, "failure.html", {"status": status, "detail": detail}, status=status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return failure(request, 403, "permission_denied", _("This form is too old. Reload the page and send it again."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(request, 400, "invalid", _("This request cannot be read."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(request, 403, "permission_denied", _("You do not have permission to do this."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(request, 404, "not_found", _("Not found."))


def server_error(request: HttpRequest) -> HttpResponse:
    return failure(request, 500, "error", _("Something failed on our side. It has been logged; try again."))
