"""Relevance in one versioned object, shared by every engine, and the rules that need no engine.

The steps and their worth were measured (guide on search, B3); the values are tuned on development queries only.
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 3
MOST_RANKED = 300
MOST_UNITS_SHOWN = 3
MOST_PLACES = 10_000
MOST_BUCKETS = 1000


@dataclass(frozen=True, slots=True)
class Relevance:
    """Boosts. A number found is worth more than any text; the best page counts, not the sum of pages.

    `title_whole`: for a title that holds nearly all (`whole_share`) of what is asked, so that one full answer stands
    above documents that share a rare word with the question here and there. `unit_pair`: for neighbouring words of a
    question of `pair_words` or more, at most `pair_slop` places nearer or farther in the text. `text_intent`: for
    texts, where a question of `intent_words` that span `intent_span` places, those that do not count included, is a
    quotation: no title holds the first share of its words and the second of its pairs, and some text holds the third.
    `language`: for a document in the reader's own, little enough to decide among equals alone.
    `wording`: for the share of a quotation's wording that a text holds, as a multiple of what the document scored.
    """

    version: int = VERSION
    number: float = 1000.0
    title: float = 0.84
    title_exact: float = 0.6
    lead: float = 0.48
    title_phrase: float = 0.84
    title_whole: float = 2.0
    whole_share: float = 0.75
    unit: float = 1.0
    unit_phrase: float = 1.5
    unit_pair: float = 0.35
    pair_words: int = 5
    pair_slop: int = 2
    hierarchy: float = 1.5
    text_intent: float = 4.0
    intent_span: int = 5
    intent_words: int = 3
    intent_title_share: float = 0.7
    intent_title_pairs: float = 0.34
    intent_pair_share: float = 0.7
    wording: float = 4.0
    synonym: float = 0.8
    language: float = 0.3


RELEVANCE = Relevance()


def least_words(count: int) -> int:
    """Return how many of a question's words a document must hold: all of a few, most of many."""
    if count <= 2:
        return count
    if count <= 4:
        return count - 1
    return max(3, -(-count * 6 // 10))


def distance(one: str, other: str, most: int) -> int:
    """Return the edits (insert, delete, change, swap of neighbours) between two words, `most` + 1 if more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, mate in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != mate))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == mate:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def edits_allowed(word: str) -> int:
    """Return how many edits may separate a mistyped word from the one meant (guide, B3: did-you-mean)."""
    if len(word) < 5 or any(letter.isdigit() for letter in word):
        return 0
    return 2 if len(word) >= 8 else 1
