"""What a file that has taken over its child would try; run inside one by tests/ingest/test_confinement.py."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def attempt(path: str, name: str, options: Mapping[str, Any]) -> Any:
    """Try what `options["do"]` says; tell what came of it."""
    try:
        return ATTEMPTS[options["do"]](options)
    except PermissionError:
        return "refused"


def _in_c(options: Mapping[str, Any]) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    made = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    if made < 0:
        return "refused"
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(options["port"]), bytes((127, 0, 0, 1)))
    return "connected" if libc.connect(made, address, len(address)) == 0 else "made"


def _thread(options: Mapping[str, Any]) -> str:
    told: list[str] = []
    thread = threading.Thread(target=told.append, args=("ran",))
    thread.start()
    thread.join()
    return told[0]


def _memory_file(options: Mapping[str, Any]) -> bytes:
    number = os.memfd_create("part")
    try:
        os.write(number, b"acta")
        return Path(f"/proc/self/fd/{number}").read_bytes()
    finally:
        os.close(number)


def _means(options: Mapping[str, Any]) -> list[str]:
    libc = ctypes.CDLL(None)
    return ["landlock"] if libc.syscall(444, None, ctypes.c_size_t(0), 1) > 0 else []


ATTEMPTS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "connect": lambda options: socket.create_connection(("127.0.0.1", options["port"])),
    "connect_in_c": _in_c,
    "bind": lambda options: socket.create_server(("127.0.0.1", 0)),
    "unix_socket": lambda options: socket.socketpair(),
    "run_program": lambda options: subprocess.run(["/bin/true"], check=True),
    "fork": lambda options: os.fork(),
    "write": lambda options: Path(options["folder"], "file.txt").write_text("otra"),
    "append": lambda options: os.open(Path(options["folder"], "file.txt"), os.O_RDWR),
    "make_folder": lambda options: Path(options["folder"], "new").mkdir(),
    "remove": lambda options: Path(options["folder"], "file.txt").unlink(),
    "signal_parent": lambda options: os.kill(options["parent"], signal.SIGCONT),
    "limits_of_parent": lambda options: resource.prlimit(options["parent"], resource.RLIMIT_CORE),
    "read": lambda options: Path(options["target"]).read_text(),
    "thread": _thread,
    "memory_file": _memory_file,
    "means": _means,
}
