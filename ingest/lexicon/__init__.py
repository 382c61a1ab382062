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
_LATIN = re.compile(r"[a-zß-öø-ɏ]{3,}")
_OTHER_LETTERS = re.compile(r"[\u0250-\u1fff\u2c00-\ud7ff\uf900-\ufaff]")


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
    small = text.lower()
    # Nearly all letters here are Latin, and asking for those by name is twice as fast as asking what a letter is.
    words = _LATIN.findall(small) if small.isascii() or not _OTHER_LETTERS.search(small) else WORD.findall(small)
    return len(words), sum(map(lexicon().__contains__, words))


def known_share(text: str) -> float | None:
    """The share of known words, 0 to 1; None where there are no words."""
    words, known = known_words(text)
    return round(known / words, 4) if words else None
