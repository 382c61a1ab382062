"""How each part of a site is asked whether it works: cheaply, with a limit, and without leaving anything behind."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from deploy.counting_cache import CountingCache
from deploy.migrating import missing_migrations
from deploy.worker import TICK
from records.models import Pulse
from records.stores import documents

Check = Callable[[], None]
WORKER_SECONDS = 90.0
"""A worker's pulse comes every 20 seconds; on a site with a queue it says that scheduler, queue and worker work."""
LEAST_ROOM = 16 * 1024 * 1024
_migrated: set[str] = set()


def database() -> None:
    """Raise where the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    """Raise RuntimeError while a migration is missing. Once all are applied they stay so while this code runs."""
    if connection.alias in _migrated:
        return
    missing = missing_migrations()
    if missing:
        raise RuntimeError(f"{missing} migrations are not applied")
    _migrated.add(connection.alias)


def worker() -> None:
    """Raise RuntimeError where nobody has done what is due by the clock."""
    pulse = Pulse.objects.filter(name=TICK, at__gte=timezone.now() - dt.timedelta(seconds=WORKER_SECONDS))
    if not pulse.exists():
        raise RuntimeError("no worker has looked at the clock lately")


def store() -> None:
    """Ask the store for an object that is not there; of a folder, whether it may be written and has room."""
    documents().stat("health/asked")
    root = settings.STORAGE["OPTIONS"].get("root")
    if root is None:
        return
    if not os.access(root, os.W_OK | os.X_OK):
        raise RuntimeError("the folder of files cannot be written")
    if shutil.disk_usage(root).free < LEAST_ROOM:
        raise RuntimeError("the disk of the folder of files is full")


def search() -> None:
    """Ask the engine how its index stands; this module must load even where the engine does not."""
    from search.engines import engine

    engine().status()


def queue() -> None:
    """Ask the broker for a connection."""
    from deploy.celery import ask_the_broker

    ask_the_broker()


def counters() -> None:
    """Ask the cache's server for a key that is not there."""
    cast(CountingCache, caches["default"]).ask()


def disk_room() -> dict[str, int]:
    """Return the free bytes of each disk that the site writes to, by what lies there."""
    folders = {"home": Path(settings.LEGAJO_HOME)}
    if "root" in settings.STORAGE["OPTIONS"]:
        folders["store"] = Path(settings.STORAGE["OPTIONS"]["root"])
    return {name: shutil.disk_usage(folder).free for name, folder in folders.items() if folder.is_dir()}


def needed() -> dict[str, Check]:
    """Return the checks of what every page needs; they use this thread's connection to the database."""
    return {"database": database, "migrations": migrations}


def useful() -> dict[str, Check]:
    """Return the checks of what the site does without for a while. None of them asks the database."""
    checks: dict[str, Check] = {"store": store, "search": search}
    if settings.TASKS["default"]["BACKEND"] == "deploy.celery.CeleryBackend":
        checks["queue"] = queue
    if settings.CACHES["default"]["BACKEND"] == "deploy.counting_cache.CountingCache":
        checks["counters"] = counters
    return checks
