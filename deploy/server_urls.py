"""URLs of servers that a site outgrows one machine with: PostgreSQL, Redis, Celery."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlunsplit

from deploy.patience import STATEMENT_SECONDS
from deploy.wrong_value import WrongValue

Shape = dict[str, Any]

POSTGRESQL = frozenset({"postgres", "postgresql"})
CELERY = frozenset({"celery+redis", "celery+rediss"})
REDIS = frozenset({"redis", "rediss"})
QUEUES = ("quick", "heavy", "indexing")
POOL_SIZE = 20
MOST_CONNECTIONS = 500
CONNECT_SECONDS = 5
POOL_WAIT_SECONDS = 5
RECONNECT_SECONDS = 4
"""Attempts come ever more rarely, so after a long outage the next would be far off; who asks begins anew."""
IDLE_IN_TRANSACTION_MILLISECONDS = 120_000
"""A process that hangs must not hold its locks for ever."""
# A line that is dead without a word (a network that drops packets) is given up after some ten seconds.
_DEAD_LINE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
# What may stand behind the `?` of a database's address: how the connection is secured (libpq's names).
_SECURING = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "application_name"})
VISIBILITY_SECONDS = 2 * 3600
"""Longer than any step: a message that is still being worked on must not be given to a second worker."""
REDIS_SECONDS = 2


def postgresql_from(parts: SplitResult) -> Shape:
    """Return one entry of DATABASES. `postgres://USER:PASSWORD@HOST:PORT/DB[?sslmode=…]`. Raises WrongValue."""
    name = unquote(parts.path.strip("/"))
    if not parts.hostname or not name or "/" in name:
        raise WrongValue("DATABASE_URL", "names no host and database; write postgres://USER:PASSWORD@HOST:PORT/DB")
    asked = {"application_name": "legajo"} | dict(parse_qsl(parts.query, keep_blank_values=True))
    size = _pool_size(asked.pop("pool_size", str(POOL_SIZE)))
    if unknown := sorted(set(asked) - _SECURING):
        known = ", ".join(sorted(_SECURING | {"pool_size"}))
        raise WrongValue("DATABASE_URL", f"unknown option {unknown[0]!r}; use {known}")
    # Late: a site on SQLite needs no driver of PostgreSQL.
    from deploy.bounded_connection import BoundedConnection

    pool = {"min_size": 1, "max_size": size, "timeout": POOL_WAIT_SECONDS, "max_idle": 300}
    limits = (
        f"-c statement_timeout={STATEMENT_SECONDS * 1000} "
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MILLISECONDS}"
    )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": str(parts.port or 5432),
        # The pool keeps connections; Django must hand them back after each request.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {**pool, "reconnect_timeout": RECONNECT_SECONDS, "connection_class": BoundedConnection},
            "connect_timeout": CONNECT_SECONDS,
            "options": limits,
            **_DEAD_LINE,
            **asked,
        },
    }


def _pool_size(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_CONNECTIONS):
        raise WrongValue("DATABASE_URL", f"pool_size={text} is not a whole number from 1 to {MOST_CONNECTIONS}")
    return int(text)


def celery_from(parts: SplitResult) -> Shape:
    """Return one entry of TASKS. `celery+redis[s]://[:PASSWORD@]HOST:PORT/N`. Raises WrongValue."""
    options = {"broker": _redis("TASKS_URL", parts)}
    return {"BACKEND": "deploy.celery.CeleryBackend", "QUEUES": list(QUEUES), "OPTIONS": options}


def redis_cache_from(parts: SplitResult) -> Shape:
    """Return one entry of CACHES. `redis[s]://[:PASSWORD@]HOST:PORT/N`. Raises WrongValue."""
    limits: dict[str, Any] = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    return {
        "BACKEND": "deploy.counting_cache.CountingCache",
        "LOCATION": _redis("CACHE_URL", parts),
        "KEY_PREFIX": "legajo",
        "OPTIONS": limits,
    }


def _redis(variable: str, parts: SplitResult) -> str:
    database = parts.path.strip("/")
    if not parts.hostname or not (database == "" or database.isdecimal()):
        raise WrongValue(variable, f"names no host and number; write {parts.scheme}://HOST:PORT/0")
    return urlunsplit(parts._replace(scheme=parts.scheme.removeprefix("celery+")))
