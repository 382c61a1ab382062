"""PostgreSQL frozen, or behind a dead line: connections stay open, nobody answers, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from deploy import bounded_connection
from deploy.bounded_connection import BoundedConnection
from tests.drills import tcp_proxy as lines
from tests.drills.tcp_proxy import TcpProxy, tcp_proxy

pytestmark = [pytest.mark.full, pytest.mark.faults]


@pytest.fixture
def proxy(services: dict[str, str]) -> Iterator[TcpProxy]:
    parts = urlsplit(services["DATABASE_URL"])
    with tcp_proxy(parts.hostname or "", parts.port or 0) as proxy:
        yield proxy


@pytest.fixture
def connection(services: dict[str, str], proxy: TcpProxy) -> Iterator[psycopg.Connection]:
    port = urlsplit(services["DATABASE_URL"]).port
    url = services["DATABASE_URL"].replace(f":{port}/", f":{proxy.port}/")
    with BoundedConnection.connect(url, autocommit=True) as connection:
        yield connection
        proxy.line = lines.PASSES


@pytest.mark.fault("F25")
def test_a_statement_that_gets_no_answer_is_given_up_and_so_is_the_connection(
    connection: psycopg.Connection, proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connection.execute("SELECT 1").fetchone() == (1,)
    monkeypatch.setattr(bounded_connection, "answer_seconds", lambda: 0.2)
    proxy.line = lines.SILENT
    with pytest.raises(psycopg.OperationalError, match="did not answer in time"):
        connection.execute("SELECT 1")
    assert connection.closed


def test_the_pools_question_is_not_waited_for_as_long_as_a_statement(
    connection: psycopg.Connection, proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_connection, "CHECK_SECONDS", 0.2)
    monkeypatch.setattr(bounded_connection, "answer_seconds", lambda: 600)
    proxy.line = lines.SILENT
    with pytest.raises(psycopg.OperationalError, match="did not answer in time"):
        connection.execute("")
    assert connection.closed


def test_an_answer_that_takes_its_time_is_waited_for(
    connection: psycopg.Connection, proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.line, proxy.late_seconds = lines.LATE, 0.1
    assert connection.execute("SELECT 2").fetchone() == (2,)
