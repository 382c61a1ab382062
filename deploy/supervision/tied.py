"""Ties a process to its parent: the kernel kills it when the parent ends, however the parent ends.

`python -m deploy.supervision.tied PARENT COMMAND…` ties itself, then becomes the command: a tie set here holds
over exec, so the command needs to know nothing of it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2), Linux


def end_with(parent: int) -> None:
    """Have the kernel kill this process when `parent` ends; exit now if it has ended already.

    The kernel means the parent's *thread* that started this process, so start children from the main one.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if os.getppid() != parent:
        raise SystemExit(1)


def main(arguments: list[str]) -> None:
    """Tie this process to the parent whose number comes first, then become the command that follows."""
    parent, *command = arguments
    end_with(int(parent))
    os.execv(command[0], command)  # noqa: S606 - the command is the supervisor's own, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
