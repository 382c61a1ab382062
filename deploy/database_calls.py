"""Timing what a database server is asked. SQLite is no server, and is not timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from storage import outside

Execute = Callable[..., Any]


def time_queries() -> None:
    """Time every query of every connection to a server from now on."""
    connection_created.connect(_watch, dispatch_uid="deploy.database_calls")


def _watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor != "sqlite" and _timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_timed)


def _timed(execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:
    with outside.outside_call("database", "query", _kind_of):
        return execute(sql, params, many, context)


def _kind_of(failure: Exception) -> str:
    """Return how a query failed; that a row breaks a rule is an answer."""
    return outside.AWAY if isinstance(failure, OperationalError | InterfaceError) else ""
