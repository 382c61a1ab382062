"""`python -m tests.hostile.making FOLDER`: the whole set, written to a folder with a list of what each file does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from tests.hostile.damage import damaged, misnamed
from tests.hostile.documents import hostile_pdfs
from tests.hostile.packages import (
    hostile_archives,
    hostile_mails,
    hostile_office,
    hostile_pictures,
    hostile_texts,
)
from tests.hostile.samples import Hostile


def all_files(port: int, secret: str) -> Iterator[Hostile]:
    """Every file of the set; those that lead elsewhere ask this port of the machine itself, or for this file."""
    return chain(
        damaged(),
        misnamed(),
        hostile_pdfs(port, secret),
        hostile_office(port, secret),
        hostile_mails(),
        hostile_archives(secret),
        hostile_pictures(),
        hostile_texts(port),
    )


def write_all(folder: Path, files: Iterator[Hostile]) -> list[tuple[Path, str, str]]:
    """Write the files under numbers, as their names may be none; return the path, the name and the harm of each."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, file in enumerate(files):
        path = folder / f"{number:04}"
        path.write_bytes(file.data)
        written.append((path, file.name, file.how))
    return written


if __name__ == "__main__":
    for path, name, how in write_all(Path(sys.argv[1]), all_files(9, "/etc/hostname")):
        print(path, ascii(name[:80]), how, sep="\t")  # noqa: T201 - this is its answer
