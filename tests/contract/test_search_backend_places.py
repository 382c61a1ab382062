"""All places of one version that hold what is asked, in the order of its text."""

from __future__ import annotations

import pytest

from search.query import Readers
from tests.contract.shelf import OPERATOR, Shelf, entry

MEMBER = Readers(frozenset({"body:PL"}))


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    shelf.put(
        entry("rule", "plazo de visa", "nada", "la visa y su plazo", "visa", "el plazo vence", title="Visa y plazo"),
        entry("other", "plazo de visa"),
    )
    return shelf


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("visa", [1, 3, 4]),
        ("plazo visa", [1, 3]),
        ('"plazo de visa"', [1]),
        ('"visa y su plazo" visa', [3]),
        ("PLÁZOS", [1, 3, 5]),
        ("pasaporte", []),
    ],
)
def test_every_place_and_no_other(shelf: Shelf, text: str, pages: list[int]) -> None:
    assert shelf.places("rule", text) == pages


def test_of_a_long_version_all_places_in_order(shelf: Shelf) -> None:
    shelf.put(entry("long", *("visa de turista" if page % 3 else "pasaporte" for page in range(1, 4501))))
    assert shelf.places("long", "visa") == [page for page in range(1, 4501) if page % 3]


def test_only_the_version_asked_for(shelf: Shelf) -> None:
    shelf.put(
        entry("twice", "visa", "visa", version=1, shown_to=10), entry("twice", "nada", "visa", version=2, shown_from=10)
    )
    assert shelf.places("twice", "visa", version=1) == [1, 2]
    assert shelf.places("twice", "visa", version=2) == [2]
    assert shelf.places("twice", "visa", version=3) == []


def test_places_only_of_the_text_that_the_reader_gets(shelf: Shelf) -> None:
    shelf.put(
        entry("cut", "visa", "tachado", readers=["public"], hidden_from=frozenset({"body:PL"})),
        entry("cut", "visa", "visa secreta", readers=["body:PL"], part=1),
        entry("closed", "visa", readers=["body:PL"]),
    )
    assert shelf.places("cut", "visa") == [1]
    assert shelf.places("cut", "visa", readers=MEMBER) == [1, 2]
    assert shelf.places("cut", "visa", readers=OPERATOR) == [1, 2]
    assert shelf.places("closed", "visa") == []
    assert shelf.places("closed", "visa", readers=MEMBER) == [1]
    assert shelf.places("closed", "visa", readers=MEMBER, excluded=frozenset({"closed"})) == []
