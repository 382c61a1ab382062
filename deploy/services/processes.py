"""Servers as processes: started apart from us, known again by pid file and command line, stopped with their group."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.services.place import CannotServe, Place, say

READY_SECONDS = 150.0
STOP_SECONDS = 40.0
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Server:
    """One server: how it is started and how it says that it answers."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    """Tells whether it does its work; may raise OSError while it does not."""
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_with: signal.Signals = signal.SIGTERM


def is_running(place: Place, name: str) -> bool:
    """Tell whether the process of the pid file is there and is still ours."""
    return _pid(place, name) is not None


def start(place: Place, server: Server) -> None:
    """Start a server in a session of its own, its words going to NAME.log. Its folder must be in its command line."""
    folder = place.folder(server.name)
    # Nothing of our own environment: no secret of the caller reaches a server, no JAVA_OPTS changes it.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    account = place.account
    with _log(place, server.name).open("wb") as words:
        process = subprocess.Popen(
            server.command,
            cwd=folder,
            env={**environment, **server.environment},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            umask=0o077,
        )
    place.started[server.name] = process
    _pid_file(place, server.name).write_text(f"{process.pid} {server.stop_with.name}\n", encoding="ascii")
    # For a moment after exec the kernel shows no command line, and then we would not know the process again.
    while process.poll() is None and not _command_line(process.pid):
        time.sleep(LOOK_SECONDS / 20)


def wait_until_ready(place: Place, server: Server) -> None:
    """Return once the server answers. Raises CannotServe when it ends or stays silent; it is stopped then."""
    began = time.monotonic()
    while time.monotonic() - began < READY_SECONDS:
        with suppress(OSError):
            if server.ready():
                if server.name not in place.running:
                    say(f"{server.name} answers")
                return
        if not is_running(place, server.name):
            raise CannotServe(f"{server.name} ended instead of coming up. {_last_words(place, server.name)}")
        time.sleep(LOOK_SECONDS)
    stop(place, [server.name])
    raise CannotServe(f"{server.name} did not answer within {READY_SECONDS:.0f} s. {_last_words(place, server.name)}")


def stop(place: Place, names: list[str]) -> list[str]:
    """Stop these servers, all at once, with all that they started; return those that were running."""
    running = {name: pid for name in names if (pid := _pid(place, name)) is not None}
    for name, pid in running.items():
        how = _pid_file(place, name).read_text(encoding="ascii").split()[1]
        os.kill(pid, signal.Signals[how])
    began = time.monotonic()
    while any(is_running(place, name) for name in running) and time.monotonic() - began < STOP_SECONDS:
        time.sleep(LOOK_SECONDS)
    for pid in running.values():
        # What is left of its session, if anything: children outlive only a violent end.
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    for name in names:
        _pid_file(place, name).unlink(missing_ok=True)
    return list(running)


def known(place: Place) -> list[str]:
    """Return the names of the servers that were started here."""
    return sorted(path.stem for path in place.root.glob("*.pid"))


def _pid(place: Place, name: str) -> int | None:
    """Return the pid of the pid file if that process is our server: a pid is used again, a data folder is not."""
    with suppress(OSError, ValueError, IndexError):
        pid = int(_pid_file(place, name).read_text(encoding="ascii").split()[0])
        if name in place.started:
            place.started[name].poll()  # an ended child stays in the list of processes until it is asked for
        if bytes(place.root / name) in _command_line(pid):
            return pid
    return None


def _command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _last_words(place: Place, name: str) -> str:
    log = _log(place, name)
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-8:]
    return "\n  ".join([f"The end of {log}:", *lines])


def _pid_file(place: Place, name: str) -> Path:
    return place.root / f"{name}.pid"


def _log(place: Place, name: str) -> Path:
    return place.root / f"{name}.log"
