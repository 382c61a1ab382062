"""A PostgreSQL database that does not exist yet is made: another name in DATABASE_URL is a fresh site."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

MAINTENANCE = "postgres"
MISSING = "3D000"  # invalid_catalog_name


def make_database(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Make the site's database where it is missing; return whether it was. Raises psycopg.OperationalError."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return False
    given = {**connection.settings_dict, "OPTIONS": {**connection.settings_dict["OPTIONS"]}}
    given["OPTIONS"].pop("pool", None)
    try:
        _connected(given, given["NAME"]).close()
    except psycopg.OperationalError as failure:
        if failure.sqlstate != MISSING and "does not exist" not in str(failure):
            raise
        return _made(given)
    return False


def _made(given: dict[str, Any]) -> bool:
    with _connected(given, MAINTENANCE) as maintenance:
        try:
            maintenance.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8'").format(sql.Identifier(given["NAME"])))
        except psycopg.errors.DuplicateDatabase:
            # Another process of the same start was first.
            return False
    return True


def _connected(given: dict[str, Any], name: str) -> psycopg.Connection[Any]:
    named = {"user": given["USER"], "password": given["PASSWORD"], "host": given["HOST"], "port": given["PORT"]}
    return psycopg.connect(dbname=name, autocommit=True, **named, **given["OPTIONS"])
