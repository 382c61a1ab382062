"""The web server as a process of its own: granian over `deploy.wsgi`, whose workers end when it does."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from deploy import env
from deploy.logs import standard_logging
from deploy.patience import a_person_waits
from deploy.supervision.tied import end_with

STOP_SECONDS = 10


def load(target: str) -> Callable[..., Any]:
    """Return the application; called in each worker process, which is tied to the server here."""
    end_with(os.getppid())
    a_person_waits()
    module, name = target.split(":")
    application: Callable[..., Any] = getattr(import_module(module), name)
    return application


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="deploy.supervision.web")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    site = env.site()
    server = Granian(
        "deploy.wsgi:application",
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=site.web_workers,
        blocking_threads=site.web_threads,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=standard_logging(site.log_level),
    )
    server.serve(target_loader=load)


if __name__ == "__main__":
    main()
