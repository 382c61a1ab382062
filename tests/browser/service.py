"""A real `manage.py up` for the browser: its own folder, a free port, ended with everything below it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from deploy.env import PROJECT
from tests.deploy.test_children import until

SETTLED = re.compile(r"^legajo_dirty_records(?:\{\})? 0(?:\.0)?$", re.MULTILINE)
BUSY = re.compile(r'^legajo_jobs\{state="(?:waiting|running)"\} [1-9]', re.MULTILINE)


class Service:
    """One running service and where it answers."""

    def __init__(self, home: Path, *options: str) -> None:
        self.home = home
        self.errors = home.with_suffix(".err")
        environ = {**os.environ, "LEGAJO_HOME": str(home)}
        command = [sys.executable, str(PROJECT / "manage.py"), "up", "--port", "0", *options]
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=subprocess.PIPE, stderr=errors)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.errors.read_text()
        self.url: str = json.loads(line)["url"]

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return str(answer.read().decode())

    def settled(self) -> bool:
        """Tell whether every paper has been read and can be searched."""
        figures = self.get("/metrics")
        return bool(SETTLED.search(figures)) and not BUSY.search(figures)

    def wait_until_settled(self) -> None:
        assert until(self.settled, seconds=90), self.get("/metrics")

    def search(self, question: str) -> dict[str, Any]:
        """Return what a stranger's program is answered."""
        asked = urllib.parse.urlencode({"q": question, "facets": "kind"})
        answer: dict[str, Any] = json.loads(self.get(f"/api/v1/search?{asked}"))
        return answer

    def complaints(self) -> list[str]:
        """Return what the service's log says went wrong."""
        return [line for line in self.errors.read_text().splitlines() if '"level": "error"' in line]

    def end(self) -> None:
        """Stop it as Ctrl-C would; whoever hangs is killed, and what it started ends with it."""
        self.process.terminate()
        try:
            self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
