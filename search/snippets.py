"""Fragments of a text with the words asked for marked, everything else escaped. Pure; the same for every engine."""

from __future__ import annotations

import html
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from search.language import Token, tokens_of

LONGEST = 170
FRAGMENTS = 2
OPEN, CLOSE = "<mark>", "</mark>"
GAP = " … "


@dataclass(frozen=True, slots=True)
class _Fragment:
    start: int
    end: int
    marks: tuple[Token, ...]
    worth: float


def snippet(text: str, stems: frozenset[str], beginnings: tuple[str, ...] = ()) -> str:
    """Return the best two fragments of a text as safe HTML: `<mark>` around words of these stems, or that begin so.

    Without such words the text's beginning. Fragments begin and end at words and are told apart by an ellipsis.
    """
    words = tokens_of(text, stems, beginnings)
    if not words:
        return html.escape(_clipped(text, 0, LONGEST).strip()) + (GAP.rstrip() if len(text) > LONGEST else "")
    chosen = _best(text, words)
    shown = [_marked(text, fragment) for fragment in sorted(chosen, key=lambda fragment: fragment.start)]
    first, last = min(chosen, key=lambda f: f.start), max(chosen, key=lambda f: f.end)
    before = GAP.lstrip() if first.start > 0 else ""
    after = GAP.rstrip() if last.end < len(text.rstrip()) else ""
    return before + GAP.join(shown) + after


def _best(text: str, words: list[Token]) -> list[_Fragment]:
    fragments = [_around(text, words, at) for at in range(len(words))]
    chosen: list[_Fragment] = []
    for fragment in sorted(fragments, key=lambda fragment: (-fragment.worth, fragment.start)):
        if all(fragment.end <= other.start or fragment.start >= other.end for other in chosen):
            chosen.append(fragment)
        if len(chosen) == FRAGMENTS:
            break
    return chosen


def _around(text: str, words: list[Token], at: int) -> _Fragment:
    """Return the fragment that begins a little before a word: worth most when it holds many different ones."""
    start = _word_start(text, max(0, words[at].start - 40))
    end = _word_end(text, start + LONGEST)
    inside = tuple(takewhile(lambda word: word.end <= end, islice(words, at, None)))
    different = len({word.stem for word in inside})
    close = sum(1 for one, other in pairwise(inside) if other.position - one.position <= 2)
    return _Fragment(start, end, inside, different * 3 + close + len(inside) * 0.2)


def _marked(text: str, fragment: _Fragment) -> str:
    parts: list[str] = []
    at = fragment.start
    for word in fragment.marks:
        parts += [html.escape(text[at : word.start]), OPEN, html.escape(text[word.start : word.end]), CLOSE]
        at = word.end
    parts.append(html.escape(text[at : fragment.end]))
    return " ".join("".join(parts).split())


def _word_start(text: str, at: int) -> int:
    while at > 0 and not text[at - 1].isspace() and at > 1:
        at -= 1
    return 0 if at <= 1 else at


def _word_end(text: str, at: int) -> int:
    while at < len(text) and not text[at].isspace():
        at += 1
    return min(at, len(text))


def _clipped(text: str, start: int, end: int) -> str:
    return text[start : _word_end(text, end)]
