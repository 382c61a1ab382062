"""A site of a drill's own on the servers of `make services`: names nobody else has, people, and the running service."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import redis

from deploy.env import PROJECT
from deploy.services_urls import search_options, storage_from
from storage.errors import StorageError
from storage.s3 import S3Store
from tests.search_server import remove_indexes

SERVICES = PROJECT / "var" / "services.env"
QUEUE, COUNTERS = 5, 6
"""Numbers of Redis's databases that no test uses."""
PASSWORD = "correct horse battery"
SERIES = "ensayos"
"""Whose records the archivist may correct, whoever took them in."""
TAKEN_IN = ("--series", SERIES, "--access", "public", "--wait", "--json")
PEOPLE = {
    "users": [
        {"username": "archivist", "password": PASSWORD, "roles": ["archivist"], "groups": []},
        {"username": "counsel", "password": PASSWORD, "roles": ["reader"], "groups": []},
    ],
    "series": [{"code": SERIES, "title": "Ensayos", "access": "public"}],
}


def services() -> dict[str, str]:
    """Return the URLs of the servers. Raises SystemExit where they do not run."""
    if not SERVICES.is_file():
        raise SystemExit("The servers do not run: `make services` starts them.")
    return dict(line.split("=", 1) for line in SERVICES.read_text(encoding="utf-8").splitlines())


class Site:
    """A site in its folder; `environ` is what its processes are started with."""

    def __init__(self, folder: Path, urls: Mapping[str, str]) -> None:
        self.folder = folder
        self.urls = dict(urls)
        self.environ: dict[str, str] = {}
        self.url = ""
        self.process: subprocess.Popen[str] | None = None
        self.stays_at(self.urls)

    def stays_at(self, urls: Mapping[str, str]) -> None:
        """Let what is started from now on use these addresses."""
        self.environ = {**os.environ, "LEGAJO_HOME": str(self.folder / "home"), "LEGAJO_LOG_LEVEL": "warning", **urls}
        self.environ.pop("VIRTUAL_ENV", None)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(PROJECT / "manage.py"), *words]

    def manage(self, *words: str, least_status: int = 0) -> str:
        """Run a command to its end and return what it says. Raises RuntimeError where it fails."""
        ended = subprocess.run(
            self.command(*words), cwd=PROJECT, env=self.environ, capture_output=True, text=True, check=False
        )
        if ended.returncode > least_status:
            raise RuntimeError(f"manage.py {' '.join(words)}: {ended.stdout[-2000:]}\n{ended.stderr[-4000:]}")
        return ended.stdout

    def prepare(self, papers: int) -> None:
        """Make the people and take in some papers for readers to read."""
        people = self.folder / "people.json"
        people.write_text(json.dumps(PEOPLE), encoding="utf-8")
        self.manage("configure", str(people))
        self.manage("grant", "--series", SERIES, "--reader", "user:archivist", "--action", "edit")
        files = self.folder / "papers"
        files.mkdir()
        for number in range(papers):
            text = paper_text(f"DIRECTIVA N° {number:03d}-2024-MTIGM", number)
            (files / f"directiva-{number:03d}.txt").write_text(text, encoding="utf-8")
        self.manage("import", str(files), *TAKEN_IN)

    def token(self, name: str) -> str:
        told: dict[str, str] = json.loads(self.manage("token", name, "--json"))
        return told["token"]

    def up(self) -> None:
        """Start the service and wait until it says that it is ready."""
        with (self.folder / "up.log").open("ab") as errors:
            self.process = subprocess.Popen(
                self.command("up", "--port", "0"),
                cwd=PROJECT,
                env=self.environ,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError((self.folder / "up.log").read_text(encoding="utf-8")[-4000:])
        self.url = json.loads(line)["url"]

    def down(self) -> None:
        """Stop the service as Ctrl-C would."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.communicate(timeout=40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        self.process = None

    def figures(self) -> dict[str, float]:
        """Return what `/metrics` says, by name with labels; nothing while it does not answer."""
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
            return {name: float(value) for name, value in (one.rsplit(" ", 1) for one in lines if one[:1] != "#")}
        return {}

    def left_to_do(self) -> int | None:
        """Return how many records are dirty and jobs are waiting or running, None while nobody can say."""
        told = self.figures()
        waiting = [told.get(f'legajo_jobs{{state="{state}"}}', 0.0) for state in ("waiting", "running")]
        return int(told["legajo_dirty_records"] + sum(waiting)) if "legajo_dirty_records" in told else None

    def audit(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.manage("audit", "--json", least_status=1))
        return told

    def remove(self) -> None:
        """Remove what it left on the servers."""
        if "postgres" in self.urls.get("DATABASE_URL", ""):
            server, _, name = self.urls["DATABASE_URL"].rpartition("/")
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if "elasticsearch" in self.urls.get("SEARCH_URL", ""):
            with suppress(Exception):
                remove_indexes(search_options(self.urls["SEARCH_URL"]))
        if "s3" in self.urls.get("STORAGE_URL", ""):
            self._remove_buckets()
        if "celery" in self.urls.get("TASKS_URL", ""):
            for number in (QUEUE, COUNTERS):
                address = self.urls["TASKS_URL"].removeprefix("celery+").rpartition("/")[0]
                with redis.Redis.from_url(f"{address}/{number}") as client:
                    client.flushdb()

    def _remove_buckets(self) -> None:
        from tests.conftest import remove_bucket

        shape = storage_from(self.urls["STORAGE_URL"], self.folder)
        for options in (shape["OPTIONS"], shape["STAGING"]):
            with suppress(StorageError):
                remove_bucket(S3Store(**options))


def paper_text(title: str, number: int) -> str:
    """Return a small document, no two of them alike."""
    articles = "\n".join(
        f"Artículo {at}.- La unidad orgánica {(number * 7 + at) % 100} atiende los trámites de la mesa de trabajo."
        for at in range(1, 8)
    )
    return f"{title}\n\n{articles}\nFolio {number}.\n"


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def own_names(servers: Mapping[str, str]) -> dict[str, str]:
    """Return the URLs of a new site on these servers: database, bucket, index and queue are its own."""
    name = f"drill{secrets.token_hex(4)}"
    queue = servers["TASKS_URL"].rpartition("/")[0]
    own = {key: f"{servers[key].rpartition('/')[0]}/{name}" for key in ("DATABASE_URL", "STORAGE_URL", "SEARCH_URL")}
    counters = f"{queue.removeprefix('celery+')}/{COUNTERS}"
    return {**own, "TASKS_URL": f"{queue}/{QUEUE}", "CACHE_URL": counters}


@contextmanager
def new_site(urls: Mapping[str, str]) -> Iterator[Site]:
    """A site that is gone without a trace after the block, except where the block fails: then its log is shown."""
    folder = Path(tempfile.mkdtemp(prefix="legajo-drill-"))
    site = Site(folder, urls)
    try:
        yield site
    finally:
        site.down()
        log = folder / "up.log"
        if log.is_file():
            kept = PROJECT / "var" / "drills"
            kept.mkdir(parents=True, exist_ok=True)
            shutil.copy(log, kept / "last-up.log")
        site.remove()
        shutil.rmtree(folder, ignore_errors=True)
