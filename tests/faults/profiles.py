"""Where the harness's site lives: in its folder, or on the servers of `make services`. Kept and put back whole.

Only called in forks of the harness: connections do not survive one.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from elasticsearch import Elasticsearch

from deploy.services_urls import search_options, storage_from
from storage.s3 import S3Store
from tests.drills.site import own_names, services
from tests.search_server import remove_indexes


class Embedded:
    """SQLite, files and the index, all in one folder."""

    patience = dt.timedelta()
    """How much later the same is asked again. The one worker of a folder inherits what a dead one held, at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.urls: dict[str, str] = {}

    def keep(self, name: str) -> None:
        """Keep the site as it is now under this name."""
        for part in ("home", "work"):
            shutil.copytree(self.folder / part, self.folder / "began" / name / part)

    def put_back(self, name: str) -> None:
        """Have the site be as it was kept under this name."""
        for part in ("home", "work"):
            shutil.rmtree(self.folder / part)
            shutil.copytree(self.folder / "began" / name / part, self.folder / part)

    def left_behind(self) -> list[str]:
        """Return what no finished work leaves: torn writes, staged parts, indexes begun."""
        home = self.folder / "home"
        torn = [*home.rglob(".incoming/*"), *(one for one in (home / "files-staging").rglob("*") if one.is_file())]
        generations = [path for path in home.rglob("g*") if re.fullmatch("g[0-9a-f]{12}", path.name)]
        told = [str(path.relative_to(home)) for path in torn]
        return told + ([f"{len(generations)} generations of the index"] if len(generations) != 1 else [])

    def remove(self) -> None:
        """Nothing of it lies outside its folder."""


class Servers(Embedded):
    """PostgreSQL, S3 and Elasticsearch with names of their own; the worker is the harness's, without a queue."""

    patience = dt.timedelta(hours=1)
    """One of many workers cannot know that another is dead; its leases end."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.urls = {
            key: value for key, value in own_names(services()).items() if key not in ("TASKS_URL", "CACHE_URL")
        }
        server, _, self.database = self.urls["DATABASE_URL"].rpartition("/")
        self.server = f"{server}/postgres"
        self.search = search_options(self.urls["SEARCH_URL"])
        self.kept_prefix = f"kept-{self.search['prefix']}"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{self.database}"')

    def keep(self, name: str) -> None:
        super().keep(name)
        self._copy_database(self.database, f"{self.database}_{name}")
        for store in self.stores():
            for found in store.list():
                path = self.folder / "began" / name / "objects" / store._bucket.name / found.key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"".join(store.open(found.key)))
        self._keep_index(name)

    def put_back(self, name: str) -> None:
        super().put_back(name)
        self._copy_database(f"{self.database}_{name}", self.database)
        for store in self.stores():
            folder = self.folder / "began" / name / "objects" / store._bucket.name
            kept = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
            lying = {found.key for found in store.list()}
            for key in lying - kept.keys():
                store.delete(key)
            for key in kept.keys() - lying:
                store.put(key, iter([kept[key].read_bytes()]))
        self._put_index_back(name)

    def left_behind(self) -> list[str]:
        """Return staged parts, writes in parts that nobody ended, and indexes that no alias names."""
        documents, staging = self.stores()
        told = [f"staged {found.key}" for found in staging.list()]
        for store in (documents, staging):
            client, name = store._bucket.client, store._bucket.name
            begun = client._list_multipart_uploads(name).uploads if client.bucket_exists(name) else []
            told += [f"a write in parts of {one.object_name}" for one in begun]
        with self._elastic() as client:
            found = client.indices.get_alias(index=f"{self.search['prefix']}-*").body
        return told + [f"index {name}" for name, has in found.items() if not has["aliases"]]

    def stores(self) -> tuple[S3Store, S3Store]:
        shape: dict[str, Any] = dict(storage_from(self.urls["STORAGE_URL"], self.folder))
        return S3Store(**shape["OPTIONS"]), S3Store(**shape["STAGING"])

    def remove(self) -> None:
        from tests.conftest import remove_bucket

        with psycopg.connect(self.server, autocommit=True) as connection:
            names = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.database]
            ).fetchall()
            for (name,) in names:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        for store in self.stores():
            with suppress(Exception):
                remove_bucket(store)
        for prefix in (self.search["prefix"], self.kept_prefix):
            with suppress(Exception):
                remove_indexes({**self.search, "prefix": prefix})

    def _copy_database(self, source: str, target: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
            # Whoever was killed may be served for a moment yet.
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [source]
            )
            connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _elastic(self) -> Elasticsearch:
        return Elasticsearch(self.search["url"].split(","), request_timeout=60)

    def _keep_index(self, name: str) -> None:
        prefix = self.search["prefix"]
        with self._elastic() as client:
            if not client.indices.exists_alias(name=prefix):
                return
            (live,) = client.indices.get_alias(name=prefix).body
            client.indices.refresh(index=live)
            self._clone(client, live, f"{self.kept_prefix}-{name}", {})
            client.indices.put_settings(index=live, settings={"index.blocks.write": None})

    def _put_index_back(self, name: str) -> None:
        prefix, kept = self.search["prefix"], f"{self.kept_prefix}-{name}"
        with self._elastic() as client:
            for old in client.indices.get_alias(index=f"{prefix}-*").body:
                client.indices.delete(index=old)
            if client.indices.exists(index=kept):
                self._clone(client, kept, f"{prefix}-first", {prefix: {}})

    def _clone(self, client: Elasticsearch, source: str, target: str, aliases: dict[str, Any]) -> None:
        client.indices.put_settings(index=source, settings={"index.blocks.write": True})
        client.indices.clone(index=source, target=target, aliases=aliases, settings={"index.blocks.write": None})
        client.cluster.health(index=target, wait_for_status="yellow", timeout="30s")


PROFILES = {"embedded": Embedded, "servers": Servers}


def written(path: Path, value: Any) -> None:
    """Leave a value for the parent to read."""
    path.write_text(json.dumps(value, default=str), encoding="utf-8")


def read(path: Path) -> Any:
    """Return what a fork left; waits for nothing, as the fork has ended."""
    return json.loads(path.read_text(encoding="utf-8"))


def waited_for_nobody(seconds: float = 3.0) -> list[int]:
    """Return the children of the dead that live on after so long; they became ours when their parent died."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return []
        if not pid:
            time.sleep(0.01)
    return [int(one) for one in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
