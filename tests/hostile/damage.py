"""Damage of the plain kind: files cut short, letters changed, names and contents that do not agree."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.hostile.samples import TEXT, Hostile, good_files

_CUTS = (0.02, 0.2, 0.5, 0.8, 0.99)
_FLIPS = (1, 3, 10, 40, 200)
_NAMES = (
    "acta\0.pdf",
    "acta\r\nSet-Cookie: a=b.txt",
    "acta\u202efdp.exe.txt",
    "../../../etc/passwd.txt",
    "C:\\windows\\system32\\acta.txt",
    "n" * 5000 + ".txt",
    "",
    ".",
    "acta.txt/",
    "\ud800.txt",
    '"><img src=x onerror=alert(1)>.txt',
    "=cmd|'/c calc'!A1.txt",
)


def damaged() -> Iterator[Hostile]:
    """Each good file cut at several places and changed in several, the same in every run."""
    chance = random.Random(7)
    for name, data in good_files().items():
        for share in _CUTS:
            yield Hostile(name, data[: int(len(data) * share)], f"cut at {share:.0%}")
        for count in _FLIPS:
            changed = bytearray(data)
            for _ in range(count):
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            yield Hostile(name, bytes(changed), f"{count} bits flipped")
        yield Hostile(name, data + bytes(1000) + chance.randbytes(3000), "with rubbish behind it")
        yield Hostile(name, chance.randbytes(200) + data, "with rubbish before it")


def misnamed() -> Iterator[Hostile]:
    """Contents under the name of another format, files of two formats at once, and names that bite."""
    files = good_files()
    names = list(files)
    for at, name in enumerate(names):
        yield Hostile(names[(at + 5) % len(names)], files[name], f"is {name.rpartition('.')[2]}")
    yield Hostile("acta.pdf", files["acta.pdf"] + files["actas.zip"], "a PDF and a ZIP")
    yield Hostile("acta.html", b"<html><!--" + files["acta.pdf"] + b"-->", "a page and a PDF")
    yield Hostile("acta.pdf", b"\x7fELF" + bytes(100), "a program")
    yield Hostile("acta.pdf", b"MZ" + bytes(500) + files["acta.pdf"], "a program and a PDF")
    yield Hostile("acta.txt", bytes(100_000), "nothing but NUL")
    yield Hostile("acta.txt", "\ufeff".encode("utf-16-le") + b"\x00\xd8" * 5000, "halves of letters")
    for name in _NAMES:
        yield Hostile(name, TEXT.encode(), "has a name that bites")
