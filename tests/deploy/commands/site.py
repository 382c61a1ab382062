"""A site of its own in a folder, worked through the real command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.env import PROJECT


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status and what it printed."""

    status: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line of standard output as JSON; whatever else stands there makes this fail."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def only(self) -> dict[str, Any]:
        [line] = self.lines
        return line

    @property
    def error(self) -> dict[str, Any]:
        """What `--json` says on standard error of a refusal: its last line."""
        return dict(json.loads(self.stderr.splitlines()[-1])["error"])


@dataclass(frozen=True)
class Site:
    """An embedded site."""

    home: Path

    def run(self, *args: object, given: str | None = None) -> Ended:
        """Run `manage.py …` and wait for its end."""
        done = subprocess.run(
            [sys.executable, str(PROJECT / "manage.py"), *map(str, args)],
            cwd=PROJECT,
            env=self.environ,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def json(self, *args: object) -> Ended:
        return self.run(*args, "--json")

    @property
    def environ(self) -> dict[str, str]:
        return {**os.environ, "LEGAJO_HOME": str(self.home), "LEGAJO_LOG_LEVEL": "error"}

    def configure(self, folder: Path, **document: Any) -> None:
        file = folder / "site.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        done = self.run("configure", file)
        assert done.status == 0, done.stderr
