"""Synonyms: what may stand for a word is found and worth a little less, in every engine the same."""

from __future__ import annotations

from search.backends.base import Plan
from search.query import Query, read_text
from search.synonyms.applying import compiled
from search.synonyms.terms import EQUAL, ONE_WAY, Entry
from tests.contract.shelf import PUBLIC, TODAY, Shelf, entry

KEPT = compiled(
    [
        Entry("pay", EQUAL, ("sueldo", "remuneración")),
        Entry("mtc", EQUAL, ("MTC", "Ministerio de Transportes y Comunicaciones")),
        Entry("tuo", EQUAL, ("TUO", "texto único ordenado")),
        Entry("castigo", ONE_WAY, ("castigo",), ("sanción",)),
    ]
)


def names(shelf: Shelf, text: str, **wanted: str) -> list[str]:
    asked = read_text(text)
    query = Query(text, readers=PUBLIC, today=TODAY, **wanted)  # type: ignore[arg-type]
    found = shelf.engine.search(Plan(query, asked, instead=KEPT.others(asked.words)))
    assert found.total == len(found.hits)
    return [hit.record for hit in found.hits]


def test_a_word_finds_its_synonym_below_itself(shelf: Shelf) -> None:
    shelf.put(
        entry("other", "Del pago mensual.", title="Remuneración de los docentes"),
        entry("same", "Del pago mensual.", title="Sueldo de los docentes"),
        entry("none", "Del pago mensual.", title="Viáticos de los docentes"),
    )
    assert names(shelf, "sueldo docentes") == ["same", "other"]
    assert names(shelf, "remuneraciones docentes") == ["other", "same"]


def test_in_the_text_too(shelf: Shelf) -> None:
    shelf.put(entry("a", "Se fija la remuneración."), entry("b", "Se fija el sueldo."), entry("c", "Se fija."))
    assert sorted(names(shelf, "sueldo", scope="text")) == ["a", "b"]


def test_an_acronym_finds_the_words_it_stands_for_in_their_order_and_back(shelf: Shelf) -> None:
    shelf.put(
        entry("whole", "Reglamento del Ministerio de Transportes y Comunicaciones."),
        entry("short", "Reglamento del MTC."),
        entry("mixed", "Reglamento de comunicaciones: los transportes del ministerio."),
    )
    assert sorted(names(shelf, "mtc reglamento")) == ["short", "whole"]
    assert sorted(names(shelf, "reglamento ministerio transportes comunicaciones")) == ["mixed", "short", "whole"]
    assert names(shelf, "mtc reglamento", scope="text")[0] == "short"


def test_words_for_words(shelf: Shelf) -> None:
    shelf.put(entry("a", title="TUO de la ley"), entry("b", title="Texto Único Ordenado de la ley"))
    assert sorted(names(shelf, "texto único ordenado ley")) == ["a", "b"]


def test_one_way_is_one_way(shelf: Shelf) -> None:
    shelf.put(entry("a", title="Sanción al transportista"), entry("b", title="Castigo al transportista"))
    assert sorted(names(shelf, "castigo")) == ["a", "b"]
    assert names(shelf, "sanción") == ["a"]


def test_what_is_quoted_is_meant_as_written(shelf: Shelf) -> None:
    shelf.put(entry("a", "El sueldo base."), entry("b", "La remuneración base."))
    assert names(shelf, '"sueldo base"') == ["a"]
    assert names(shelf, '"sueldo" base') == ["a"]


def test_a_synonym_opens_nothing_to_whom_it_is_closed(shelf: Shelf) -> None:
    shelf.put(entry("open", title="Sueldo"), entry("closed", title="Remuneración", readers=["body:PL"]))
    assert names(shelf, "sueldo") == ["open"]
    assert names(shelf, "remuneración") == ["open"]
