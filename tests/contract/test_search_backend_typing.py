"""What one is typing, and what one may have meant to type: only from what the reader may see."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from search.entries import Entry
from search.query import Readers
from tests.contract.shelf import OPERATOR, Shelf, entry

MEMBER = Readers(frozenset({"public", "body:PL"}))
MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    shelf.put(
        entry("ley", "palabra", title="Ley de Migraciones", numbers=("LEY:1236", "1236")),
        entry("plan", title="Plan de integración migratoria", numbers=("DS:67-2011-PCM", "67-2011-PCM", "67-2011")),
        entry("acta", "oculto", title="Acta zqxsecreto", readers=["body:PL"], numbers=("ACTA:7-2024", "7-2024")),
        entry("vieja", title="Ley derogada de extranjería", shown_to=1000),
    )
    return shelf


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("migra", {"ley", "plan"}),
        ("MIGRÁ", {"ley", "plan"}),
        ("migraciones", {"ley"}),
        ("ley mig", {"ley"}),
        ("ley de mig", {"ley"}),
        ("mig ley", set()),
        ("migratoria plan", {"plan"}),
        ("migraciones ley", {"ley"}),
        ("integ", {"plan"}),
        ("palab", set()),
        ("67-2011", {"plan"}),
        ("67-20", {"plan"}),
        ("ds:67", {"plan"}),
        ("d.s. n.º 067-2011-p", {"plan"}),
        ("ds 67 2011 pcm", {"plan"}),
        ("decreto supremo 067", {"plan"}),
        ("rm 67", set()),
        ("1.236", {"ley"}),
        ("1.23", {"ley"}),
        ("ley n° 12", {"ley"}),
        ("ley de 12", set()),
        ("123", {"ley"}),
        ("236", set()),
        ("extranj", set()),
        ("zqx", set()),
        ("7-2024", set()),
        ("", set()),
        ("  ", set()),
    ],
)
def test_titles_and_numbers_that_begin_so(shelf: Shelf, typed: str, found: set[str]) -> None:
    assert set(shelf.suggested(typed)) == found


def test_what_is_typed_whole_comes_before_what_goes_on_and_numbers_before_titles(shelf: Shelf) -> None:
    def decree(name: str, number: str, **said: Any) -> Entry:
        return entry(name, numbers=(f"DS:{number}", number, "DS:5-2020", "5-2020"), **said)

    shelf.put(
        entry("says", title="Reglamento del DS 5-2020 y de otros", kind="ley"),
        entry("longer", numbers=("DS:51-2020-IN", "51-2020-IN", "DS:51-2020", "51-2020"), title="Uno"),
        decree("body", "5-2020-PCM", title="Dos"),
    )
    assert shelf.suggested("ds 5-2020-pcm") == ["body"]
    assert shelf.suggested("ds 5") == ["body", "longer", "says"]
    assert shelf.suggested("ds 5-2020") == ["body", "says"]


def test_of_titles_alike_the_higher_kind_then_the_newer_comes_first(shelf: Shelf) -> None:
    shelf.put(
        entry("old", title="Reglamento de aduanas", kind="decreto_supremo", day="2001-01-01"),
        entry("new", title="Reglamento de aduanas", kind="decreto_supremo", day="2021-01-01"),
        entry("law", title="Reglamento de aduanas", kind="ley", day="1990-01-01"),
    )
    assert shelf.suggested("reglamento adua") == ["law", "new", "old"]


def test_suggestions_only_of_what_the_reader_may_see(shelf: Shelf) -> None:
    assert shelf.suggested("zqx", readers=MEMBER) == ["acta"]
    assert shelf.suggested("7-2024", readers=MEMBER) == ["acta"]
    assert shelf.suggested("zqx", readers=OPERATOR) == ["acta"]
    assert shelf.suggested("zqx", readers=MEMBER, excluded=["acta"]) == []


def test_as_many_suggestions_as_wanted(shelf: Shelf) -> None:
    shelf.put(*(entry(f"o{n}", title=f"Oficio {n}") for n in range(30)))
    assert len(shelf.suggested("ofic", size=7)) == 7


@MANY
@given(typed=st.text(max_size=30))
@example("1<")
@example("1.*[a-z]+?(x|y)^$\\b#-&~")
@example("1 😀")
@example("\x00")
def test_nothing_one_types_makes_it_fail(shelf: Shelf, typed: str) -> None:
    assert set(shelf.suggested(typed)) <= {"ley", "plan"}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("migrasiones", "migraciones"),
        ("migarciones", "migraciones"),
        ("imtegracion", "integracion"),
        ("migraciones", None),
        ("migracion", None),
        ("lei", None),
        ("12345", None),
        ("palabrx", None),
        ("zqxsecretx", None),
        ("completamenteotra", None),
    ],
)
def test_a_mistyped_word_stands_for_the_nearest_of_titles_the_reader_may_see(
    shelf: Shelf, word: str, meant: str | None
) -> None:
    assert shelf.meant(word) == ({word: meant} if meant else {})


def test_words_of_hidden_titles_are_never_meant_nor_known(shelf: Shelf) -> None:
    assert shelf.meant("zqxsecretx", readers=MEMBER) == {"zqxsecretx": "zqxsecreto"}
    assert shelf.meant("zqxsecretx", readers=MEMBER, excluded=["acta"]) == {}
    # A hidden title has the word itself: to a stranger it is as unknown as any other.
    shelf.put(entry("uno", title="Migrasiones", readers=["body:PL"]))
    assert shelf.meant("migrasiones") == {"migrasiones": "migraciones"}
    assert shelf.meant("migrasiones", readers=MEMBER) == {}


def test_of_two_words_as_near_the_more_frequent_is_meant(shelf: Shelf) -> None:
    shelf.put(entry("a", title="Pastor"), *(entry(f"p{n}", title="Pasto alto") for n in range(3)))
    shelf.put(*(entry(f"q{n}", title="Costo bajo") for n in range(2)), entry("c", title="Corto camino"))
    assert shelf.meant("cocto") == {"cocto": "costo"}


def test_one_edit_is_nearer_than_two_however_frequent(shelf: Shelf) -> None:
    shelf.put(*(entry(f"r{n}", title="Regularizado pronto") for n in range(60)))
    shelf.put(entry("one", title="Regularizador"))
    assert shelf.meant("regularizadorr") == {"regularizadorr": "regularizador"}


@MANY
@given(word=st.text(min_size=1, max_size=60))
def test_no_word_makes_it_fail(shelf: Shelf, word: str) -> None:
    assert set(shelf.meant(word)) <= {word}
