"""A question as it is counted: the same words are one question, and nothing in it points at a person. Pure."""

from __future__ import annotations

import re

from search.language import fold

LONGEST = 120
OTHER = "…"
"""Stands for questions that are counted without their words: long ones, and those beyond what a day holds."""
_ADDRESS = re.compile(r"\S*@\S*")
_DIGITS = re.compile(r"\d+(?:[ .,/-]\d+)*")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
MOST_DIGITS_TOGETHER = 6
MOST_DIGITS = 7


def counted_as(text: str) -> str:
    """Return the words under which a question is counted.

    Small letters without accents, single spaces. Mail addresses become `@`, numbers that may be an identity card's, a
    taxpayer's or a telephone's become `#`. A long text may be a passage of a document, so its words are not kept.
    """
    plain = " ".join(fold(text).split())
    if len(plain) > LONGEST:
        return OTHER
    return _DIGITS.sub(_number, _ADDRESS.sub("@", plain))


def _number(found: re.Match[str]) -> str:
    """Return digits as they stand, or `#` where they are too many to be the number of a document."""
    groups = re.findall(r"\d+", found.group())
    if any(len(group) > MOST_DIGITS_TOGETHER for group in groups):
        return "#"
    dated = any(_YEAR.fullmatch(group) for group in groups)
    return "#" if sum(map(len, groups)) > MOST_DIGITS and not dated else found.group()
