"""The one analysis of text, for every engine: runs of letters and digits, lower case, accents folded, stop words
dropped with their place kept, Snowball stems.

Spanish and English texts go through the same Spanish chain: a query then needs no language, and an English word
keeps its form but for endings that Spanish cuts alike in text and query. The exact, folded word is indexed beside
the stem in titles, so that English titles are found by their own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

LONGEST_TOKEN = 100
# Accents may be letters of their own, after the letter they belong to.
RUN = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_STOP = """
a al algo algunas algunos ante antes como con contra cual cuando de del desde donde durante e el ella ellas ellos en
entre era erais eran eras eres es esa esas ese eso esos esta estaba estado estan estas este esto estos fue fueron ha
han has hasta hay la las le les lo los mas me mi mis mucho muchos muy nada ni no nos nosotros o os otra otras otro
otros para pero poco por porque que quien quienes se sea sean segun ser si sin sobre son su sus tambien tanto te
tiene tienen todo todos tu tus u un una uno unos y ya yo
the of and or to in is for by with on at an be as it that this are from
"""
STOP_WORDS = frozenset(_STOP.split())
# What NFKD leaves alone and Lucene's and tantivy's folding writes in ASCII.
_FOLDS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d"})


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its place among all words (stop words count), where it stands, folded, and its stem."""

    position: int
    start: int
    end: int
    word: str
    stem: str


def fold(text: str) -> str:
    """Return text in lower case without accents or ligatures; lengths may differ."""
    if text.isascii():
        return text.lower()
    # First apart, then small: mathematical capitals have no small form of their own.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower()).translate(_FOLDS)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def tokens(text: str) -> Iterator[Token]:
    """Yield the words that count, in order; positions skip stop words, so that phrases keep their distances."""
    for position, run in enumerate(RUN.finditer(text)):
        if read := _read(run.group()):
            yield Token(position, run.start(), run.end(), *read)


def tokens_of(text: str, wanted: frozenset[str], beginnings: tuple[str, ...] = ()) -> list[Token]:
    """Return the words of these stems, or that begin so, in order: all others are not even made into tokens."""
    known = _wanted(wanted, beginnings)
    found: list[Token] = []
    at = position = 0
    for chunk in text.split():
        # Between two chunks lies nothing that a chunk could begin with: each is found where it stands.
        at = text.index(chunk, at)
        count, held = known[chunk]
        for place, start, end, word, stemmed in held:
            found.append(Token(position + place, at + start, at + end, word, stemmed))
        position += count
        at += len(chunk)
    return found


class _Chunks(dict[str, tuple[int, tuple[tuple[int, int, int, str, str], ...]]]):
    """What was read between spaces: how many runs of letters and digits, and those that are wanted, as in `Token`."""

    def __init__(self, wanted: frozenset[str], beginnings: tuple[str, ...]) -> None:
        super().__init__()
        self._wanted, self._beginnings = wanted, beginnings

    def __missing__(self, chunk: str) -> tuple[int, tuple[tuple[int, int, int, str, str], ...]]:
        runs = list(RUN.finditer(chunk))
        told = (
            len(runs),
            tuple(
                (place, run.start(), run.end(), *read)
                for place, run in enumerate(runs)
                if (read := _read(run[0])) and (read[1] in self._wanted or read[0].startswith(self._beginnings))
            ),
        )
        if len(chunk) < LONGEST_TOKEN:
            self[chunk] = told
        return told


@lru_cache(maxsize=8)
def _wanted(wanted: frozenset[str], beginnings: tuple[str, ...]) -> _Chunks:
    return _Chunks(wanted, beginnings)


def stems(text: str) -> list[str]:
    """Return the stems of a text in order, without stop words."""
    return [token.stem for token in tokens(text)]


@lru_cache(maxsize=200_000)
def _read(run: str) -> tuple[str, str] | None:
    """Return a run of letters and digits folded, and its stem; None for what does not count."""
    word = fold(run)
    if not word or word in STOP_WORDS or len(word) >= LONGEST_TOKEN:
        return None
    return word, stem(word)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the Snowball Spanish stem of a folded word. The stemmer keeps no state between words."""
    return str(_stemmer().stemWord(word))


def twins(stemmed: str) -> tuple[str, ...]:
    """Return the singular or plural that Snowball leaves apart in short words: `actas` for `acta`, and back."""
    one = stemmed.removesuffix("s")
    other = one if one != stemmed else f"{stemmed}s"
    apart = 3 < len(stemmed) < 8 and one[-1] in "aeio" and stem(other) == other
    return (other,) if apart else ()


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("spanish", 0)
