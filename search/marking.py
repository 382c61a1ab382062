"""Finding the words of a question in a whole text, for a reader who came from a search."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search.language import Token, stems, tokens

SHORTEST = 2
MOST_MARKS = 2000
_PHRASE = re.compile(r'["“«]([^"“”«»]+)["”»]')


def marks_in(text: str, question: str) -> Sequence[tuple[int, int]]:
    """Return where the words of a question stand in a text, as (start, end) in code points.

    Words in quotation marks are marked where they stand together; all others wherever they stand.
    """
    phrases = [found for phrase in _PHRASE.findall(question) if (found := stems(phrase))]
    singles = {stem for stem in stems(_PHRASE.sub(" ", question)) if len(stem) >= SHORTEST}
    present = list(tokens(text))
    spans: list[tuple[int, int]] = [(token.start, token.end) for token in present if token.stem in singles]
    for phrase in phrases:
        spans += _together(present, phrase)
    return sorted(spans)[:MOST_MARKS]


def _together(present: Sequence[Token], phrase: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the words of a phrase follow each other, stop words between them aside."""
    found = [token.stem for token in present]
    size = len(phrase)
    return [
        (present[at].start, present[at + size - 1].end)
        for at in range(len(found) - size + 1)
        if found[at : at + size] == list(phrase)
    ]
