"""Children of one supervisor: each in a group of its own, tied to the supervisor's life, restarted when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
# A child that lived this long was well: its next death starts the delays anew.
WELL_AFTER = 60.0
STANDARD_ERROR = 2

log = structlog.get_logger()


@dataclass(slots=True)
class Child:
    """One command that should always run, and what is running of it now."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = 0.0
    not_before: float = field(default=0.0)

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the command. Its standard output goes to standard error: the supervisor's own is for its answer."""
        tied = [sys.executable, "-m", "deploy.supervision.tied", str(os.getpid()), *self.command]
        self.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            tied, stdin=subprocess.DEVNULL, stdout=STANDARD_ERROR, env=dict(self.environ), process_group=0
        )
        self.started = time.monotonic()
        log.info("child.started", child=self.name, pid=self.process.pid)

    def look(self) -> None:
        """Restart the command if it died, but no sooner than its back-off allows."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.deaths = 1 if now - self.started >= WELL_AFTER else self.deaths + 1
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (self.deaths - 1))
        self.not_before = now + delay
        self.process = None
        log.warning("child.died", child=self.name, status=status, restart_in_seconds=delay)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.runs:
            with suppress(ProcessLookupError):
                self.process.terminate()

    def end(self, *, within: float) -> None:
        """Wait for the command, then kill whatever is left of its group."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=max(0.0, within))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def stop_all(children: Sequence[Child], *, grace: float) -> None:
    """Ask all to stop at once, give them `grace` seconds together, then kill what is left."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + grace
    for child in children:
        child.end(within=deadline - time.monotonic())
