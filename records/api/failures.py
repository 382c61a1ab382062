"""The API's one error shape, and the one table from domain errors to statuses."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from drf_standardized_errors.handler import exception_handler as standard_handler
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from records import errors
from records.api.bodies import BodyTooLarge
from storage.errors import StorageError, StoreFull
from storage.outside import AWAY, tell

log = structlog.get_logger(__name__)

STATUS: dict[type[errors.LegajoError], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.StaleEdit: HTTPStatus.PRECONDITION_FAILED,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.InvalidValue: HTTPStatus.BAD_REQUEST,
    errors.StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SearchUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
# What fails outside a view, in the API's own language.
OUTSIDE = {
    400: "This request cannot be read.",
    403: "The CSRF token is missing or wrong; send it in X-CSRFToken, or use an API token.",
    404: errors.NotFound.default_detail,
    409: errors.AtTheSameMoment.default_detail,
    500: "Something failed on our side. It has been logged; try again.",
    503: "The database does not answer at the moment; try again in a few seconds.",
}
# What Django raises while the database cannot be reached, has no connection left or keeps a writer waiting too long.
DATABASE_AWAY = (OperationalError, InterfaceError)
UNIQUE_VIOLATION = "23505"
DISK_FULL = "53100"
FULL = "The disk is full; tell an operator. Nothing that was acknowledged is lost."
VARIES = ("Accept", "Authorization", "Cookie")


def status_of(error: errors.LegajoError) -> HTTPStatus:
    """Return the status of a domain error: that of its class, or of the nearest class above."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.BAD_REQUEST


def exception_handler(exception: Exception, context: Any) -> Response | None:
    """Answer a domain error in the API's shape; leave everything else to drf-standardized-errors."""
    if isinstance(exception, StorageError):
        return _store_failed(exception)
    if isinstance(exception, DATABASE_AWAY):
        return _database_away(exception)
    if isinstance(exception, RequestDataTooBig):
        exception = BodyTooLarge()
    if isinstance(exception, IntegrityError) and was_there_first(exception):
        exception = errors.AtTheSameMoment()
    if isinstance(exception, errors.LegajoError):
        status = status_of(exception)
        wrong_value = exception.attr is not None and status == HTTPStatus.BAD_REQUEST
        kind = "validation_error" if wrong_value else "client_error"
        headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
        body = _body(status, exception.code, exception.detail, exception.attr, kind)
        return Response(body, status=int(status), headers=headers)
    return standard_handler(exception, context)


def was_there_first(failure: IntegrityError) -> bool:
    """Tell whether a unique constraint refused what somebody else wrote a moment before.

    Services take turns and name their conflicts; this is for what no service foresaw, and stands in the log.
    """
    cause = failure.__cause__
    unique = getattr(cause, "sqlstate", "") == UNIQUE_VIOLATION or str(failure).startswith("UNIQUE constraint failed")
    if unique:
        log.error("written twice at one moment", reason=str(failure).partition("\n")[0])
    return unique


def no_room(failure: BaseException) -> bool:
    """Tell whether the database refused a write because its disk is full (SQLITE_FULL, SQLSTATE 53100)."""
    cause = failure.__cause__
    return getattr(cause, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(cause, "sqlstate", "") == DISK_FULL


def _database_away(failure: Exception) -> Response:
    """Answer while the database restarts, is full or all of its connections are taken; nothing was half written."""
    if no_room(failure):
        log.error("database is full")
        body = _body(HTTPStatus.INSUFFICIENT_STORAGE, StoreFull.code, FULL, None)
        return Response(body, status=int(HTTPStatus.INSUFFICIENT_STORAGE), headers={"Retry-After": "30"})
    log.error("database does not answer", reason=type(failure).__name__)
    tell("database", "connect", 0.0, AWAY)
    body = _body(HTTPStatus.SERVICE_UNAVAILABLE, "database_unavailable", OUTSIDE[503], None)
    return Response(body, status=int(HTTPStatus.SERVICE_UNAVAILABLE), headers={"Retry-After": "5"})


def _store_failed(failure: StorageError) -> Response:
    """Answer for a store that is full or away. What is wrong with it stands in the log, not in the answer."""
    log.error("store failed", code=failure.code, detail=failure.detail)
    full = isinstance(failure, StoreFull)
    status = HTTPStatus.INSUFFICIENT_STORAGE if full else HTTPStatus.SERVICE_UNAVAILABLE
    detail = FULL if full else errors.StoreUnavailable.default_detail
    code = failure.code if full else errors.StoreUnavailable.code
    return Response(_body(status, code, detail, None), status=int(status), headers={"Retry-After": "30"})


def api_failure(status: int, code: str) -> HttpResponse:
    """Answer for what went wrong before or outside a view, byte by byte as a view would."""
    body = _body(status, code, OUTSIDE.get(status, "This request failed."), None)
    response = HttpResponse(JSONRenderer().render(body), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Language"] = "en"
    patch_vary_headers(response, VARIES)
    return response


def _body(status: int, code: str, detail: str, attr: str | None, kind: str = "client_error") -> dict[str, Any]:
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else kind
    return {"type": kind, "errors": [{"code": code, "detail": detail, "attr": attr}]}
