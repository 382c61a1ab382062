"""The system calls a reading child is refused, by number, and the filter program that refuses them.

A reader needs none of them: it opens its file, computes, and answers through a pipe it already has.
"""

from __future__ import annotations

import errno
import os
import struct

# Name: number on x86_64, on aarch64 (None: that machine has no such call).
_REFUSED: dict[str, tuple[int, int | None]] = {
    # Asking the network, or another process.
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # What would go around this filter.
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # Other programs and other processes.
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    # The machine, which a child that runs as root could change.
    "mount": (165, 40),
    "umount2": (166, 39),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "open_by_handle_at": (304, 265),
    # Files: nothing is made, changed or taken away.
    "creat": (85, None),
    "truncate": (76, 45),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "utime": (132, None),
    "utimes": (235, None),
    "utimensat": (280, 88),
    "futimesat": (261, None),
}
_MISSING = {"openat2": (437, 437), "clone3": (435, 435)}
"""Answered as on a kernel without them, so that the C library asks in the older way, which can be looked into."""
_OPEN, _OPENAT = (2, None), (257, 56)
_CLONE, _KILL, _TGKILL, _PRLIMIT = (56, 220), (62, 129), (234, 131), (302, 261)
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_THREAD = 0x00010000
_OTHER_ABI = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16


def filter_program(machine: str, process: int) -> bytes:
    """The filter for a process of this machine (as `os.uname` names it); empty for machines not known here.

    Threads may be made, signals sent to itself, files opened for reading; all else is as ever.
    """
    if machine not in _MACHINES:
        return b""
    column, mark = _MACHINES[machine]
    program = [_step(_LOAD, _MACHINE), _step(_EQUAL, mark, 1, 0), _step(_RETURN, _KILL_PROCESS)]
    program += [_step(_LOAD, _NUMBER), _step(_AT_LEAST, _OTHER_ABI, 0, 1), _refusal(errno.EPERM)]
    program += _looked_into(column, process)
    for numbers in _REFUSED.values():
        if (number := numbers[column]) is not None:
            program += [_step(_EQUAL, number, 0, 1), _refusal(errno.EACCES)]
    for numbers in _MISSING.values():
        program += [_step(_EQUAL, numbers[column], 0, 1), _refusal(errno.ENOSYS)]
    return b"".join([*program, _step(_RETURN, _ALLOW)])


def _looked_into(column: int, process: int) -> list[bytes]:
    """The calls whose arguments decide. Each block loads an argument and returns, so the number stays loaded else."""
    blocks = [
        (_OPEN[column], 1, [_step(_ANY_BIT, _WRITING, 0, 1), _refusal(errno.EACCES), _step(_RETURN, _ALLOW)]),
        (_OPENAT[column], 2, [_step(_ANY_BIT, _WRITING, 0, 1), _refusal(errno.EACCES), _step(_RETURN, _ALLOW)]),
        (_CLONE[column], 0, [_step(_ANY_BIT, _THREAD, 1, 0), _refusal(errno.EACCES), _step(_RETURN, _ALLOW)]),
        (_PRLIMIT[column], 0, [_step(_EQUAL, 0, 1, 0), _refusal(errno.EPERM), _step(_RETURN, _ALLOW)]),
    ]
    blocks += [
        (numbers[column], 0, [_step(_EQUAL, process, 1, 0), _refusal(errno.EPERM), _step(_RETURN, _ALLOW)])
        for numbers in (_KILL, _TGKILL)
    ]
    program: list[bytes] = []
    for number, argument, block in blocks:
        if number is not None:
            program += [_step(_EQUAL, number, 0, len(block) + 1), _step(_LOAD, _ARGUMENTS + 8 * argument), *block]
    return program


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _refusal(number: int) -> bytes:
    return _step(_RETURN, _ERRNO | number)
