"""PDF files that pdfium refuses: repaired by qpdf, or read by pdfminer.six; and what a font without letters is made of.

Both are slow and stay out of the ordinary way (guide on extraction, F 6 and F 7): loaded only when they are needed.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTContainer

from ingest.formats.base import PageText
from ingest.formats.judging import Drawn, judge
from ingest.formats.pdf_words import composed
from ingest.formats.runs import Box, Run
from ingest.reading.language import language_of
from records.words import pack_words

SECONDS = 30.0
"""What pdfminer.six has read of a file by then is kept; books have taken it minutes."""
MOST_REPAIRED = 200 * 1024**2
MOST_PAGES_ASKED = 3
_NO_LETTER = "(cid:"
_SPACE, _OVERLAP = 0.2, -0.5
"""A gap, in heights of a character: wider is a space; further back is another run."""


def repaired(path: Path) -> bytes | None:
    """The file as qpdf writes it anew: cross-references rebuilt, broken objects left out; None where it cannot."""
    if path.stat().st_size > MOST_REPAIRED:
        return None
    whole = BytesIO()
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if len(pdf.pages) == 0:
                return None
            pdf.save(whole, linearize=False)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever a damaged file makes qpdf say, it is not repaired
        return None
    return whole.getvalue()


def read_by_pdfminer(path: Path) -> list[PageText]:
    """The pages as pdfminer.six reads them, as many as it reads in its time; none where it fails at once."""
    pages: list[PageText] = []
    end = time.monotonic() + SECONDS
    try:
        for number, page in enumerate(extract_pages(path, laparams=None), start=1):
            pages.append(_page(number, page))
            if time.monotonic() > end:
                break
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - it raises errors of a dozen types on damaged files; what it read is kept
        return pages
    return pages


def unmapped(path: Path, numbers: Iterable[int]) -> dict[int, float]:
    """The share of characters on these pages whose font says no letter for them, as far as pdfminer.six can tell."""
    asked = [*numbers][:MOST_PAGES_ASKED]
    shares = {number: _unmapped_share(path, number) for number in asked}
    return {number: share for number, share in shares.items() if share is not None}


def _unmapped_share(path: Path, number: int) -> float | None:
    try:
        for page in extract_pages(path, page_numbers=[number - 1], laparams=None):
            texts = [character.get_text() for character in _characters(page)]
            if texts:
                return round(sum(text.startswith(_NO_LETTER) for text in texts) / len(texts), 4)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a diagnosis that fails is none
        return None
    return None


def _page(number: int, page: Any) -> PageText:
    found = composed(list(_runs(page)), page.height)
    judged = judge(found.text, Drawn)
    return PageText(
        number,
        found.text,
        "layer" if found.text else "none",
        judged.legible,
        page.width,
        page.height,
        pack_words(found.boxes),
        decision=judged.decision,
        signals=judged.signals | {"engine": "pdfminer.six"},
        language=language_of([found.text]),
    )


def _runs(page: Any) -> Iterator[Run]:
    """Characters that follow each other closely are a run; the space between tells what parts it from the next."""
    run: Run | None = None
    for character in _characters(page):
        text, box = _letters(character.get_text()), _box(character, page.height)
        if run is None or run.box is None:
            run = None if text.isspace() else Run(text, box)
            continue
        joint = "" if text.isspace() else _between(run.box, box)
        if text.isspace():
            run.after = " "
        elif joint == "" and run.after == "":
            run.text += text
            run.box = (run.box[0], min(run.box[1], box[1]), box[2], max(run.box[3], box[3]))
        else:
            run.after = joint or run.after
            yield run
            run = Run(text, box)
    if run is not None:
        run.after = ""
        yield run


def _between(before: Box, box: Box) -> str:
    height = max(before[3] - before[1], 0.1)
    middle = (box[1] + box[3]) / 2
    if not before[1] < middle < before[3] or box[0] - before[2] < _OVERLAP * height:
        return "\n"
    return " " if box[0] - before[2] > _SPACE * height else ""


def _characters(item: Any) -> Iterator[LTChar]:
    for inner in item:
        if isinstance(inner, LTChar):
            yield inner
        elif isinstance(inner, LTContainer):
            yield from _characters(inner)


def _letters(text: str) -> str:
    """Ligatures as letters, and a letter that the font does not name as the mark for it."""
    if text.startswith(_NO_LETTER):
        return "\ufffd"
    return unicodedata.normalize("NFKC", text) if "\ufb00" <= text <= "\ufb06" else text or "\ufffd"


def _box(character: LTChar, height: float) -> Box:
    x0, y0, x1, y1 = character.bbox
    return x0, height - y1, x1, height - y0
