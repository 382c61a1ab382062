"""What the children of tests/ingest/test_pool.py run; imported by them, not collected."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.reading.progress import tell


def act(path: str, name: str, options: Mapping[str, Any]) -> Any:
    """Do what `options["do"]` says."""
    return ACTS[options.get("do", "size")](path, options)


def _twice(path: str, options: Mapping[str, Any]) -> str:
    """Crash the first time, answer the second: the marker file is written by the test's own hand."""
    marker = Path(options["marker"])
    if marker.exists():
        return "read"
    os.close(os.open(marker, os.O_CREAT))  # an empty file: a child may not write bytes to one
    os.abort()


def _eat(path: str, options: Mapping[str, Any]) -> int:
    return len([bytearray(10_000_000) for _ in range(10_000)])


def _eat_in_c(path: str, options: Mapping[str, Any]) -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    while block := libc.malloc(ctypes.c_size_t(8_000_000)):
        ctypes.memset(block, 1, 8_000_000)
    os.abort()


def _write(path: str, options: Mapping[str, Any]) -> str:
    try:
        Path(options["target"]).write_bytes(b"x")
    except OSError as error:
        return type(error).__name__
    return "written"


def _grandchild(path: str, options: Mapping[str, Any]) -> None:
    subprocess.Popen([sys.executable, "-c", f"import time; time.sleep(300)  # {options['mark']}"])
    time.sleep(300)


class Hostile:
    """Unpickles by calling something."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("true",)


def _long(path: str, options: Mapping[str, Any]) -> str:
    """Tell of pages until the test has seen it: longer than the file's own time, but for the pages."""
    for done in (25, 50, 20, 400):
        tell(done, 100)
    while not Path(options["marker"]).exists():
        time.sleep(0.05)
    return "read"


ACTS: dict[str, Any] = {
    "size": lambda path, options: Path(path).stat().st_size,
    "pid": lambda path, options: os.getpid(),
    "environment": lambda path, options: dict(os.environ),
    "modules": lambda path, options: sorted(sys.modules),
    "limits": lambda path, options: [resource.getrlimit(one)[0] for one in (resource.RLIMIT_AS, resource.RLIMIT_CORE)],
    "sleep": lambda path, options: time.sleep(300),
    "stop": lambda path, options: os.kill(os.getpid(), signal.SIGSTOP),
    "abort": lambda path, options: os.abort(),
    "leave": lambda path, options: os._exit(3),
    "raise": lambda path, options: 1 // 0,
    "lambda": lambda path, options: lambda: None,
    "hostile": lambda path, options: Hostile(),
    "twice": _twice,
    "long": _long,
    "eat": _eat,
    "eat_in_c": _eat_in_c,
    "much": lambda path, options: "a" * 2**21,
    "write": _write,
    "grandchild": _grandchild,
}
