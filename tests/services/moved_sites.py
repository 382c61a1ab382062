"""Sites at two places, and a move between them that may be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.env import PROJECT
from tests.deploy.commands.site import Site

KILLED = -9
QUESTIONS = [
    "reglamento interno", "acta ordinaria", "migración", "refugio humanitario", "\"orden del día\"", "Decreto Supremo",
    "014-2021-MRF", "acuerdo", "directiva 001-2024", "secretaría técnica", "plan anual de trabajo", "convocatoria",
    "ventanilla", "nota reservada", "frontera", "actas 2025", "sesión extraordinaria", "grupo de trabajo",
    "registro de extranjeros", "oficio circular",
]  # fmt: skip


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
