"""Word boxes against the page as drawn: a word has its box right where ink is drawn inside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdfium2

from ingest.reading.task import read_file
from records.words import WordBox, unpack_words

SCALE = 2
_INK = 160


def drawn_share(paths: Sequence[Path], most: int) -> tuple[int, float]:
    """How many words of the first `most` pages of these files were looked at, and the share with ink in their box."""
    words = inked = pages = 0
    for path in paths:
        document = pypdfium2.PdfDocument(path)
        for page in read_file(path, path.name, {}).pages[: max(0, most - pages)]:
            pages += 1
            picture = document[page.number - 1].render(scale=SCALE, grayscale=True).to_pil()
            boxes = unpack_words(page.words)
            words += len(boxes)
            inked += sum(1 for box in boxes if has_ink(picture, box))
        document.close()
    return words, inked / max(words, 1)


def has_ink(picture: object, box: WordBox) -> bool:
    """Whether anything dark is drawn in the middle half of the box."""
    height = (box.y1 - box.y0) / 4
    area = [side * SCALE for side in (box.x0, box.y0 + height, box.x1, box.y1 - height)]
    left, top, right, bottom = round(area[0]), round(area[1]), round(area[2] + 0.5), round(area[3] + 0.5)
    lightest, _ = picture.crop((left, top, max(right, left + 1), max(bottom, top + 1))).getextrema()  # type: ignore[attr-defined]
    return bool(lightest < _INK)
