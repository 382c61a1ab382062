"""Running heads and feet of pages: part of the page and not of the document.

They stay in the text and are read with it; what is searched, shown as a find or taken for the document's own words
leaves them out. A page's `furniture` lists them as (start, end, `head` or `foot`), in code points of its text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_SIGNS = re.compile(r"[^\n]")


def without_furniture(text: str, furniture: Sequence[Sequence[Any]], *, offset: int = 0) -> str:
    """Return a text of the same length with spaces where furniture stands; `text` begins at `offset` of its page."""
    for start, end, *_ in furniture:
        a, b = max(start - offset, 0), min(end - offset, len(text))
        if a < b:
            text = text[:a] + _SIGNS.sub(" ", text[a:b]) + text[b:]
    return text
