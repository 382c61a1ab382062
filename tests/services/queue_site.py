"""A site on all four servers with a queue, of which nobody else uses database, bucket, index and queue."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from deploy.env import PROJECT
from deploy.services_urls import storage_from
from storage.s3 import S3Store
from tests.conftest import remove_bucket
from tests.deploy.commands.site import Site
from tests.search_server import address, fresh_index

MANAGE = [sys.executable, str(PROJECT / "manage.py")]


@dataclass(frozen=True)
class QueueSite(Site):
    """A site on servers of which nobody else uses this database, this bucket, this index and this queue."""

    urls: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        return super().environ | self.urls | {"LEGAJO_WORKERS": "1"}

    def start(self, *words: str, **environ: str) -> subprocess.Popen[bytes]:
        with (self.home / "processes.err").open("ab") as errors:
            process = subprocess.Popen(
                # Tied to this process: tests that are killed leave nobody behind who empties the next one's queue.
                [sys.executable, "-m", "deploy.supervision.tied", str(os.getpid()), *MANAGE, *words],
                cwd=PROJECT,
                env=self.environ | environ,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def rows(self, question: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.urls["DATABASE_URL"], autocommit=True) as connection:
            return connection.execute(question).fetchall()  # type: ignore[call-overload,no-any-return]

    def change(self, order: str) -> None:
        with psycopg.connect(self.urls["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(order)  # type: ignore[call-overload]


@contextmanager
def queue_site(services: Mapping[str, str], folder: Path, redis_numbers: tuple[int, int]) -> Iterator[QueueSite]:
    """Give a site and remove all of it afterwards; its queue and its counters have these numbers in Redis."""
    server = services["DATABASE_URL"].rpartition("/")[0]
    name = f"queue_{uuid.uuid4().hex}"
    queue = services["TASKS_URL"].rpartition("/")[0] + f"/{redis_numbers[0]}"
    bucket = services["STORAGE_URL"].rpartition("/")[0] + f"/test-{uuid.uuid4().hex}"
    home = folder / "home"
    home.mkdir()
    with fresh_index(services["SEARCH_URL"]) as options, redis.Redis.from_url(queue.removeprefix("celery+")) as broker:
        broker.flushdb()
        urls = {
            "DATABASE_URL": f"{server}/{name}",
            "STORAGE_URL": bucket,
            "SEARCH_URL": address(options),
            "TASKS_URL": queue,
            "CACHE_URL": queue.removeprefix("celery+").rpartition("/")[0] + f"/{redis_numbers[1]}",
        }
        made = QueueSite(home, urls)
        yield made
        for process in made.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        broker.flushdb()
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shape = storage_from(bucket, home)
        for wanted in (shape["OPTIONS"], shape["STAGING"]):
            remove_bucket(S3Store(**wanted))


def comes(condition: Callable[[], bool]) -> None:
    """Wait for what a process will do; the test's own limit ends what never comes."""
    while not condition():
        time.sleep(0.3)
