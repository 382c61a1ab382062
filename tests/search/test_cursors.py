"""Cursors: bound to person and question, refused when altered, outdated when the index has moved on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import CursorExpired, InvalidCursor
from search.backends.base import Place
from search.cursors import binding, read_cursor, write_cursor

RANKED = write_cursor(Place(rank=20), generation="g1", bound_to="ana")
LISTED = write_cursor(Place(rank=20, after=77), generation="g1", bound_to="ana")


def test_a_cursor_comes_back_as_the_place_it_was() -> None:
    assert read_cursor(RANKED, generation="g1", bound_to="ana") == Place(rank=20)
    assert read_cursor(LISTED, generation="g1", bound_to="ana") == Place(rank=20, after=77)
    assert read_cursor("", generation="g1", bound_to="ana") == Place()


def test_a_rank_is_outdated_by_a_new_commit_and_a_key_is_not() -> None:
    with pytest.raises(CursorExpired):
        read_cursor(RANKED, generation="g2", bound_to="ana")
    assert read_cursor(LISTED, generation="g2", bound_to="ana").after == 77


@pytest.mark.parametrize("cursor", [RANKED, LISTED], ids=["rank", "key"])
def test_another_person_or_question_cannot_use_it(cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        read_cursor(cursor, generation="g1", bound_to="luis")


@given(at=st.integers(0, len(RANKED) - 1), letter=st.sampled_from("abcXYZ019-_:."))
def test_altered_in_any_place_it_is_refused(at: int, letter: str) -> None:
    altered = RANKED[:at] + letter + RANKED[at + 1 :]
    if altered == RANKED:
        return
    with pytest.raises(InvalidCursor):
        read_cursor(altered, generation="g1", bound_to="ana")


@given(text=st.text(min_size=1, max_size=80))
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(InvalidCursor):
        read_cursor(text, generation="g1", bound_to="ana")


def test_what_a_cursor_is_bound_to_keeps_its_parts_apart() -> None:
    assert binding("a", "b,c") != binding("a,b", "c")
    assert binding(1, None, "x") != binding(1, "", "x")
