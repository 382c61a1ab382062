"""How far a text holds a question word for word: stems and rare words find a remembered sentence, its wording tells it.

A sentence remembered is mostly of words that do not count (`los pongan a disposición así como el`). Of the texts found
by the others, that in which the question's neighbours stand side by side is the one that is quoted.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search.asking import MOST_WORDS
from search.backends.base import Found, Place, Plan
from search.conditions import may_quote
from search.language import RUN, fold
from search.ranking import RELEVANCE

FIRST_RANKS = 30
"""So many first results are put in order by their wording; those after them keep the engine's order."""
_LEAST_PAIRS = 2
_LEAST_SHARE = 0.5


def read_ahead(plan: Plan) -> Plan | None:
    """Return the plan that finds all the first results too, where a page of it may be in the order of their wording.

    Only a question that may quote a text, by itself: a number, or what operators demand, has an order of its own.
    """
    asked, question, rank = plan.asked, plan.query, plan.place.rank
    by_itself = question.sort == "relevance" and not (asked.number and asked.number.leads) and not asked.demands
    if not (by_itself and (asked.phrases or may_quote(asked)) and rank < FIRST_RANKS):
        return None
    wanted = max(FIRST_RANKS, rank + question.size)
    return replace(plan, query=replace(question, size=wanted), place=Place())


@dataclass(frozen=True, slots=True)
class Wording:
    """All words of a quotation, folded, those that do not count as well.

    `literal` tells that nothing else decides: of what is all in quotes, and in the text. Else a title that holds what
    is asked may be meant all the same.
    """

    words: tuple[str, ...]
    literal: bool

    def order(self, scores: Sequence[float], shares: Sequence[float]) -> list[int]:
        """Return in which order results come that scored so, and whose texts hold these shares of the wording.

        Only the first results; where they are worth the same, and after them, the order stays as it is.
        """
        pairs = list(zip(scores, shares, strict=True))[:FIRST_RANKS]
        if self.literal:
            worth = [share if share >= _LEAST_SHARE else 0.0 for _, share in pairs]
        else:
            worth = [score * (1.0 + RELEVANCE.wording * share) for score, share in pairs]
        return [*sorted(range(len(worth)), key=lambda at: -worth[at]), *range(len(worth), len(scores))]


def quoted(plan: Plan, found: Found) -> Wording | None:
    """Return the wording that puts the results of a plan that read ahead in order; None where it decides nothing."""
    asked = plan.asked
    if plan.query.scope == "text" or (asked.phrases and not asked.words):
        return Wording(wording(plan.query.text), literal=True)
    # Words beside a phrase say what they want of it already.
    return Wording(wording(plan.query.text), literal=False) if found.quotes and not asked.phrases else None


def wording(question: str) -> tuple[str, ...]:
    """Return all words of a question folded, those that do not count as well; of long ones the first forty."""
    return tuple(RUN.findall(fold(question))[:MOST_WORDS])


def share_held(words: tuple[str, ...], text: str) -> float:
    """Return which share of the neighbouring pairs of these words stands in one stretch of the text, 0 to 1.

    The stretch is twice as long as the question, so that words which were forgotten have room.
    """
    wanted = set(pairwise(words))
    if len(wanted) < _LEAST_PAIRS:
        return 0.0
    runs = RUN.findall(fold(text))
    reach = 2 * len(words)
    within: deque[tuple[int, tuple[str, str]]] = deque()
    counts: Counter[tuple[str, str]] = Counter()
    best = 0
    for at, pair in enumerate(pairwise(runs)):
        if pair not in wanted:
            continue
        within.append((at, pair))
        counts[pair] += 1
        while within[0][0] < at - reach:
            gone = within.popleft()[1]
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
        best = max(best, len(counts))
    return best / len(wanted)
