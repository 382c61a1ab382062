"""Recognition beside the bare engine on the same pages: CPU seconds a page and memory, each in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).resolve().parents[2]
PAGES = ("p00", "p01", "p05", "p06", "p09")
"""Of the development scans at 200 dots an inch: no stamps, and no skew at which the bare engine leaves lines unread."""
ROUNDS = 3


def recognition_lines(folder: Path) -> Iterator[str]:
    """What is to be told, after running both in turns."""
    runs: dict[str, list[dict[str, float]]] = {"bare": [], "ours": []}
    for _ in range(ROUNDS):
        for way, done in runs.items():
            command = [sys.executable, "-m", "tests.benchmarks.recognition", way, str(folder)]
            environ = {**os.environ, "OMP_THREAD_LIMIT": "1"}
            ended = subprocess.run(command, cwd=PROJECT, env=environ, stdout=subprocess.PIPE, check=True)
            done.append(json.loads(ended.stdout))
    seconds = {way: median(one["seconds"] for one in done) for way, done in runs.items()}
    memory = {way: median(one["memory"] for one in done) for way, done in runs.items()}
    yield (
        f"\nrecognition, CPU seconds a page, medians of {ROUNDS}: bare tesserocr {seconds['bare']:.2f}, in full "
        f"{seconds['ours']:.2f}: {seconds['bare'] / seconds['ours']:.0%} of its speed (aim: 90 % or more); "
        f"memory {memory['bare']:.0f} MB and {memory['ours']:.0f} MB"
    )


def main(way: str, folder: str) -> None:
    """Recognise the pages in this process and print what it took."""
    paths = [path for name in PAGES for path in sorted(Path(folder).glob(f"{name}-200-*.pdf"))]
    look = {"bare": bare, "ours": ours}[way]
    look(paths[0])  # the language is loaded
    started = time.process_time()
    for path in paths:
        look(path)
    seconds = (time.process_time() - started) / len(paths)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "memory": memory}))


def bare(path: Path) -> None:
    """The page drawn in grey and handed to the engine, which tells its text and words."""
    import pypdfium2

    from ingest.recognition.data import language_data
    from ingest.recognition.engine import look

    document = pypdfium2.PdfDocument(path)
    picture = document[0].render(scale=200 / 72, grayscale=True).to_pil()
    look(picture, language_data(), "spa", 200)
    document.close()


def ours(path: Path) -> None:
    from ingest.recognition.data import language_data
    from ingest.recognition.page import recognise_page
    from ingest.recognition.raster import opened_pages

    with opened_pages(path, "pdf") as pages:
        recognise_page(pages, 1, language_data())


if __name__ == "__main__":
    main(*sys.argv[1:])
