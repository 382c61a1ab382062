"""The lock on a site's folder: two programs that each believe themselves alone would fight for what is in it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from records.errors import Conflict


class SiteRuns(Conflict):
    """The site is at work, and what was asked for needs it at rest."""

    code = "site_runs"


@contextmanager
def alone_in(home: Path) -> Iterator[None]:
    """Hold the site's folder for the time of the block; the kernel frees it when its holder dies. Raises SiteRuns."""
    with (home / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SiteRuns(f"Another `up` is already running on the folder {home}.") from None
        yield


def worker_runs(home: Path) -> bool:
    """Tell whether a process is the worker of the embedded site in this folder."""
    with (home / "worker.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
