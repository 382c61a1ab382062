"""Worker and scheduler as processes on the real servers: killed, doubled, told to stop, and never on a wrong index."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from elasticsearch import Elasticsearch

from deploy.env import PROJECT
from ingest.jobs import HEAVY_BYTES
from tests.deploy.commands.site import Site
from tests.deploy.test_children import gone
from tests.services.queue_site import QueueSite, comes, queue_site

pytestmark = [pytest.mark.full, pytest.mark.faults, pytest.mark.timeout(400)]


@pytest.fixture
def site(services: dict[str, str], tmp_path: Path) -> Iterator[QueueSite]:
    with queue_site(services, tmp_path, redis_numbers=(11, 12)) as made:
        yield made


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(3):
        (folder / f"acta-{number}.txt").write_text(f"ACTA {number}\n\nSe acordó el punto {number} sobre refugio.\n")
    return folder


def waiting(site: QueueSite) -> Callable[[], bool]:
    def idle() -> bool:
        [(jobs,)] = site.rows("SELECT count(*) FROM ingest_job WHERE state IN ('waiting', 'running') AND NOT heavy")
        [(dirty,)] = site.rows("SELECT count(*) FROM records_dirty")
        return jobs == dirty == 0

    return idle


def test_what_no_message_told_of_is_found_and_two_schedulers_do_no_harm(
    site: QueueSite, papers: Path, tmp_path: Path
) -> None:
    (papers / "escaneado.pdf").write_bytes(b"%PDF-1.7\n" + random.Random(1).randbytes(HEAVY_BYTES))
    assert site.json("import", papers, "--access", "public").status == 0
    # Every message is lost.
    with redis.Redis.from_url(site.urls["TASKS_URL"].removeprefix("celery+")) as broker:
        broker.flushdb()
    schedulers = [site.start("schedule"), site.start("schedule")]
    worker = site.start("work", "--queues", "quick,indexing", "--concurrency", "2")
    comes(waiting(site))
    assert site.json("search", "refugio").only["total"] == 3
    # The large file waits for a worker of its own kind.
    assert site.rows("SELECT state FROM ingest_job WHERE heavy") == [("waiting",)]
    heavy = site.start("work", "--queues", "heavy", "--concurrency", "1")
    comes(lambda: site.rows("SELECT count(*) FROM ingest_job WHERE state IN ('waiting', 'running')") == [(0,)])
    assert site.rows("SELECT count(*) FROM records_record") == [(4,)]
    assert site.rows("SELECT count(*) FROM records_seal") == site.rows("SELECT count(*) FROM records_event")
    assert site.json("audit").only["ok"]
    for process in (*schedulers, worker, heavy):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) in {0, -signal.SIGTERM}


def test_a_worker_killed_in_the_middle_costs_only_time(site: QueueSite, papers: Path) -> None:
    assert site.json("import", papers, "--access", "public").status == 0
    site.start("schedule")
    # Stopped before it can end what it holds: the job is taken, and its worker gone.
    site.change("UPDATE ingest_job SET state = 'running', attempt = 1, lease_until = now() + interval '10 minutes'")
    first = site.start("work", "--queues", "quick,indexing")
    comes(lambda: bool(site.rows("SELECT 1 FROM records_pulse")))
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    comes(lambda: gone(first.pid))
    assert site.rows("SELECT count(*) FROM ingest_job WHERE state = 'running'") == [(3,)]
    site.start("work", "--queues", "quick,indexing")
    site.change("UPDATE ingest_job SET lease_until = now() - interval '1 second'")
    comes(waiting(site))
    assert site.rows("SELECT DISTINCT state, attempt FROM ingest_job") == [("done", 2)]
    assert site.json("search", "refugio").only["total"] == 3
    assert site.json("audit").only["ok"]


def test_a_worker_alone_does_not_start_on_an_index_of_another_shape(site: QueueSite, papers: Path) -> None:
    assert site.json("import", papers, "--wait").status == 0
    url, prefix = site.urls["SEARCH_URL"].removeprefix("elasticsearch+").rsplit("/", 1)
    with Elasticsearch(url) as client:
        client.indices.put_mapping(index=prefix, meta={"format": "older"})
    alone = subprocess.run(
        [sys.executable, "-m", "celery", "--app", "deploy.celery", "worker"],
        cwd=PROJECT,
        env=site.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert alone.returncode == 1
    assert "run `manage.py reindex`" in alone.stderr
    assert "Traceback" not in alone.stderr
    assert site.run("work").status == 2


def test_an_unknown_queue_and_a_scheduler_without_a_queue_are_refused(site: QueueSite) -> None:
    refused = site.run("work", "--queues", "quick,slow")
    assert (refused.status, "'slow'" in refused.stderr) == (2, True)
    alone = Site(site.home).run("schedule")
    assert (alone.status, "TASKS_URL" in alone.stderr) == (2, True)
