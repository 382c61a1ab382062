"""Whether the service lives, and whether it can do its work: for load balancers, supervisors and `manage.py up`.

Anyone may ask, so the answer names what fails and nothing more; the reason stands in the log. The parts are really
asked once in some seconds, by one process; all others, and all answers until then, tell what it found.
"""

from __future__ import annotations

import fcntl
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from deploy import health_checks
from deploy.health_checks import Check

log = structlog.get_logger()

OK, SLOW, AWAY = "ok", "slow", "away"
KEPT_SECONDS = 5.0
"""So long what was found is told again."""
STALE_SECONDS = 60.0
"""What is older is asked anew even while another process seems to be asking."""
SLOW_SECONDS = 1.0
LIMIT_SECONDS = 3.0
"""A part that has said nothing by then is away; who asked it does not wait."""


@dataclass(frozen=True, slots=True)
class Part:
    """How one part is, and since when (seconds since 1970)."""

    state: str
    since: float

    @property
    def works(self) -> bool:
        return self.state != AWAY

    @property
    def since_when(self) -> datetime:
        return datetime.fromtimestamp(self.since, UTC)


Parts = dict[str, Part]


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
    """Answer 200 while pages can be answered, 503 while the database is away; the body tells of every part."""
    parts = state_of_parts()
    able = all(part.works for name, part in parts.items() if name in health_checks.needed())
    well = all(part.state == OK for part in parts.values())
    body = {
        "status": ("ready" if well else "degraded") if able else "not_ready",
        "checks": {name: part.state for name, part in parts.items()},
        "since": {name: f"{part.since_when:%Y-%m-%dT%H:%M:%SZ}" for name, part in parts.items() if part.state != OK},
    }
    return JsonResponse(body, status=HTTPStatus.OK if able else HTTPStatus.SERVICE_UNAVAILABLE)


def state_of_parts() -> Parts:
    """Return how each part is. Never raises: a part that fails in any way is away."""
    kept_at, kept = _kept()
    # A clock that was put back must not keep an old answer for ever.
    age = abs(time.time() - kept_at)
    if kept and age < KEPT_SECONDS:
        return kept
    with _asking() as alone:
        if not alone and kept and age < STALE_SECONDS:
            return kept
        found = _asked()
        parts = {name: _since(state, kept.get(name)) for name, state in found.items()}
        _keep(parts)
    return parts


def forget() -> None:
    """Forget what was found; the next to ask asks the parts themselves."""
    _kept_file().unlink(missing_ok=True)


def _asked() -> dict[str, str]:
    """Ask every part: those that need the database here, the others at the same time and each to its limit."""
    others = {name: _Asking(name, check) for name, check in health_checks.useful().items()}
    found = {name: _state(name, check) for name, check in health_checks.needed().items()}
    until = time.monotonic() + LIMIT_SECONDS
    found |= {name: asking.state(until) for name, asking in others.items()}
    if found["database"] != AWAY and found["migrations"] != AWAY:
        found["worker"] = _state("worker", health_checks.worker)
    return found


def _state(name: str, check: Check) -> str:
    began = time.monotonic()
    try:
        check()
    except Exception as failure:  # noqa: BLE001 - it is asked again every few seconds: a line each, no traceback
        log.error("health.failed", part=name, reason=type(failure).__name__, detail=str(failure)[:300])
        return AWAY
    return SLOW if time.monotonic() - began > SLOW_SECONDS else OK


_under_way: dict[str, threading.Thread] = {}


class _Asking:
    """A part asked in a thread of its own, which is left behind where the part says nothing."""

    def __init__(self, name: str, check: Check) -> None:
        self._name = name
        self._found: list[str] = []
        earlier = _under_way.get(name)
        # One thread a part: a part that hangs must not collect them.
        self._thread = None if earlier and earlier.is_alive() else self._started(check)

    def _started(self, check: Check) -> threading.Thread:
        thread = threading.Thread(target=lambda: self._found.append(_state(self._name, check)), daemon=True)
        _under_way[self._name] = thread
        thread.start()
        return thread

    def state(self, until: float) -> str:
        """Return what was found by then."""
        if self._thread is None:
            return AWAY
        self._thread.join(max(0.0, until - time.monotonic()))
        if not self._found:
            log.error("health.failed", part=self._name, reason="no answer", detail=f"{LIMIT_SECONDS:.0f} seconds")
        return self._found[0] if self._found else AWAY


def _since(state: str, before: Part | None) -> Part:
    return before if before is not None and before.state == state else Part(state, time.time())


def _kept_file() -> Path:
    return Path(settings.LEGAJO_HOME) / "figures" / "health.json"


def _kept() -> tuple[float, Parts]:
    """Return when the parts were asked last, and what was found."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(_kept_file().read_text(encoding="utf-8"))
        return float(told["at"]), {name: Part(**part) for name, part in told["parts"].items()}
    return 0.0, {}


def _keep(parts: Mapping[str, Part]) -> None:
    told = {"at": time.time(), "parts": {name: asdict(part) for name, part in parts.items()}}
    fresh = _kept_file().with_suffix(f".{threading.get_native_id()}")
    with suppress(OSError):  # a full disk means that more is asked
        _kept_file().parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(told), encoding="utf-8")
        fresh.replace(_kept_file())


@contextmanager
def _asking() -> Iterator[bool]:
    """Be the one process that asks; yield False where another is at it."""
    try:
        _kept_file().parent.mkdir(parents=True, exist_ok=True)
        lock = _kept_file().with_suffix(".lock").open("a")
    except OSError:
        yield True
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
