"""Clients that hold the line: half a request line, and bodies that drip. Everybody else is served meanwhile."""

from __future__ import annotations

import json
import socket
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.service import Service

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.fault("F42")]
HELD = 48


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path / "home")
    yield running
    running.end()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        (
            b"POST /api/v1/uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: 900\r\n\r\n{"
        ),
    ],
)
def test_held_lines_hold_up_nobody(service: Service, sent: bytes) -> None:
    at = urllib.parse.urlsplit(service.url)
    lines = [socket.create_connection((at.hostname, at.port), timeout=30) for _ in range(HELD)]
    try:
        for line in lines:
            line.sendall(sent)
        time.sleep(1.0)
        assert json.loads(service.get("/health/live")) is not None
        assert service.search("faro")["total"] == 0
    finally:
        for line in lines:
            line.close()
    assert service.search("faro")["total"] == 0
