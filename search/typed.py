"""What somebody is typing, read the same for every engine: words of a title, the beginning of a number, a slip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from records.numbers import number_begun, query_number
from search.conditions import Clause, Days, Words
from search.language import tokens
from search.ranking import distance

WHOLE_NUMBER = 1000.0
BEGUN_NUMBER = 500.0
"""Above any worth of a title, which is the sum of some words' scores."""
MOST_FORMS = 8
PRIORS = tuple((0.3, Days("hierarchy", rank, 100)) for rank in (20, 40, 60, 80, 100))
"""Of titles alike, that of the higher kind of document comes first; then the newer."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that are whole, with their places (`phrase`), and one that is perhaps only begun.

    `begun` is empty where a space follows the last word.
    """

    words: tuple[str, ...]
    begun: str
    phrase: tuple[tuple[int, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.begun


def words_typed(text: str) -> Typed:
    """Read the words of a title; the last may be only begun, unless a space follows it."""
    read = [(token.position, "".join(filter(str.isalnum, token.word))) for token in tokens(text)]
    read = [(position, word) for position, word in read if word]
    begun = "" if not read or text[-1:].isspace() else read.pop()[1]
    first = read[0][0] if read else 0
    return Typed(tuple(word for _, word in read), begun, tuple((position - first, word) for position, word in read))


def title_worth(typed: Typed) -> list[tuple[float, Clause]]:
    """Return what makes one title with the words typed better than another: neighbours, the last word as it is."""
    worth: list[tuple[float, Clause]] = list(PRIORS)
    if len(typed.phrase) > 1:
        worth.append((2.0, Words("title_exact", typed.phrase)))
    if typed.begun:
        worth.append((1.0, Words("title_exact", ((0, typed.begun),))))
    return worth


def numbers_typed(text: str) -> list[tuple[float, str, str]]:
    """Return what a number that is being typed may be: (what it is worth, a form or "", how forms begin or "").

    A number typed whole comes before those that go on after it, `67-2011` before `671-1999`; all come before titles.
    """
    found: list[tuple[float, str, str]] = []
    whole = query_number(text)
    if whole is not None and whole.leads:
        found += [(WHOLE_NUMBER - at, form, "") for at, form in enumerate(whole.forms[:MOST_FORMS])]
    for begun in number_begun(text):
        found += [(BEGUN_NUMBER + 50, "", f"{begun}-"), (BEGUN_NUMBER, "", begun)]
    return found


def nearest(word: str, times: Mapping[str, int], most: int) -> str | None:
    """Return the word with the fewest edits, of those that stand in titles so often: first letter and frequency
    decide ties."""
    near = [other for other in times if distance(word, other, most) <= most]
    return min(
        near,
        key=lambda other: (distance(word, other, most), other[:1] != word[:1], -times[other], other),
        default=None,
    )
