"""Finding the words of a question in a whole text, for a reader who came from a search."""

from __future__ import annotations

from collections.abc import Sequence

from search.asking import read_text
from search.language import Token, tokens

SHORTEST = 2
MOST_MARKS = 2000


def marks_in(text: str, question: str) -> Sequence[tuple[int, int]]:
    """Return where the words of a question stand in a text, as (start, end) in code points.

    Words in quotation marks are marked where they stand together, all others, and those that begin as asked,
    wherever they stand; what the question denies is not marked.
    """
    asked = read_text(question)
    singles = {word.stem for word in asked.all_words if len(word.stem) >= SHORTEST}
    beginnings = asked.beginnings
    present = list(tokens(text))
    spans = [
        (token.start, token.end)
        for token in present
        if token.stem in singles or (beginnings and token.word.startswith(beginnings))
    ]
    for phrase in asked.all_phrases:
        spans += _together(present, [stem for _, stem in phrase.words])
    return sorted(set(spans))[:MOST_MARKS]


def _together(present: Sequence[Token], phrase: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the words of a phrase follow each other, stop words between them aside."""
    found = [token.stem for token in present]
    size = len(phrase)
    return [
        (present[at].start, present[at + size - 1].end)
        for at in range(len(found) - size + 1)
        if found[at : at + size] == list(phrase)
    ]
