"""What a command becomes on a site with a queue: Celery's worker, or its scheduler."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from django.conf import settings
from django.db import connections

from deploy.env import PROJECT

CELERY = ("-m", "celery", "--app", "deploy.celery")


def has_queue() -> bool:
    """Tell whether workers are woken by messages, as TASKS_URL says."""
    return bool(settings.TASKS["default"]["BACKEND"] == "deploy.celery.CeleryBackend")


def become_worker(*, queues: str, concurrency: int) -> NoReturn:
    """Turn this process into a worker of these queues. What Celery's workers say to each other nobody here needs."""
    quiet = ("--loglevel", "WARNING", "--without-gossip", "--without-mingle")
    _become("worker", *quiet, "--queues", queues, "--concurrency", str(concurrency))


def become_scheduler() -> NoReturn:
    """Turn this process into the scheduler. A second one does no harm: the sweep is done by one at a time."""
    _become("beat", "--loglevel", "WARNING")


def become_web(*, host: str, port: int) -> NoReturn:
    """Turn this process into the web server."""
    _exec("-m", "deploy.supervision.web", "--host", host, "--port", str(port))


def _become(*words: str) -> NoReturn:
    _exec(*CELERY, *words)


def _exec(*words: str) -> NoReturn:
    connections.close_all()
    sys.stdout.flush()
    paths = [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    os.execve(sys.executable, [sys.executable, *words], environ)  # noqa: S606 - our own program
