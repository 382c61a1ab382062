"""The number itself, from its first digit on: sequence, year and what follows, in any way people write it.

Source: guide on Peru, 3.3, counted over 437,000 mentions: `013-2024/IN`, `27.594`, `157-90-EF`, `0037-RE-2014`,
`D000053-2021-SUTRAN-CD`, `012-2009MINAM`, `0132019-MINEDU`, `002 - 2019 - GRLL/GOB`, `026-CR/GRL (2022)`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

SEQUENCE = re.compile(r"(?<![a-z0-9])(?:d(?=\d))?(?P<seq>(?:\d|[ol](?=\d))+)(?P<thousands>(?:[.,]\d{3}(?!\d))*)")
_DIGITS = re.compile(r"\d+")
_PIECE = re.compile(r"( ?)([-/._])( ?)([0-9a-z]+)")
_YEAR = re.compile(r"1[89]\d\d|20\d\d")
_RUNNING = re.compile(r"0\d{2,4}")
_GLUED_YEAR = re.compile(r"((?:19|20)\d\d)([a-z]{2,})")
_GLUED_SEQUENCE = re.compile(r"(0\d{2,3}|\d{3})((?:19|20)\d\d)")
_DAY = re.compile(r"[ _-](\d{1,2})[./-](\d{1,2})[./-]((?:20)?\d\d)(?!\d)")
# `946-GG-ESSALUD-99`, and the day in file names of Tumbes: `057_28May2024`.
_LATE_YEAR = re.compile(r"([89]\d)|\d{1,2}[a-z]{3,10}(20\d\d)")
_SPACED_CAPITALS = re.compile(r" ([a-z]{3,9})(?![a-z0-9])")
_YEAR_APART = re.compile(r"\s?\(((?:19|20)\d\d)\)|\s+(?:del?|del ano)\s+((?:19|20)\d\d)(?![0-9a-z])")
_SPACED_YEAR = re.compile(r"\s+((?:19|20)\d\d)(?![0-9a-z])")
_SPACED_WORD = re.compile(r"[\s/_.-]+([0-9a-z]+)")
_NO_TAIL_WORDS = (
    "ley leyes decreto decretos resolucion articulo articulos art reglamento que y e o de del la el los las "
    "se en por aprueba aprueban norma normas modifica regula crea establece con su sus"
)
_NO_TAIL = frozenset(_NO_TAIL_WORDS.split())
_REGIONAL = frozenset({"gob", "g", "r", "gr"})
_COUNCILS = frozenset({"gr", "cr", "gra"})
_MOST_PIECES = 12
_LONGEST_PIECE = 24


@dataclass(frozen=True, slots=True)
class Written:
    """A number as read from a text: `end` is where it stops; `words` are what may go on it, by spaces."""

    seq: int
    year: int | None
    tail: tuple[str, ...]
    end: int
    words: tuple[tuple[str, int], ...] = ()


def full_year(text: str) -> int:
    """Return the year that two or four digits mean; two-digit ones lie in the hundred years that end now."""
    year = int(text)
    if len(text) == 4:
        return year
    now = dt.datetime.now(dt.UTC).year
    return year + (now - now % 100 if year <= now % 100 else now - now % 100 - 100)


def sequences(plain: str) -> Iterator[re.Match[str]]:
    """Yield the matches of SEQUENCE in order, found by their first digit: a text is passed over at once up to there."""
    at = 0
    while (digits := _DIGITS.search(plain, at)) is not None:
        start = digits.start()
        if start > at and plain[start - 1] in "dol":
            start -= 1
        match = SEQUENCE.match(plain, start)
        at = match.end() if match else digits.end()
        if match:
            yield match


def written(text: str, plain: str, match: re.Match[str], *, law: bool, loose: bool) -> Written:
    """Read the number that `match` (of SEQUENCE in `plain`) begins. `plain` is `text` folded.

    `law`: of a series that runs on through the years, so that no year belongs to it. `loose`: the text is a
    designation or a query and not prose, so that spaces may part the number too.
    """
    digits, start = _sequence(plain, match, law=law)
    if law:
        return _law(plain, digits, start)
    if day := _DAY.match(plain, start):
        return Written(int(digits), full_year(day[3]), (), day.end())
    pieces = _pieces(text, plain, start)
    if _YEAR.fullmatch(digits) and pieces and _RUNNING.fullmatch(pieces[0].word):
        # Spanish councils put the year first: `acta 2025-0001`.
        return Written(int(pieces[0].word), int(digits), (), pieces[0].end)
    year, tail = _year_of(pieces)
    end = pieces[-1].end if pieces and (year is not None or tail) else start
    if year is None and (not pieces or (tail and tail[0].isalpha())):
        digits, year = _glued(digits, tail)
    if year is None and (apart := _year_apart(plain, end, loose=loose and not tail)):
        year, end = apart
    words = _words_after(plain, end) if loose and year is not None and not tail else ()
    return Written(int(digits), year, tail, end, words)


def _year_apart(plain: str, end: int, *, loose: bool) -> tuple[int, int] | None:
    """Return a year that stands apart (`(2022)`, `del 2011`; `loose`: `25 2006`) and where it ends."""
    match = _YEAR_APART.match(plain, end) or (_SPACED_YEAR.match(plain, end) if loose else None)
    return (int(next(year for year in match.groups() if year)), match.end()) if match else None


def normal(part: str) -> str:
    """Return one part of a number's end as keys have it: upper case, no leading zeros."""
    return (part.lstrip("0") or "0") if part.isdigit() else part.upper()


