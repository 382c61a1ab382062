"""The whole service on one machine: migrate, one worker, the web server, and an end that leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import NoReturn

import structlog
from django.conf import settings

from deploy.env import PROJECT
from deploy.first_login import first_login_path
from deploy.index_shape import refuse_an_outdated_index
from deploy.migrating import migrate_if_behind
from deploy.moving.marks import refuse_a_moved_site
from deploy.queue_processes import has_queue
from deploy.site_lock import SiteRuns, alone_in
from deploy.supervision.children import Child, stop_all
from records.errors import LegajoError

READY_SECONDS = 120.0
STOP_SECONDS = 15.0
LOOK_SECONDS = 0.5
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to

Say = Callable[[str], None]

log = structlog.get_logger()


class CannotStart(Exception):
    """Why the service does not come up, as one sentence."""


def run(*, host: str, port: int, demo: bool, answer: Say, note: Say) -> None:
    """Bring the service up and keep it up until SIGINT or SIGTERM.

    `answer` gets one JSON line `{"url", "pid"}` once the service says that it is ready; `note` gets what a person
    at the terminal should read. Raises CannotStart with a sentence.
    """
    # Both are set: a shell that starts this in the background of a script has it ignore SIGINT.
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    with suppress(KeyboardInterrupt), _alone():
        port = _free_port(host, port)
        _make_ready()
        children = _children(host, port)
        try:
            _start(children, host, port)
            _welcome(host, port, demo=demo, answer=answer, note=note)
            _watch(children)
        finally:
            # A second Ctrl-C must not leave the end half done.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            stop_all(children, grace=STOP_SECONDS)
            log.info("up.stopped")


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the site's folder. Raises CannotStart."""
    with ExitStack() as held:
        try:
            held.enter_context(alone_in(settings.LEGAJO_HOME))
        except SiteRuns as reason:
            raise CannotStart(reason.detail) from reason
        yield


def _make_ready() -> None:
    """Migrate, and look whether this is a site to be started. Raises CannotStart."""
    migrate_if_behind()
    try:
        refuse_a_moved_site()
        refuse_an_outdated_index()
    except LegajoError as reason:
        raise CannotStart(reason.detail) from reason


def _start(children: list[Child], host: str, port: int) -> None:
    for child in children:
        child.start()
    _wait_until_ready(children, host, port)


def _welcome(host: str, port: int, *, demo: bool, answer: Say, note: Say) -> None:
    """Load what was asked for, say where the service is, and how the first account is made."""
    if demo:
        from deploy.demo import load

        load()
    url = f"http://{_visible(host)}:{port}"
    note(f"Legajo is ready at {url} - stop it with Ctrl-C.")
    path = first_login_path()
    if path:
        note(f"Nobody has an account yet. Make the first, an operator's, within a day:\n\n    {url}{path}\n")
    if host in EVERY_ADDRESS:
        note(f"It answers to the names {', '.join(settings.ALLOWED_HOSTS)}; set LEGAJO_HOSTS for others.")
    answer(json.dumps({"url": url, "pid": os.getpid()}))


def _children(host: str, port: int) -> list[Child]:
    environ = {**os.environ, "LEGAJO_HOME": str(settings.LEGAJO_HOME), "PYTHONPATH": str(PROJECT)}
    if host not in EVERY_ADDRESS and _visible(host) not in settings.ALLOWED_HOSTS:
        environ["LEGAJO_HOSTS"] = ",".join([*settings.ALLOWED_HOSTS, _visible(host)])
    web = [sys.executable, "-m", "deploy.supervision.web", "--host", host, "--port", str(port)]
    return [*_workers(environ), Child("web", web, environ)]


def _workers(environ: dict[str, str]) -> list[Child]:
    """Return the worker: our own loop over the rows, or Celery's and its scheduler where a queue is set."""
    manage = [sys.executable, str(PROJECT / "manage.py")]
    worker = Child("worker", [*manage, "work"], environ)
    return [worker, Child("scheduler", [*manage, "schedule"], environ)] if has_queue() else [worker]


def _watch(children: list[Child]) -> NoReturn:
    """Restart what dies, until a signal ends it."""
    while True:
        time.sleep(LOOK_SECONDS)
        for child in children:
            child.look()


def _wait_until_ready(children: list[Child], host: str, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    answer = "no answer"
    while time.monotonic() < deadline:
        for child in children:
            child.look()
            if child.deaths > 2:
                raise CannotStart(f"The {child.name} process does not stay up; its messages are above.")
        answer = _readiness(host, port)
        if not answer:
            return
        time.sleep(0.2)
    raise CannotStart(f"The service was not ready within {READY_SECONDS:.0f} seconds: {answer}")


def _readiness(host: str, port: int) -> str:
    """Return "" when /health/ready says 200, else what it said."""
    name = settings.ALLOWED_HOSTS[0].lstrip(".")
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=10)
    try:
        connection.request("GET", "/health/ready", headers={"Host": "localhost" if name == "*" else name})
        response = connection.getresponse()
        body = response.read(4000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as failure:
        return type(failure).__name__
    finally:
        connection.close()
    return "" if response.status == http.HTTPStatus.OK else f"{response.status} {body}"


def _free_port(host: str, port: int) -> int:
    """Return the port to serve at; 0 asks for any free one. Raises CannotStart when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    except OSError as failure:
        raise CannotStart(
            f"Cannot serve at {host} port {port} ({failure.strerror}); choose another with --host or --port."
        ) from failure


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared with, not bound to


def _visible(host: str) -> str:
    reachable = _reachable(host)
    return f"[{reachable}]" if ":" in reachable else reachable


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
