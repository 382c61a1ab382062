"""The cache on a Redis server, and what stands in for it while that is away.

It holds the counters that limit sign-in attempts. Without it nobody could sign in, or anybody could try without end;
so each process counts in its own memory until the server answers again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError, TimeoutError

from storage import outside

log = structlog.get_logger(__name__)

REST_SECONDS = 10.0
"""So long a server that did not answer is not asked again: no page may wait for it each time."""


class CountingCache(RedisCache):
    """Redis, and this process's memory while Redis is away."""

    _rest_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        # Those of one process share their counters; the limits of another site are not ours.
        self._own = LocMemCache("legajo-counters", {key: value for key, value in params.items() if key != "OPTIONS"})

    def add(self, *args: Any, **said: Any) -> Any:
        """See Django's caches; so all of these."""
        return self._asked("add", *args, **said)

    def get(self, *args: Any, **said: Any) -> Any:
        return self._asked("get", *args, **said)

    def set(self, *args: Any, **said: Any) -> Any:
        return self._asked("set", *args, **said)

    def touch(self, *args: Any, **said: Any) -> Any:
        return self._asked("touch", *args, **said)

    def delete(self, *args: Any, **said: Any) -> Any:
        return self._asked("delete", *args, **said)

    def incr(self, *args: Any, **said: Any) -> Any:
        return self._asked("incr", *args, **said)

    def ask(self) -> None:
        """Raise RedisError where the server does not answer."""
        super().get("health/asked")

    def _asked(self, name: str, *args: Any, **said: Any) -> Any:
        own = cast(Callable[..., Any], getattr(self._own, name))
        if time.monotonic() < self._rest_until:
            return own(*args, **said)
        try:
            with outside.outside_call("counters", name, _kind_of):
                return getattr(super(), name)(*args, **said)
        except RedisError as failure:
            type(self)._rest_until = time.monotonic() + REST_SECONDS
            log.warning("the server of the counters does not answer", reason=type(failure).__name__)
            return own(*args, **said)


def _kind_of(failure: Exception) -> str:
    """Return how the server failed; that there is nothing to count up is an answer."""
    if isinstance(failure, TimeoutError):
        return outside.TIMEOUT
    return outside.AWAY if isinstance(failure, RedisError) else ""