@dataclass(frozen=True, slots=True)
class _Piece:
    word: str
    sign: str
    end: int


def _sequence(plain: str, match: re.Match[str], *, law: bool) -> tuple[str, int]:
    """Return the digits of the sequence and where they end; `27.594` is one, `3,500` persons are none."""
    digits = _digits(match["seq"])
    goes_on = match.end() < len(plain) and plain[match.end()].isalnum()
    if match["thousands"] and (law or (len(digits) <= 2 and not goes_on)):
        return (digits + re.sub(r"\D", "", match["thousands"]))[:18], match.end()
    return digits, match.end("seq")


def _digits(seq: str) -> str:
    # OCR reads 0 as O and 1 as l (guide on Peru, 3.3: 8 % of regional mentions are damaged).
    return seq.replace("o", "0").replace("l", "1")[:18]


def _law(plain: str, digits: str, start: int) -> Written:
    # Spain and others number laws by year, and part the two with a slash: `Ley 39/2015`.
    if len(digits) <= 3 and (piece := _PIECE.match(plain, start)) and piece[2] == "/" and _YEAR.fullmatch(piece[4]):
        return Written(int(digits), int(piece[4]), (), piece.end())
    piece = _PIECE.match(plain, start)
    if piece and len(digits) <= 3 and _YEAR.fullmatch(piece[4]):
        after = _PIECE.match(plain, piece.end())
        # A legislative resolution of Congress: `011-2001-CR`.
        if after and after[4] == "cr":
            return Written(int(digits), int(piece[4]), ("CR",), after.end())
    return Written(int(digits), None, (), start)


def _pieces(text: str, plain: str, start: int) -> list[_Piece]:
    """Return what is joined to the sequence by signs, up to where prose begins again."""
    pieces: list[_Piece] = []
    position, capital = start, False
    while len(pieces) < _MOST_PIECES and (match := _PIECE.match(plain, position)):
        word = match[4]
        original = text[match.start(4) : match.end(4)]
        spaced = bool(match[1] or match[3])
        if len(word) > _LONGEST_PIECE or _is_prose(original, match[2], capital=capital):
            break
        if spaced and not _goes_on(original, match[2], pieces):
            break
        capital = capital or (original.isupper() and original.isalpha())
        pieces.append(_Piece(word, match[2], match.end()))
        position = match.end()
        # `CR GRM`, `GR PUNO-CRP`: councils of regions write a space there.
        council = _SPACED_CAPITALS.match(plain, position) if word in _COUNCILS else None
        if council and council[1] not in _NO_TAIL and text[council.start(1) : council.end(1)].isupper():
            pieces.append(_Piece(council[1], "-", council.end()))
            position = council.end()
    return pieces


def _is_prose(original: str, sign: str, *, capital: bool) -> bool:
    """Tell a sentence that goes on without a space (`015-2012-AG.Que`) from one more part of the number."""
    word = original.lower()
    if word in _NO_TAIL:
        # DE is the Ministry of Defence.
        return word != "de" or sign == "."
    return capital and not original.isdigit() and original.upper() != original and (sign == "." or original.islower())


def _goes_on(original: str, sign: str, pieces: list[_Piece]) -> bool:
    if sign in "._":
        return sign == "." and bool(pieces) and pieces[-1].word in _REGIONAL and original.isupper()
    if not pieces:
        return bool(_YEAR.fullmatch(original))
    return original.isupper() and len(original) <= 10


def _year_of(pieces: list[_Piece]) -> tuple[int | None, tuple[str, ...]]:
    """Tell the year from the rest: second, or last after the body; a second one at the end is a file's own."""
    words = [piece.word for piece in pieces]
    if not words:
        return None, ()
    year: int | None = None
    if glued := _GLUED_YEAR.fullmatch(words[0]):
        year, words = int(glued[1]), [glued[2], *words[1:]]
    elif _YEAR.fullmatch(words[0]):
        year, words = int(words[0]), words[1:]
    elif (
        len(words[0]) == 2 and words[0].isdigit() and not (len(words) > 1 and words[1].isdigit() and len(words[1]) < 4)
    ):
        year, words = full_year(words[0]), words[1:]
    return _with_last_year(words, year)


def _with_last_year(words: list[str], year: int | None) -> tuple[int | None, tuple[str, ...]]:
    if year is None and words and words[0].isdigit():
        return None, ()
    if len(words) > (1 if year is None else 0) and _YEAR.fullmatch(words[-1]):
        # After a year of its own, a second one is the publication's, as file names of the corpus add it.
        last = int(words.pop())
        year = last if year is None else year
    late = _LATE_YEAR.fullmatch(words[-1]) if year is None and words else None
    if late and late[1]:
        year, words = full_year(late[1]), words[:-1]
    elif late:
        year = int(late[2])
    return year, tuple(normal(word) for word in words)


def _glued(digits: str, tail: tuple[str, ...]) -> tuple[str, int | None]:
    match = _GLUED_SEQUENCE.fullmatch(digits) if tail else None
    return (match[1], int(match[2])) if match else (digits, None)


def _words_after(plain: str, end: int) -> tuple[tuple[str, int], ...]:
    """Return the words after a number, each with where it ends, that may be its suffix written with spaces."""
    words: list[tuple[str, int]] = []
    while len(words) < 5 and (match := _SPACED_WORD.match(plain, end)):
        if match[1] in _NO_TAIL or len(match[1]) > 14 or (" - " in match[0]):
            break
        words.append((match[1], match.end()))
        end = match.end()
    return tuple(words)
