"""What the warm pool of confined children costs a file, and how long office files take, by format."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from ingest.pool import ReaderPool
from ingest.reading.task import read_file

ROUNDS = 7
MOST_MILLISECONDS = 5.0
_FORMATS = ("docx", "odt", "rtf", "doc", "html", "eml", "txt")


def overhead_lines(folder: Path) -> Iterator[str]:
    """Lines of the benchmark: milliseconds a file by format, and what the pool adds to them.

    Each round reads the files in this process and then in one warm child, so that load meets both alike.
    """
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    by_format: dict[str, list[float]] = defaultdict(list)
    added: list[float] = []
    with ReaderPool(1, task="ingest.reading.task:read_file", readable=[folder]) as pool:
        _through(pool, paths)
        for _ in range(ROUNDS):
            here = 0.0
            for path in paths:
                started = time.perf_counter()
                read_file(path, path.name, {})
                spent = time.perf_counter() - started
                here += spent
                by_format[path.suffix[1:]].append(1000 * spent)
            started = time.perf_counter()
            _through(pool, paths)
            added.append(1000 * (time.perf_counter() - started - here) / len(paths))
    told = (f"{name} {median(by_format[name]):.1f}" for name in _FORMATS if by_format[name])
    yield f"\noffice files, milliseconds a file, medians of {ROUNDS} rounds: {', '.join(told)}"
    extra = median(added)
    kept = "ok" if extra <= MOST_MILLISECONDS else "MISSED"
    yield f"warm pool: {extra:+.2f} ms a file beside reading in this process (aim: 5 or less: {kept})"


def _through(pool: ReaderPool, paths: Sequence[Path]) -> None:
    for path in paths:
        pool.submit(path, path, path.name)
    while pool.outstanding:
        pool.results(60)
