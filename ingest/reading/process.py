"""Starting and ending one child: its own process group, an empty environment, a pipe, nothing else."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_PROGRAM = (
    "import json, sys; setup = json.loads(sys.argv[1]); sys.path[:] = setup.pop('path'); "
    "from ingest.reading.child import main; main(setup)"
)


_FLOOR_MARGIN = 8 * 1024**2


@dataclass(slots=True)
class Child:
    """A running child and the parent's end of its pipe.

    `floor`: Linux lets a new program inherit the peak of the process that started it, so a peak of so many
    bytes says nothing about the child.
    """

    process: subprocess.Popen[bytes]
    connection: Connection[Any, Any]
    floor: int

    def end(self) -> tuple[int, resource.struct_rusage]:
        """Kill the child's whole group and wait for it: exit status (negative: signal) and what it used.

        A child that had ended by itself keeps its own status.
        """
        self.connection.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return self.process.returncode, usage


def start_child(setup: Mapping[str, Any]) -> Child:
    """Start a child that runs `ingest.reading.child.main` with this setup.

    It sees the modules this process sees and no environment but PATH, language and time zone: no secrets.
    """
    ours, theirs = Pipe(duplex=True)
    everything = {
        **setup,
        "connection": theirs.fileno(),
        "parent": os.getpid(),
        "path": [str(Path(place or ".").resolve()) for place in sys.path],
    }
    try:
        # -I and -S: nothing of the environment or the site is run; the search path above is all it needs.
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and a constant program
            [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _PROGRAM, json.dumps(everything)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=_environment(),
            process_group=0,
        )
    finally:
        theirs.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Child(process, ours, peak + _FLOOR_MARGIN)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    # One thread for each child: measured, OpenMP's own choice made recognition five times slower (guide, C).
    # Two arenas keep the address space near what is used, so that its limit means something.
    return {**kept, "OMP_THREAD_LIMIT": "1", "MALLOC_ARENA_MAX": "2"}
