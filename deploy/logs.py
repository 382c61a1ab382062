"""Logs: one JSON object a line on stderr, for our own events and for everything Django and its libraries log.

What is written: the event's name, when, how grave, the request's id and the person's number. What is never
written: words of documents, search questions, query strings, names of files or persons.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from structlog.typing import Processor

REQUEST_ID_HEADER = "X-Request-ID"
# A foreign id is taken over only if it cannot break a log line, a header or a search in the logs.
SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Probes come every few seconds and would drown the rest.
QUIET_ROUTES = frozenset({"health/live", "health/ready", "metrics"})

BEFORE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
]

log = structlog.get_logger()


def configure(level: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING: both end in the same lines. `level` as in LEGAJO_LOG_LEVEL."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *BEFORE,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return standard_logging(level)


def standard_logging(level: str) -> dict[str, Any]:
    """Return the standard library's configuration; granian asks for it too."""
    render: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": BEFORE,
                "processors": render,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "level": level.upper(), "propagate": True},
            # Its warnings are the 4xx answers with their paths; our own line has status and route.
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
            # Debug lines of these hold SQL with its values, and whole messages.
            "django.db.backends": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.template": {"handlers": [], "level": "INFO", "propagate": True},
            "_granian": {"handlers": [], "level": level.upper(), "propagate": True},
            # Its lines say nothing that ours do not.
            "elastic_transport": {"handlers": [], "level": "ERROR", "propagate": True},
            "PIL": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }


class RequestLog:
    """Middleware: gives each request an id, hands it back in `X-Request-ID`, and writes one line when answered.

    The line names the route (`records/<uuid:pk>/`), never the address as asked: addresses may hold keys, and
    query strings hold questions.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        request_id = given if SAFE_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        started = time.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            route = match.route if match else None
            (log.debug if route in QUIET_ROUTES else log.info)(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round((time.monotonic() - started) * 1000),
                user=user_number(request),
            )
        response.headers[REQUEST_ID_HEADER] = request_id
        return response


def user_number(request: HttpRequest) -> int | None:
    """Return the signed-in user's number if the request has asked for it already; never asks by itself."""
    user = getattr(request, "_cached_user", None) or request.__dict__.get("user")
    if user is None or isinstance(user, SimpleLazyObject) or user.pk is None:
        return None
    return int(user.pk)
