"""Sites at two places, and a move between them that may be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from deploy.env import PROJECT
from deploy.services_urls import storage_from
from storage.s3 import S3Store
from tests.conftest import remove_bucket
from tests.deploy.commands.site import Site
from tests.search_server import address, fresh_index

KILLED = -9
QUESTIONS = [
    "reglamento interno", "acta ordinaria", "migración", "refugio humanitario", "\"orden del día\"", "Decreto Supremo",
    "014-2021-MRF", "acuerdo", "directiva 001-2024", "secretaría técnica", "plan anual de trabajo", "convocatoria",
    "ventanilla", "nota reservada", "frontera", "actas 2025", "sesión extraordinaria", "grupo de trabajo",
    "registro de extranjeros", "oficio circular",
]  # fmt: skip


OF_THE_PLACE = ("Upload", "UploadPart", "Dirty")
"""What a person began, and what search was told, is of the place and not of the archive."""


@dataclass(frozen=True)
class PlacedSite(Site):
    """A site whose services are where `services` says."""

    services: Mapping[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        return super().environ | {"DJANGO_SETTINGS_MODULE": "deploy.settings"} | dict(self.services)

    def settings_in(self, file: Path) -> Path:
        """Write the settings of this place as an operator would; return the file."""
        lines = [f"LEGAJO_HOME={self.home}", *(f"{name}={url}" for name, url in self.services.items())]
        file.write_text("# the new place\n" + "\n".join(lines) + "\n", encoding="utf-8")
        return file

    def says(self, verb: str, *words: str) -> Any:
        """Ask the site something that no command tells (see `site_words`)."""
        command = [sys.executable, "-m", "tests.services.site_words", verb, *words]
        done = subprocess.run(command, cwd=PROJECT, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def kept(self) -> dict[str, Any]:
        """Return the rows by model, the events and the bytes that a backup or a move has to bring over."""
        return {name: rows for name, rows in self.says("state").items() if name not in OF_THE_PLACE}

    def answers(self, folder: Path, reader: str) -> list[dict[str, Any]]:
        """Ask every question as a reader; "" is a stranger."""
        file = folder / "questions.jsonl"
        file.write_text("".join(json.dumps({"query": text}) + "\n" for text in QUESTIONS), encoding="utf-8")
        whose = ["--as", reader] if reader else ["--anonymous"]
        done = self.json("search", "--queries", file, *whose, "--size", "50", "--facets", "kind,series")
        assert done.status == 0, done.stderr
        return done.lines


def killed_at(site: Site, line: int, *command: object) -> int:
    """Run a command and kill it with -9 at the given line of what it tells of its progress; return its status."""
    running = subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), *map(str, command)],
        cwd=PROJECT,
        env={**os.environ, **site.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    for number, _ in enumerate(running.stderr, start=1):
        if number == line:
            running.kill()
            break
    running.stderr.close()
    return running.wait()


def same_sets(answers: list[dict[str, Any]]) -> list[Any]:
    """Return of each answer how many, which, and the facets: among equals each index has an order of its own."""
    return [(one["query"], one["total"], {found["id"] for found in one["results"]}, one["facets"]) for one in answers]


@contextmanager
def on_servers(services: Mapping[str, str], home: Path) -> Iterator[PlacedSite]:
    """A site with a database, a bucket and an index on the real servers that nobody else has."""
    server, name = services["DATABASE_URL"].rpartition("/")[0], f"site_{uuid.uuid4().hex}"
    bucket = f"{services['STORAGE_URL'].rpartition('/')[0]}/test-{uuid.uuid4().hex}"
    with fresh_index(services["SEARCH_URL"]) as options:
        place = {
            "DATABASE_URL": f"{server}/{name}",
            "STORAGE_URL": bucket,
            "SEARCH_URL": address(options),
            "TASKS_URL": services["TASKS_URL"],
        }
        yield PlacedSite(home, place)
    shape = storage_from(bucket, home)
    for kept in (shape["OPTIONS"], shape["STAGING"]):
        remove_bucket(S3Store(**kept))
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
