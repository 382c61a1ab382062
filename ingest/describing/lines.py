"""Matches that begin where a line does."""

from __future__ import annotations

import re
from collections.abc import Iterator


def at_lines(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern that begins with `^` (re.M), as `finditer` does, by looking at line starts alone.

    sre asks at every character whether a line begins there; whole texts are gone over many times.
    """
    at = 0
    while True:
        match = pattern.match(text, at)
        if match is not None:
            yield match
            if match.end() > at and text[match.end() - 1] == "\n":
                at = match.end()
                continue
        at = text.find("\n", at if match is None else match.end()) + 1
        if not at:
            return
