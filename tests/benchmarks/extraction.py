"""`make bench-extraction`: how much of known texts is read from PDFs, scans and office files, and how fast.

Truth and measures are those of ../shared/data/extraction-dev (`score.py`). Prints one table of quality by class of file
with the aims beside it, the speed beside that of the bare library, and what became of each of the real files.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import mean, median
from types import ModuleType
from typing import Any

from tests.benchmarks.pool_overhead import overhead_lines
from tests.benchmarks.real_files import told_of
from tests.benchmarks.recognition import recognition_lines
from tests.benchmarks.word_boxes import drawn_share

PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT / "../shared/data"
MANAGE = [sys.executable, str(PROJECT / "manage.py")]
MEASURES = ("CER mean", "CER median", "WER", "word F1", "phrases", "accents")
# Class of file, measure, and what it must not exceed or fall below.
AIMS = (
    ("pdf", "CER mean", "<=", 0.0040),
    ("rl2b", "CER mean", "<=", 0.0060),
    ("pdf", "phrases", ">=", 0.985),
    ("scans", "CER median", "<=", 0.0050),
    ("scans", "CER mean", "<=", 0.016),
    ("scans", "accents", ">=", 0.985),
    ("gray turned-180", "CER mean", "<=", 0.01),
    ("gray turned-90", "CER mean", "<=", 0.01),
    ("docx", "CER mean", "<=", 0.0),
    ("odt", "CER mean", "<=", 0.0),
    ("html", "CER mean", "<=", 0.0),
    ("doc", "CER mean", "<=", 0.001),
    ("rtf", "CER mean", "<=", 0.001),
    ("eml", "CER mean", "<=", 0.0),
    ("txt", "CER mean", "<=", 0.0),
)
ROUNDS = 5
BOXES = 0.99


def main() -> None:
    """Measure all; the status is 1 where an aim is missed."""
    if not (DATA / "extraction-dev").is_dir():
        raise SystemExit(f"The benchmark needs {DATA / 'extraction-dev'}.")
    figures = quality()
    missed = show_quality(figures)
    show_speed()
    for line in overhead_lines(DATA / "extraction-dev/files/office"):
        say(line)
    for line in recognition_lines(DATA / "extraction-dev/files/scans"):
        say(line)
    missed += show_boxes()
    missed += show_real_files()
    sys.exit(1 if missed else 0)


def extracted(paths: Iterable[Path], *options: str) -> list[dict[str, Any]]:
    """What `extract` prints of these files, in their order."""
    with tempfile.TemporaryDirectory(prefix="legajo-bench-") as home:
        command = [*MANAGE, "extract", "--json", *options, *map(str, paths)]
        environ = {**os.environ, "LEGAJO_HOME": home, "LEGAJO_LOG_LEVEL": "error"}
        run = subprocess.run(command, env=environ, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=False)
    return [json.loads(line) for line in run.stdout.splitlines()]


def score() -> ModuleType:
    """The measures that came with the data."""
    spec = importlib.util.spec_from_file_location("score", DATA / "extraction-dev/score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def quality() -> dict[str, dict[str, float]]:
    """The measures of each class of file. A file without text counts as read badly, not as absent."""
    measures = score()
    entries = [entry for entry in measures.INDEX["files"] if entry["truth"] and entry["groups"][0] != "hostile"]
    root = DATA / "extraction-dev"
    lines = extracted(root / "files" / entry["file"] for entry in entries)
    classes: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for entry, line in zip(entries, lines, strict=True):
        if "asks for a password" in entry.get("expect", ""):
            continue
        text = "\n".join(page["text"] for page in line["pages"])
        if entry["groups"][0] == "scans":
            text = measures.without_scanned_furniture(text)
        truth = (root / "truth" / entry["truth"]).read_text(encoding="utf-8")
        for name in classes_of(entry):
            classes[name].append(measures.figures(truth, measures.joined(text)))
    return {name: summed(rows) for name, rows in classes.items()}


def classes_of(entry: Mapping[str, Any]) -> list[str]:
    groups = [str(group) for group in entry["groups"]]
    return list(dict.fromkeys([*groups, Path(entry["file"]).suffix[1:]])) if groups[0] == "office" else groups


def summed(rows: Sequence[tuple[float, ...]]) -> dict[str, float]:
    cer, *others = zip(*rows, strict=True)
    values = [mean(cer), median(cer), *map(mean, others)]
    return {"files": len(rows), **dict(zip(MEASURES, values, strict=True))}


def show_quality(figures: Mapping[str, Mapping[str, float]]) -> int:
    """Print the table of quality with the aims beside it; return how many aims were missed."""
    aims: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for name, measure, sign, bound in AIMS:
        aims[name].append((measure, sign, bound))
    say(f"{'class':22s}{'files':>6s}" + "".join(f"{measure:>12s}" for measure in MEASURES) + "   aims")
    missed = 0
    for name, row in figures.items():
        told = []
        for measure, sign, bound in aims[name]:
            kept = round(row[measure], 5) <= bound if sign == "<=" else row[measure] >= bound
            missed += not kept
            told.append(f"{measure} {sign} {bound:.2%} {'ok' if kept else 'MISSED'}")
        say(
            f"{name:22s}{row['files']:6d}"
            + "".join(f"{row[each]:12.3%}" for each in MEASURES)
            + "   "
            + ", ".join(told)
        )
    return missed


def show_speed() -> None:
    """Pages a second of reading in full, in one process, beside the bare library with word boxes, in turns."""
    import gc

    from ingest.reading.task import read_file

    gc.set_threshold(50_000)  # as in the children that read
    paths = sorted((DATA / "extraction-dev/files/pdf").glob("*.pdf"))
    rates: dict[str, list[float]] = defaultdict(list)
    ways: dict[str, Callable[[Path], object]] = {
        "bare pypdfium2 with word boxes": bare,
        "the same by raw calls": partial(bare, raw_calls=True),
        "read in full": lambda path: read_file(path, path.name, {}),
    }
    pages = sum(bare(path) for path in paths)
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.process_time()
            for path in paths:
                way(path)
            rates[name].append(pages / (time.process_time() - started))
    ours = median(rates["read in full"])
    say(f"\nspeed in pages a CPU second, medians of {ROUNDS} (aim: 60 % of bare pypdfium2 with word boxes)")
    for name, values in rates.items():
        say(f"{name:34s}{median(values):8.0f}{ours / median(values):10.0%}")


def bare(path: Path, *, raw_calls: bool = False) -> int:
    """Read text and word boxes with pypdfium2's own classes, or its raw calls; return the number of pages."""
    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument(path)
    for page in document:
        text_page = page.get_textpage()
        words, box = [], raw.FS_RECTF()
        for found in re.finditer(r"\S+", text_page.get_text_range()):
            first, last = found.start(), found.end() - 1
            if raw_calls:
                raw.FPDFText_GetLooseCharBox(text_page.raw, first, box)
                left, bottom = box.left, box.bottom
                raw.FPDFText_GetLooseCharBox(text_page.raw, last, box)
                words.append((found.group(), left, bottom, box.right, box.top))
            else:
                one, other = text_page.get_charbox(first, loose=True), text_page.get_charbox(last, loose=True)
                words.append((found.group(), one[0], one[1], other[2], other[3]))
        text_page.close()
        page.close()
    count = len(document)
    document.close()
    return count


def show_boxes() -> int:
    """Print how many words have ink in their box, on 20 pages of all styles; return 1 where the aim is missed."""
    paths = sorted((DATA / "extraction-dev/files/pdf").glob("*.pdf"))
    words, share = drawn_share(paths[::3], 20)
    kept = share >= BOXES
    say(f"\nword boxes with ink in them: {share:.2%} of {words} words (aim: {BOXES:.0%}) {'ok' if kept else 'MISSED'}")
    return int(not kept)


def show_real_files() -> int:
    """Print what became of each of the real files; return how many aims were missed."""
    folder = DATA / "real-files"
    if not folder.is_dir():
        say("\nNo real files here: what becomes of them was not looked at.")
        return 0
    lines, missed = told_of(folder, extracted)
    for line in lines:
        say(line)
    return missed


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
