"""Stopping the servers of `make services` as bad days do: frozen, or killed and started again."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from deploy.env import PROJECT
from deploy.services.place import scratch_folder

S3 = "seaweedfs"
NAMES = {"PostgreSQL": "postgresql", "S3": S3, "Elasticsearch": "elasticsearch", "Redis": "redis"}
VARIABLES = {"PostgreSQL": "DATABASE_URL", "S3": "STORAGE_URL", "Elasticsearch": "SEARCH_URL", "Redis": "TASKS_URL"}


def freeze(server: str) -> None:
    """Stop a server with all its processes: connections stay open and nobody answers."""
    _signal(server, signal.SIGSTOP)


def thaw(server: str) -> None:
    _signal(server, signal.SIGCONT)


def kill(server: str) -> None:
    """Kill a server with all its processes at once."""
    _signal(server, signal.SIGKILL)


def start_again() -> None:
    """Start what does not run, and wait until it answers."""
    told = subprocess.run(
        [sys.executable, "-m", "deploy.services", "up"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if told.returncode:
        raise RuntimeError(told.stderr)


def _signal(server: str, which: signal.Signals) -> None:
    pid = int(Path(scratch_folder(), f"{NAMES[server]}.pid").read_text(encoding="ascii").split()[0])
    first = psutil.Process(pid)
    for process in [first, *first.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(which)
