"""What is looked at by line starts alone is what the plain way finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.describing import dating, operative, sections
from ingest.describing.lines import at_lines

WORDS = ["artículo 1", "ARTÍCULO PRIMERO.-", "acuerda:", "Lima, 3 de mayo", "anexo", "primero.-", *"\n *x", "\n\n"]
NORMS = st.lists(st.sampled_from(WORDS), max_size=30).map("".join)
PATTERNS = [
    dating._PLACE_LINE,
    dating._IN_PLACE,
    operative._FORMULA,
    operative._FIRST,
    operative._PLAIN_FIRST,
    sections._HEADING,
    re.compile(r"^\s*x", re.M),
    re.compile(r"^[ax\n]*", re.M),
]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.pattern[:12])
@given(text=NORMS)
def test_line_starts_give_the_matches_of_the_whole_text(pattern: re.Pattern[str], text: str) -> None:
    expected = [match.span() for match in pattern.finditer(text) if match.group()]
    assert [match.span() for match in at_lines(pattern, text) if match.group()] == expected
