"""Whether the service lives, and whether it can do its work: for load balancers, supervisors and `manage.py up`.

Anyone may ask, so the answer names what fails and nothing more; the reason stands in the log.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from deploy.migrating import missing_migrations
from records.stores import documents

log = structlog.get_logger()


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200 whenever this process answers at all."""
    return JsonResponse({"status": "live"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, else 503; the body says `ok` or `failed` of each."""
    parts = state_of_parts()
    well = all(parts.values())
    body = {
        "status": "ready" if well else "not_ready",
        "checks": {name: "ok" if works else "failed" for name, works in parts.items()},
    }
    return JsonResponse(body, status=HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE)


def state_of_parts() -> dict[str, bool]:
    """Return for each part whether it works. Never raises: a part that fails in any way does not work."""
    return {name: _works(name, check) for name, check in CHECKS.items()}


def _works(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:
        log.exception("health.failed", part=name)
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


_migrated: set[str] = set()


def _migrations() -> None:
    """Raise RuntimeError while a migration is missing. Once all are applied they stay so while this code runs."""
    if connection.alias in _migrated:
        return
    missing = missing_migrations()
    if missing:
        raise RuntimeError(f"{missing} migrations are not applied")
    _migrated.add(connection.alias)


def _store() -> None:
    """Write a few bytes, read them back, remove them."""
    store = documents()
    key = f"health/{uuid.uuid4().hex}"
    store.put(key, io.BytesIO(b"legajo"))
    try:
        if b"".join(store.open(key)) != b"legajo":
            raise RuntimeError("the store gave back other bytes")
    finally:
        store.delete(key)


def _search() -> None:
    """Ask the engine how its index stands; this module must load even where the engine does not."""
    from search.engines import engine

    engine().status()


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "store": _store,
    "search": _search,
}
