"""Words that are known, in Spanish and English: how far a text consists of them tells a good layer from a bad one.

The lists are made by `ingest.lexicon.build`; where they come from and under which licence stands in `LICENCES.md`.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from importlib.resources import files

WORD = re.compile(r"[^\W\d_]{3,}")
"""Shorter ones are known by chance: nearly every two letters stand for something somewhere."""


@cache
def lexicon() -> frozenset[str]:
    """The known words of both languages, in small letters: a page may hold both."""
    return frozenset(
        word
        for name in ("es", "en")
        for word in gzip.decompress(files(__name__).joinpath(f"{name}.txt.gz").read_bytes()).decode().split()
    )


def known_words(text: str) -> tuple[int, int]:
    """How many words of three letters or more a text has, and how many of them are known."""
    words = WORD.findall(text.lower())
    return len(words), sum(map(lexicon().__contains__, words))


def known_share(text: str) -> float | None:
    """The share of known words, 0 to 1; None where there are no words."""
    words, known = known_words(text)
    return round(known / words, 4) if words else None
