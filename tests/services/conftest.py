"""A PostgreSQL database of one module, empty but for its tables, on which this very process works for real."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="module")
def on_postgresql(services: dict[str, str], django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Let this process work on a new database, with threads and commits as in a site; return its address.

    Tests with the fixture `db` run in one transaction, in which nobody meets anybody.
    """
    from deploy.database import make_database
    from deploy.server_urls import postgresql_from

    server = services["DATABASE_URL"].rpartition("/")[0]
    address = f"{server}/meeting_{uuid.uuid4().hex}"
    before, asked = connections["default"], connections.settings["default"]
    connections.settings["default"] = {**asked, **postgresql_from(urlsplit(address)), "TIME_ZONE": None}
    connections["default"] = connections.create_connection("default")
    with django_db_blocker.unblock():
        make_database()
        call_command("migrate", interactive=False, verbosity=0)
        yield address
        connection.close()
        connection.close_pool()
    connections.settings["default"], connections["default"] = asked, before
    with psycopg.connect(f"{server}/postgres", autocommit=True) as maintenance:
        maintenance.execute(f'DROP DATABASE "{address.rpartition("/")[2]}" WITH (FORCE)')
