"""The API's one error shape, and the one table from domain errors to statuses."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_standardized_errors.handler import exception_handler as standard_handler
from rest_framework.response import Response

from records import errors

STATUS: dict[type[errors.LegajoError], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.StaleEdit: HTTPStatus.PRECONDITION_FAILED,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.InvalidValue: HTTPStatus.BAD_REQUEST,
    errors.StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SearchUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(error: errors.LegajoError) -> HTTPStatus:
    """Return the status of a domain error: that of its class, or of the nearest class above."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.BAD_REQUEST


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a domain error in the API's shape; leave everything else to drf-standardized-errors."""
    if isinstance(exception, errors.LegajoError):
        status = status_of(exception)
        if exception.attr is None or status != HTTPStatus.BAD_REQUEST:
            kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "client_error"
        else:
            kind = "validation_error"
        error = {"code": exception.code, "detail": exception.detail, "attr": exception.attr}
        headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return Response({"type": kind, "errors": [error]}, status=int(status), headers=headers)
    return standard_handler(exception, context)
