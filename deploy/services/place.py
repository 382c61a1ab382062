"""Where the servers live: one scratch folder with their data, secrets and ports, and the account they run as."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pwd
import random
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ACCOUNT = "legajo-services"
# Below the ports that the kernel hands to outgoing connections, so that a kept port is still free next time.
PORTS = range(20_000, 32_000)


class CannotServe(Exception):
    """Why the servers do not come up, as one sentence."""


def say(sentence: str) -> None:
    """Tell the person at the terminal what happens."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


class Place:
    """The scratch folder. What was chosen once (ports, secrets) is kept, so that a second start has the same URLs."""

    def __init__(self, root: Path, account: pwd.struct_passwd | None) -> None:
        self.root = root
        self.account = account
        self.running: frozenset[str] = frozenset()
        """Servers that are up: their ports are theirs, however taken they look."""
        self.started: dict[str, subprocess.Popen[bytes]] = {}
        """Servers that this very process started, and whose end it is told of."""
        self.cache = root / "cache"
        self._kept_in = root / "kept.json"
        self._kept: dict[str, str] = {}
        if self._kept_in.is_file():
            self._kept = json.loads(self._kept_in.read_text(encoding="utf-8"))

    def secret(self, name: str) -> str:
        """Return this folder's secret of that name, made at random the first time."""
        return self._keep(name, self._kept.get(name) or secrets.token_hex(20))

    def port(self, server: str, part: str = "main") -> int:
        """Return the kept port of a server's part, or another one where somebody else has taken it meanwhile."""
        name = f"{server} {part} port"
        port = int(self._kept.get(name, 0))
        while not port or not (server in self.running or _is_free(port)):
            taken = set(self._kept.values())
            port = random.choice([one for one in PORTS if str(one) not in taken])  # noqa: S311 - no secret
        self._keep(name, str(port))
        return port

    def folder(self, *names: str) -> Path:
        """Return a folder below the root that the servers' account owns."""
        path = self.root.joinpath(*names)
        path.mkdir(parents=True, exist_ok=True)
        for one in (path, *path.parents):
            if one == self.root:
                break
            self.hand_over(one)
        return path

    def write(self, path: Path, text: str) -> Path:
        """Write a file that only the servers' account reads."""
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        self.hand_over(path)
        return path

    def hand_over(self, path: Path) -> None:
        """Give a file or folder to the servers' account, when that is another one than ours."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def hand_over_all(self, folder: Path) -> None:
        """Give a folder with everything in it to the servers' account."""
        for path in (folder, *folder.rglob("*")):
            self.hand_over(path)

    def _keep(self, name: str, value: str) -> str:
        if self._kept.get(name) != value:
            self._kept[name] = value
            fresh = self._kept_in.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(self._kept, indent=1), encoding="utf-8")
            fresh.replace(self._kept_in)
        return value


@contextmanager
def opened_place() -> Iterator[Place]:
    """Give the scratch folder to this process alone, made if need be. Raises CannotServe."""
    root = scratch_folder()
    root.mkdir(parents=True, exist_ok=True)
    account = _account()
    if account is not None and not _may_enter(account, root):
        raise CannotServe(
            f"The account {ACCOUNT} may not enter {root}; set LEGAJO_SERVICES to a folder that everyone may enter."
        )
    with (root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another `make services` in this folder.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield Place(root, account)


def scratch_folder() -> Path:
    """Return `LEGAJO_SERVICES`, else `var/services`.

    Run by root in a clone that others may not enter, the servers could not reach their data in it: then the folder
    lies under /var/tmp, under a name that this clone always gets again.
    """
    given = os.environ.get("LEGAJO_SERVICES", "").strip()
    if given:
        return Path(given).expanduser().absolute()
    if os.getuid() == 0 and not all(folder.stat().st_mode & 0o001 for folder in (PROJECT, *PROJECT.parents)):
        return Path("/var/tmp") / f"legajo-services-{hashlib.sha256(bytes(PROJECT)).hexdigest()[:12]}"  # noqa: S108
    return PROJECT / "var" / "services"


def _account() -> pwd.struct_passwd | None:
    """Return the account to change to, as PostgreSQL and Elasticsearch refuse root; None where we are not root."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    adding = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if adding is None:
        raise CannotServe(f"There is no `useradd` to make the account {ACCOUNT} with; run this as an ordinary user.")
    say(f"Making the account {ACCOUNT}: PostgreSQL and Elasticsearch do not run as root.")
    subprocess.run([adding, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT], check=True)
    return pwd.getpwnam(ACCOUNT)


def _may_enter(account: pwd.struct_passwd, folder: Path) -> bool:
    entering = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return entering.returncode == 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
