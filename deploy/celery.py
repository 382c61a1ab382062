"""Celery on Redis: the queue of a site on many machines. Its messages are wake-ups; the truth is in the rows.

`manage.py work` and `manage.py schedule` start its worker and its scheduler; how both are set up stands here.
"""

from __future__ import annotations

import mmap
import os
import sys
import time
from typing import Any
from uuid import uuid4

import structlog
from celery import Celery
from celery.signals import celeryd_init, worker_process_init, worker_process_shutdown, worker_shutting_down
from django.core.exceptions import SuspiciousOperation
from django.db import connections, transaction
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import normalize_json
from kombu.exceptions import OperationalError as BrokerError

from deploy.server_urls import REDIS_SECONDS, VISIBILITY_SECONDS
from deploy.supervision.tied import end_with
from records.errors import LegajoError
from records.wakeups import told_to_stop
from storage import outside

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 15.0
SOFT_SECONDS, HARD_SECONDS = 30 * 60, 35 * 60
LISTEN_SECONDS = 30
BROKER_REST_SECONDS = 10.0
"""After a refused message none is tried for so long: a change must not wait for a queue that is away."""
EXPIRES_SECONDS = 600
"""An older wake-up is thrown away: the sweep has sent others, which would gather where nobody serves their queue."""
RUN = "legajo.run"
_ending = mmap.mmap(-1, 1)
"""A byte that a worker shares with the processes it forks: 1 once it has been told to stop."""

app = Celery("legajo")


@app.on_configure.connect  # type: ignore[untyped-decorator]
def _configure(sender: Celery, **_: Any) -> None:
    """Read the broker's address from the site's settings, when it is first needed."""
    import django
    from django.apps import apps
    from django.conf import settings

    if not apps.ready:
        django.setup()
    sender.conf.update(
        broker_url=settings.TASKS["default"].get("OPTIONS", {}).get("broker", "memory://"),
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_SECONDS,
            # A change must not wait for a Redis that is frozen; a worker, which only listens, may (see below).
            "socket_timeout": REDIS_SECONDS,
            "socket_connect_timeout": REDIS_SECONDS,
            "socket_keepalive": True,
            # The client's own retries, six seconds of them, would keep the change waiting that wanted to say so.
            "max_retries": 0,
        },
        # A message is done when the work is: a worker that dies hands it on, and doing it twice does no harm.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_soft_time_limit=SOFT_SECONDS,
        task_time_limit=HARD_SECONDS,
        task_default_queue="quick",
        task_serializer="json",
        accept_content=["json"],
        worker_hijack_root_logger=False,
        worker_max_memory_per_child=400_000,
        beat_schedule={
            "sweep": {"task": RUN, "schedule": SWEEP_SECONDS, "args": ["deploy.tasks.sweep_task", [], {}]},
        },
        # The scheduler remembers nothing worth a file: what is due is told by the rows.
        beat_scheduler="celery.beat:Scheduler",
    )


@celeryd_init.connect  # type: ignore[untyped-decorator]
def _listen_patiently(conf: Any, **_: Any) -> None:
    """Let a worker wait longer for an answer than who sends a message."""
    conf.broker_transport_options = {**conf.broker_transport_options, "socket_timeout": LISTEN_SECONDS}


@app.task(name=RUN)  # type: ignore[untyped-decorator]
def run_by_path(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Run a task by its import path. Raises SuspiciousOperation: a message must not call just anything."""
    task = import_string(path)
    if not isinstance(task, Task):
        raise SuspiciousOperation(path)
    try:
        task.call(*args, **kwargs)
    finally:
        connections.close_all()


class CeleryBackend(BaseTaskBackend):
    """Sends tasks to Celery, once the transaction that asked for them is committed.

    A broker that is away costs nothing but the wake-up: the sweep finds the rows.
    """

    supports_priority = True
    supports_defer = True
    _rest_until = 0.0

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Send the task after commit and return a result that cannot be asked again."""
        self.validate_task(task)
        number = str(uuid4())
        payload = normalize_json([task.module_path, list(args), dict(kwargs)])
        transaction.on_commit(lambda: self._send(payload, number, task), robust=True)
        return TaskResult(
            task=task,
            id=number,
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

    def _send(self, payload: list[Any], number: str, task: Task[Any, Any]) -> None:
        if time.monotonic() < self._rest_until:
            return
        try:
            with outside.outside_call("queue", "send", lambda _: outside.AWAY):
                run_by_path.apply_async(
                    payload,
                    task_id=number,
                    eta=task.run_after,
                    expires=None if task.run_after else EXPIRES_SECONDS,
                    queue=task.queue_name,
                    retry=False,
                )
        except (BrokerError, OSError) as failure:
            self._rest_until = time.monotonic() + BROKER_REST_SECONDS
            log.warning("queue does not answer", task=task.name, reason=type(failure).__name__)


def ask_the_broker() -> None:
    """Raise an error of the broker's client where the broker does not answer."""
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=REDIS_SECONDS)
        connection.default_channel.client.ping()


@celeryd_init.connect  # type: ignore[untyped-decorator]
def _refuse_what_is_not_to_be_worked_on(**_: Any) -> None:
    """End a worker before it takes a message, where the site lives elsewhere or its index is of another release."""
    from deploy.index_shape import refuse_an_outdated_index
    from deploy.moving.marks import refuse_a_moved_site

    try:
        refuse_a_moved_site()
        refuse_an_outdated_index()
    except LegajoError as reason:
        print(reason.detail, file=sys.stderr)  # noqa: T201 - for who started it
        raise SystemExit(1) from None


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _say_that_it_ends(**_: Any) -> None:
    """Have the tasks under way give back what they hold, instead of reading on for up to a minute."""
    _ending[0] = 1


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _start_afresh(**_: Any) -> None:
    """End with the parent, however it ends, and share no connection with it."""
    end_with(os.getppid())
    told_to_stop.append(lambda: _ending[0] != 0)
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _end_line(**_: Any) -> None:
    """Give claimed files back and end the children that read them."""
    from ingest.tasks import close_line

    close_line()
