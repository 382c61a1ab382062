"""Logs: one JSON object a line, with the request's id, and nothing of what was asked or read."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from structlog.testing import capture_logs

from deploy.env import PROJECT
from deploy.logs import RequestLog, user_number


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def test_a_request_gets_an_id_and_a_safe_one_is_kept() -> None:
    given = RequestLog(answer)(RequestFactory().get("/", headers={"X-Request-ID": "proxy-1234.a_b"}))
    assert given.headers["X-Request-ID"] == "proxy-1234.a_b"
    for unsafe in ("short", "a b c d e f g h", "x" * 65, 'quote"quote"', "niño-1234"):
        made = RequestLog(answer)(RequestFactory().get("/", headers={"X-Request-ID": unsafe}))
        assert len(made.headers["X-Request-ID"]) == 32


@pytest.mark.django_db
def test_the_line_names_the_route_and_never_the_question(client: Client) -> None:
    with capture_logs() as lines:
        client.get("/first-login?key=secreto-de-la-sesion")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "first-login", 404)
    assert "secreto" not in json.dumps(lines)


def test_the_user_is_named_by_number_and_only_if_known() -> None:
    request = RequestFactory().get("/")
    assert user_number(request) is None
    request.user = AnonymousUser()
    assert user_number(request) is None


@pytest.mark.parametrize("how", ["structlog.get_logger()", "logging.getLogger('django.request')"])
def test_own_and_foreign_lines_have_one_shape(how: str) -> None:
    program = (
        "import logging.config, structlog\n"
        "from deploy.logs import configure\n"
        "logging.config.dictConfig(configure(level='info'))\n"
        f"log = {how}\n"
        "log.debug('quiet')\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    log.exception('went wrong\\nhere')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"]) == ("went wrong\nhere", "error")
    assert "ZeroDivisionError" in told["exception"]
    assert told["at"].endswith("Z")
