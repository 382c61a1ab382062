"""Which questions the pieces of texts answer by themselves, so that no list of documents need go with them."""

import pytest

from search.asking import read_text
from search.demands import pieces_tell


@pytest.mark.parametrize(
    ("text", "scope", "tell"),
    [
        ("estadio puente", "documents", True),
        ("estadio OR puente OR carret*", "documents", True),
        ('estadio OR "puente colgante" OR year:2010', "documents", True),
        # A piece that holds one of these may be of a document that lacks what is demanded beside it.
        ("estadio AND puente", "documents", False),
        ("estadio OR (puente AND carretera)", "documents", False),
        ("estadio OR title:puente", "documents", False),
        ("estadio -puente", "documents", False),
        ("obra estadio OR puente", "documents", False),
        ("estadio AND puente", "text", True),
        ("estadio -puente", "text", False),
        ("estadio year:2010", "text", False),
    ],
)
def test_pieces_tell_of_no_document_that_lacks_what_is_demanded(text: str, scope: str, tell: bool) -> None:
    assert pieces_tell(read_text(text), scope) is tell
