"""How well answers fare: ranks of what is right, by class of question, among documents and in the text."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from statistics import mean
from typing import Any

BEST = 10
Question = dict[str, Any]
Answer = dict[str, Any]
Results = list[dict[str, Any]]


def reciprocal_rank(relevant: list[Any], results: Results) -> float:
    """Return one over the rank of the first right document, 0 where none is among the best ten."""
    right = {answer if isinstance(answer, str) else answer["identifier"] for answer in relevant}
    return _first(results, lambda result: result["external_id"] in right)


def article_rank(relevant: list[Any], results: Results) -> float:
    """Return one over the rank of the first right document whose first place shown is the right article.

    A text without articles has none to be right; a long article is cut into pieces, `art_4~2`.
    """
    right = {(answer["identifier"], answer["article"]) for answer in relevant}
    whole = {identifier for identifier, article in right if not article}

    def is_right(result: dict[str, Any]) -> bool:
        article = re.sub(r"~\d+$", "", result["anchor"] or "").removeprefix("art_")
        return result["external_id"] in whole or (result["external_id"], article) in right

    return _first(results, is_right)


def gain_rank(relevant: list[Any], results: Results) -> float:
    """Return nDCG among the best ten; what has no gain of its own has one."""
    gains = {one["identifier"]: float(one.get("gain", 1)) for one in relevant if isinstance(one, dict)}
    gains |= {one: 1.0 for one in relevant if isinstance(one, str)}
    found = _discounted(gains.get(result["external_id"], 0.0) for result in results[:BEST])
    return found / (_discounted(sorted(gains.values(), reverse=True)[:BEST]) or 1.0)


def by_class(asked: list[Question], answers: list[Answer]) -> dict[str, float]:
    """Return MRR@10 of each class, `macro` over the classes, and nDCG@10 of topics where there are any."""
    ranks: dict[str, list[float]] = defaultdict(list)
    gains = []
    for question, answer in zip(asked, answers, strict=True):
        ranks[question["class"]].append(reciprocal_rank(question["relevant"], answer["results"]))
        if question["class"] == "topic":
            gains.append(gain_rank(question["relevant"], answer["results"]))
    told = {name: mean(values) for name, values in sorted(ranks.items())}
    told["macro"] = mean(told.values())
    return {name: round(value, 4) for name, value in (told | ({"topic nDCG": mean(gains)} if gains else {})).items()}


def quotes_in_the_text(asked: list[Question], answers: list[Answer]) -> dict[str, float]:
    """Return MRR@10 of the right article, for questions in quotation marks and for those with words left out."""
    ranks: dict[str, list[float]] = defaultdict(list)
    for question, answer in zip(asked, answers, strict=True):
        how = "quoted" if question["query"].startswith('"') else "unquoted"
        ranks[how].append(article_rank(question["relevant"], answer["results"]))
    return {how: round(mean(values), 4) for how, values in sorted(ranks.items())}


def _first(results: Results, is_right: Callable[[dict[str, Any]], bool]) -> float:
    ranks: Iterator[int] = (rank for rank, result in enumerate(results[:BEST], start=1) if is_right(result))
    return 1 / next(ranks, float("inf"))


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
