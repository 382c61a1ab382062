"""Celery's queue on the real Redis: wake-ups go out after the commit, and nothing depends on one that is lost."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from django.core.exceptions import SuspiciousOperation

from deploy.celery import CeleryBackend, app, run_by_path
from deploy.server_urls import QUEUES
from deploy.tasks import WOKEN, sweep_task, wake_workers
from ingest.tasks import close_line, read_task
from records.models import Dirty, Page
from records.wakeups import READING, work_left
from search.tasks import index_task
from tests.drills.tcp_proxy import SILENT, tcp_proxy

Make = Callable[..., object]
Commits = Callable[..., Any]


@pytest.fixture
def broker() -> Iterator[Callable[[str], None]]:
    """Point Celery at another broker for the time of a test."""
    before = app.conf.broker_url

    def point(address: str) -> None:
        app.conf.broker_url = address
        # As in a process just forked: connections to the broker before are not for this one.
        app._after_fork()

    yield point
    point(before)


@pytest.fixture
def queue(services: dict[str, str], settings: object, broker: Callable[[str], None]) -> Iterator[redis.Redis]:
    """The broker as a site has it, in a database of Redis that no other test of this process uses."""
    address = services["TASKS_URL"].removeprefix("celery+").rpartition("/")[0] + "/9"
    settings.TASKS = {"default": {"BACKEND": "deploy.celery.CeleryBackend", "QUEUES": list(QUEUES)}}
    broker(address)
    client = redis.Redis.from_url(address)
    client.flushdb()
    work_left.connect(wake_workers)
    yield client
    work_left.disconnect(wake_workers)
    client.flushdb()
    client.close()


def sent(queue: redis.Redis, name: str) -> list[str]:
    """Return the paths of the tasks that wait in a queue."""
    messages = [json.loads(raw) for raw in queue.lrange(name, 0, -1)]
    return [json.loads(b64decode(message["body"]))[0][0] for message in messages]


@pytest.mark.full
@pytest.mark.django_db
def test_a_record_taken_in_wakes_reader_and_indexer_once_it_is_committed(
    queue: redis.Redis, make_record: Make, django_capture_on_commit_callbacks: Commits
) -> None:
    make_record("Directiva que no se confirma")
    assert sent(queue, "quick") == sent(queue, "indexing") == []
    with django_capture_on_commit_callbacks(execute=True):
        make_record("Directiva sobre trámites")
    assert sent(queue, "quick") == [read_task.module_path]
    assert set(sent(queue, "indexing")) == {index_task.module_path}


@pytest.mark.fault("F5", "F27")
@pytest.mark.full
@pytest.mark.django_db
def test_a_message_that_is_lost_or_doubled_changes_nothing(
    queue: redis.Redis, make_record: Make, django_capture_on_commit_callbacks: Commits
) -> None:
    make_record("Directiva sobre trámites", "Artículo 1.- Se aprueba.")
    assert sent(queue, "quick") == []
    with django_capture_on_commit_callbacks(execute=True):
        sweep_task.call()
    assert sent(queue, "quick") == [read_task.module_path]
    assert index_task.module_path in sent(queue, "indexing")
    for _ in range(2):
        read_task.call()
        index_task.call()
    close_line()
    assert Page.objects.count() == 1
    assert not Dirty.objects.exists()


@pytest.mark.django_db
def test_a_queue_that_is_away_keeps_no_change_waiting(
    broker: Callable[[str], None], django_capture_on_commit_callbacks: Commits
) -> None:
    broker("redis://127.0.0.1:9/0")
    backend = CeleryBackend("default", {"QUEUES": list(QUEUES)})
    with django_capture_on_commit_callbacks(execute=True):
        backend.enqueue(WOKEN[READING], (), {})
    resting = backend._rest_until
    with django_capture_on_commit_callbacks(execute=True):
        backend.enqueue(WOKEN[READING], (), {})
    assert resting > 0
    assert backend._rest_until == resting


@pytest.mark.full
@pytest.mark.django_db
@pytest.mark.timeout(25)
def test_a_queue_that_is_frozen_keeps_no_change_waiting(
    services: dict[str, str], broker: Callable[[str], None], django_capture_on_commit_callbacks: Commits
) -> None:
    parts = urlsplit(services["TASKS_URL"])
    with tcp_proxy(parts.hostname or "", parts.port or 0) as proxy:
        proxy.line = SILENT
        broker(f"redis://127.0.0.1:{proxy.port}/9")
        backend = CeleryBackend("default", {"QUEUES": list(QUEUES)})
        with django_capture_on_commit_callbacks(execute=True):
            backend.enqueue(WOKEN[READING], (), {})
        assert backend._rest_until > 0


def test_a_message_calls_nothing_but_tasks() -> None:
    with pytest.raises(SuspiciousOperation):
        run_by_path("os.getcwd", [], {})
