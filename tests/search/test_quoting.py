"""A sentence half remembered finds the text that has it, word for word, and its place in it first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from records.persons import stranger
from search.params import SearchParams
from search.quoting import FIRST_RANKS, Wording, share_held, wording
from search.service import Answer, answer

SENTENCE = "los miembros pongan a disposición así como el material de trabajo"
REMEMBERED = "los pongan a disposición así como el material"


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Que LOS PONGAN a disposición, así como el\n material.", 1.0),
        ("los miembros pongan a disposición; así como el material", 6 / 7),
        ("el material que pongan, a disposición", 3 / 7),
        ("Nada de eso.", 0.0),
        ("los pongan " + "y otros " * 40 + "así como el material", 3 / 7),
    ],
)
def test_the_share_of_a_wording_is_of_what_stands_together(text: str, share: float) -> None:
    assert share_held(wording(REMEMBERED), text) == pytest.approx(share)


def test_two_words_are_no_wording() -> None:
    assert share_held(wording("el material"), "el material") == 0.0


@given(st.text(alphabet="ab ñ", max_size=40), st.text(alphabet="ab ñ", max_size=80))
def test_a_text_that_holds_the_words_holds_all_of_the_wording(words: str, text: str) -> None:
    asked = wording(words)
    share = share_held(asked, text)
    assert 0.0 <= share <= 1.0
    if len(set(pairwise(asked))) >= 2:
        assert share_held(asked, f"{text} {words} {text}") == 1.0


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0, 1)), max_size=2 * FIRST_RANKS), st.booleans())
def test_nothing_is_lost_by_the_order_and_only_the_first_are_moved(
    rows: list[tuple[float, float]], literal: bool
) -> None:
    order = Wording(("a", "b", "c"), literal).order([score for score, _ in rows], [share for _, share in rows])
    assert sorted(order) == list(range(len(rows)))
    assert order[FIRST_RANKS:] == list(range(FIRST_RANKS, len(rows)))
    assert Wording(("a",), literal).order([1.0] * len(rows), [0.0] * len(rows)) == list(range(len(rows)))


@pytest.fixture
def archive(make_record: Callable[..., Any], settle: Callable[[], None]) -> None:
    """Forty texts with the same words more densely, one with the sentence, one with it that is closed."""
    for number in range(40):
        text = "Artículo 1. Disposición del material. Pongan así material, disposición, miembros y trabajo."
        make_record(f"Directiva {number}", text, access="public", external_id=f"denso-{number:02}")
    filling = "Artículo 1. Del material\nEl material y la disposición del material de trabajo.\n"
    quoted = f"{filling}Artículo 2. Funciones\nCustodiar los documentos que {SENTENCE} de las comisiones.\n"
    make_record("Reglamento interno", quoted, access="public", external_id="citado")
    make_record("Reglamento reservado", quoted, access="", external_id="reservado")
    settle()


def ask(text: str, **wanted: Any) -> Answer:
    return answer(SearchParams(q=text, **{"size": 10, **wanted}), person=stranger())


def names(found: Answer) -> list[str]:
    return [one.record.external_id for one in found.results]


@pytest.mark.django_db
@pytest.mark.parametrize("scope", ["documents", "text"])
@pytest.mark.parametrize("text", [REMEMBERED, f'"{SENTENCE}"'])
def test_a_remembered_sentence_finds_its_text_and_its_article_first(archive: None, scope: str, text: str) -> None:
    found = ask(text, scope=scope)
    assert found.results[0].record.external_id == "citado"
    assert found.results[0].hits[0].anchor == "art_2"
    assert "reservado" not in names(found)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 7, 29, 30, 31])
def test_its_pages_have_every_result_once(archive: None, size: int) -> None:
    whole = names(ask(REMEMBERED, scope="text", size=100))
    assert len(whole) == len(set(whole)) > FIRST_RANKS
    paged: list[str] = []
    found = ask(REMEMBERED, scope="text", size=size)
    paged += names(found)
    while found.next:
        found = ask(REMEMBERED, scope="text", size=size, cursor=found.next)
        paged += names(found)
    assert paged == whole


@pytest.mark.django_db
def test_it_costs_no_query_more_than_another_question(archive: None) -> None:
    def queries(text: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            ask(text, scope="text")
        return len(seen)

    assert queries(REMEMBERED) == queries("material")
