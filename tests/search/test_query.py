"""Reading a question: words, phrases, numbers; what a query refuses; and the rules of ranking that need no engine."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from records.errors import InvalidValue
from search.query import MOST_PHRASES, MOST_WORDS, Query, Readers, read_text
from search.ranking import distance, edits_allowed, least_words

PUBLIC = Readers(frozenset({"public"}))


def test_a_query_cannot_be_built_without_its_readers() -> None:
    with pytest.raises(TypeError):
        Query("mesa", today=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Query("mesa", PUBLIC, today=1)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wanted", "attr"),
    [
        ({"scope": "all"}, "scope"),
        ({"sort": "score"}, "sort"),
        ({"versions": "old"}, "versions"),
        ({"filters": {"tokens": ("public",)}}, "tokens"),
        ({"facets": ("hidden_from",)}, "hidden_from"),
    ],
)
def test_a_query_refuses_what_cannot_be_asked(wanted: dict[str, object], attr: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Query(readers=PUBLIC, today=1, **wanted)  # type: ignore[arg-type]
    assert refused.value.attr == attr


def test_quotes_of_every_kind_are_phrases_with_their_gaps() -> None:
    asked = read_text('"gestión de la mesa" «plan anual» “acta” sesiones')
    assert [phrase.words for phrase in asked.phrases] == [
        ((0, "gestion"), (3, "mes")),
        ((0, "plan"), (1, "anual")),
        ((0, "acta"),),
    ]
    assert [word.word for word in asked.words] == ["sesiones"]
    assert asked.number is None


def test_words_keep_their_places_in_the_question() -> None:
    text = '"de la" decrto "" supremo'
    asked = read_text(text)
    assert [text[word.start : word.end] for word in asked.words] == ["decrto", "supremo"]


def test_a_leading_number_is_what_is_asked_for_unless_words_are_quoted() -> None:
    asked = read_text("D.S. N° 067-2011-PCM")
    assert asked.number is not None
    assert asked.number.leads
    assert read_text('"D.S. N° 067-2011-PCM"').number is None


def test_very_long_questions_are_cut() -> None:
    asked = read_text(" ".join(f"palabra{n}" for n in range(500)) + ' "a1 b1"' * 500)
    assert (len(asked.words), len(asked.phrases)) == (MOST_WORDS, MOST_PHRASES)


@given(text=st.text(max_size=200))
@example("-0")
def test_any_text_is_a_question(text: str) -> None:
    asked = read_text(text)
    assert all(0 <= word.start < word.end <= len(text) for word in asked.words)
    assert asked.is_empty == (not asked.words and not asked.phrases and asked.number is None and not asked.demands)
    assert all(phrase.words[0][0] == 0 for phrase in asked.phrases)


@pytest.mark.parametrize(("count", "least"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (10, 6), (40, 24)])
def test_all_of_few_words_and_most_of_many(count: int, least: int) -> None:
    assert least_words(count) == least


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("acta", "acta", 0),
        ("acta", "atca", 1),
        ("acta", "actas", 1),
        ("acta", "cata", 1),
        ("acta", "ley", 3),
        ("", "ab", 2),
    ],
)
def test_edits_between_words(one: str, other: str, edits: int) -> None:
    assert distance(one, other, 2) == edits


words = st.text(alphabet="abc", max_size=8)


@given(one=words, other=words, most=st.integers(0, 4))
def test_edits_are_the_same_both_ways_and_none_for_the_same_word(one: str, other: str, most: int) -> None:
    assert distance(one, other, most) == distance(other, one, most)
    assert (distance(one, other, most) == 0) == (one == other)
    assert distance(one, other, most) <= most + 1


@pytest.mark.parametrize(("word", "edits"), [("acta", 0), ("actas", 1), ("migrante", 2), ("2024abcd", 0)])
def test_short_words_and_numbers_are_never_corrected(word: str, edits: int) -> None:
    assert edits_allowed(word) == edits
