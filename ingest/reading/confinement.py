"""What a reading child may do at all: read its file and compute. No network, no writing, no other program.

A parser may be taken over by the file it reads. So before it sees one, the child gives up, for good, all that a
reader does not need: a seccomp filter refuses system calls, Landlock leaves only some folders to read. Both work
without rights. Where the kernel has neither, Python's own audit hook refuses what goes through Python.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ingest.reading.system_calls import filter_program

_SET_SECCOMP, _FILTER_MODE = 22, 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_ALL_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights each version of Landlock knows; later ones know no more of files."""
_SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
)
_INSTALLED = ("site-packages", "dist-packages")
_REFUSED_EVENTS = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "pty.",
    "ctypes.dlopen",
)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64)]


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("rights", ctypes.c_uint64), ("folder", ctypes.c_int)]


def confine(readable: Iterable[str] | None) -> list[str]:
    """Give up what a reader does not need; return which means hold: `seccomp`, `landlock` or `audit`.

    `readable` are the folders that files come from; None leaves all that the user may read. The child must have
    given up new privileges before. Nothing here can be undone.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    held = []
    if readable is not None and _read_only_from(libc, readable):
        held.append("landlock")
    if _filtered(libc):
        held.append("seccomp")
    else:
        sys.addaudithook(_refuse)
        held.append("audit")
    return held


def _filtered(libc: Any) -> bool:
    steps = filter_program(os.uname().machine, os.getpid())
    if not steps:
        return False
    program = _Program(len(steps) // 8, steps)
    return bool(libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) == 0)


def _read_only_from(libc: Any, readable: Iterable[str]) -> bool:
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = _Ruleset((1 << _ALL_FILE_RIGHTS[min(version, 5)]) - 1)
    rules = libc.syscall(_CREATE_RULESET, ctypes.byref(rights), ctypes.c_size_t(ctypes.sizeof(rights)), 0)
    if rules < 0:
        return False
    try:
        for place in {*_SYSTEM, *_modules(), *readable}:
            _allow(libc, rules, place, _READ_FILE | _READ_DIR)
        for place in sys.path:
            _allow(libc, rules, place, _READ_DIR)
        return bool(libc.syscall(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _modules() -> list[str]:
    """Where Python's code lies. Of a folder that is no place of installed code only the packages: a site's data may lie
    there. (Installed packages bring shared libraries in folders of their own, which are no packages.)
    """
    installed = tuple(str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix))
    places = [place for place in sys.path if place.startswith(installed) or Path(place).name in _INSTALLED]
    ours = [Path(place) for place in sys.path if place and place not in places and Path(place).is_dir()]
    return [*installed, *places, *(str(init.parent) for place in ours for init in place.glob("*/__init__.py"))]


def _allow(libc: Any, rules: int, place: str, rights: int) -> None:
    try:
        folder = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        # What is not there needs no rule.
        return
    try:
        rule = _PathRule(rights if Path(place).is_dir() else rights & _READ_FILE, folder)
        libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(folder)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS) or (event == "open" and _writes(arguments)):
        raise PermissionError(f"{event} is refused to a process that reads files")


def _writes(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 else 0
    return bool(isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
