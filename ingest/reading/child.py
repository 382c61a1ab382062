"""The main loop of a child process that reads files: limits first, then one file after the other.

It knows neither database nor settings, holds no secret, and ends when its parent does, however the parent ended.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from ingest.formats.base import ReadFailure
from ingest.reading.confinement import confine
from ingest.reading.messages import BROKEN, DONE, FAILED, PROGRESS, READY, packed, trusted
from ingest.reading.progress import PAGES_A_STEP, SECONDS_A_PAGE, listen

_SET_PARENT_DEATH_SIGNAL = 1
_SET_NO_NEW_PRIVILEGES = 38
_GRACE_SECONDS = 5.0
"""The child's own alarm goes off this much after the parent should have ended it."""
_OBJECTS_BEFORE_COLLECTING = 50_000
_OPEN_FILES = 256


def main(setup: Mapping[str, Any]) -> None:
    """Serve files from the parent's pipe until it closes, a limit is reached, or memory runs out.

    `setup`: connection (file descriptor), parent (process id), task ("module:function"), memory_bytes,
    file_bytes, most_files, retire_bytes, answer_bytes, confined, readable (see `confine`).
    """
    _bind_to_parent(setup["parent"])
    _limit(setup)
    held = confine(setup["readable"]) if setup["confined"] else []
    connection: Connection[Any, Any] = Connection(setup["connection"])
    try:
        task = _imported(setup["task"])
    except Exception as error:  # noqa: BLE001 - whatever keeps the task from loading is the message
        connection.send_bytes(packed((BROKEN, f"{setup['task']}: {type(error).__name__}: {error}")))
        os._exit(1)
    gc.freeze()
    # A page makes thousands of short-lived objects; to look through them at every seven hundred costs a tenth more.
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)
    listen(partial(_tell, connection))
    connection.send_bytes(packed((READY, held)))
    _serve(connection, task, setup)
    # Nothing to flush and nothing to wait for: a C library's own exit code must not keep the process alive.
    os._exit(0)


def _serve(connection: Connection[Any, Any], task: Callable[..., Any], setup: Mapping[str, Any]) -> None:
    for count in range(1, setup["most_files"] + 1):
        try:
            path, name, options, seconds = trusted(connection.recv_bytes())
        except (EOFError, OSError):
            return
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_SECONDS)
        kind, answer = _answer(task, path, name, options)
        full = isinstance(answer, ReadFailure) and answer.code == "memory_limit"
        leaving = full or count == setup["most_files"] or _resident() > setup["retire_bytes"]
        message = _message(kind, leaving, answer, setup["answer_bytes"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            connection.send_bytes(message)
        except OSError:
            return
        if leaving:
            return


def _tell(connection: Connection[Any, Any], done: int, total: int) -> None:
    """Tell the parent how far a long file has come, and take the time for the next step, as the parent gives it."""
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    signal.setitimer(signal.ITIMER_REAL, left + SECONDS_A_PAGE * PAGES_A_STEP)
    connection.send_bytes(packed((PROGRESS, done, total)))


def _answer(task: Callable[..., Any], path: str, name: str, options: Mapping[str, Any]) -> tuple[str, Any]:
    try:
        return DONE, task(path, name, options)
    except MemoryError:
        return FAILED, ReadFailure("memory_limit", "Reading the file took more memory than it may.")
    except Exception as error:  # noqa: BLE001 - a task may raise anything; the child lives on and names it
        return FAILED, ReadFailure("reader_crashed", f"Reading the file failed ({type(error).__name__}: {error}).")


def _message(kind: str, leaving: bool, answer: Any, most: int) -> bytes:
    try:
        message = packed((kind, leaving, answer))
        if len(message) <= most:
            return message
        failure = ReadFailure("output_limit", f"The file holds more text than the {most // 2**20} MB that are taken.")
        return packed((FAILED, leaving, failure))
    except MemoryError:
        failure = ReadFailure("memory_limit", "What was read takes more memory than it may.")
        return packed((FAILED, True, failure))
    except Exception as error:  # noqa: BLE001 - pickling raises what the object's own code raises
        failure = ReadFailure("reader_crashed", f"What was read cannot be handed over ({type(error).__name__}).")
        return packed((FAILED, leaving, failure))


def _imported(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    task: Callable[..., Any] = getattr(import_module(module), name)
    return task


def _bind_to_parent(parent: int) -> None:
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if os.getppid() != parent:
        # It ended before the signal was asked for.
        os._exit(0)


def _limit(setup: Mapping[str, Any]) -> None:
    limits = {
        resource.RLIMIT_AS: setup["memory_bytes"],
        resource.RLIMIT_FSIZE: setup["file_bytes"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for limit, most in limits.items():
        hard = resource.getrlimit(limit)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (value, value))


def _resident() -> int:
    """Bytes of memory this process holds now, without what it shares with files (proc(5), statm)."""
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - called after every file; a Path costs more than the read
        _, resident, shared, *_ = statm.read().split()
    return (int(resident) - int(shared)) * resource.getpagesize()
