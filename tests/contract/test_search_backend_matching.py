"""What matches: phrases, enough of the words, words meant, and the number tier."""

from __future__ import annotations

from typing import Any

import pytest

from records.numbers import index_forms, parse_number, query_number
from search.backends.base import Plan
from search.entries import Entry
from search.query import Asked, Query
from tests.contract.shelf import OPERATOR, PUBLIC, TODAY, Shelf, entry


def numbered(record: str, number: str, *texts: str, **said: Any) -> Entry:
    parsed = parse_number(number)
    assert parsed is not None
    return entry(record, *texts, **{"numbers": index_forms(parsed), "title": number, **said})


def test_a_quoted_phrase_must_stand_as_written(shelf: Shelf) -> None:
    shelf.put(
        entry("a", "La residencia temporal se otorga."),
        entry("b", "La residencia es temporal."),
        entry("c", "Temporal residencia."),
        entry("d", title="De la residencia temporal"),
    )
    assert sorted(shelf.names('"residencia temporal"')) == ["a", "d"]
    assert shelf.names("«residencia temporal»", scope="text") == ["a"]
    assert shelf.names('"residencia temporal" otorga') == ["a"]
    assert shelf.names('"residencia temporal" "se otorga"') == ["a"]


@pytest.mark.parametrize(
    ("words", "held", "found"),
    [(1, 1, True), (2, 1, False), (2, 2, True), (3, 2, True), (3, 1, False), (4, 3, True), (5, 3, True), (5, 2, False)],
)
def test_all_of_few_words_and_most_of_many_must_be_there(shelf: Shelf, words: int, held: int, found: bool) -> None:
    asked = ["migrante", "frontera", "vivienda", "pesquero", "carbono"][:words]
    shelf.put(entry("a", " ".join(asked[:held])))
    assert (shelf.names(" ".join(asked)) == ["a"]) is found
    assert (shelf.names(" ".join(asked), scope="text") == ["a"]) is found


def test_words_of_one_question_may_stand_on_different_pages_of_a_document(shelf: Shelf) -> None:
    shelf.put(entry("a", "migrante", "frontera"), entry("b", "vivienda", title="Migrante"))
    assert shelf.names("migrante frontera") == ["a"]
    assert shelf.names("migrante vivienda") == ["b"]
    assert shelf.names("migrante frontera", scope="text") == []


def test_a_word_meant_is_found_for_a_word_mistyped(shelf: Shelf) -> None:
    shelf.put(entry("a", "La frontera", title="Frontera norte"), entry("b", "frotnera"))
    assert shelf.names("frotnera") == ["b"]
    assert sorted(shelf.names("frotnera", meant={"frotnera": "frontera"})) == ["a", "b"]
    assert sorted(shelf.names("frotnera", scope="text", meant={"frotnera": "frontera"})) == ["a", "b"]


def test_the_number_that_leads_comes_first_however_written(shelf: Shelf) -> None:
    cites = "Que el Decreto Supremo 067-2011-PCM. " * 20
    shelf.put(
        numbered("ds", "Decreto Supremo N° 067-2011-PCM", "Créase la mesa."),
        entry("citing", cites, title="Sobre el Decreto Supremo 067-2011-PCM y el DS 67-2011-PCM"),
        numbered("rm", "Resolución Ministerial N° 067-2011-PCM", "Otra."),
    )
    for question in ("D.S. N° 067-2011-PCM", "decreto supremo 67-2011-pcm", "DS 067-2011-PCM mesa de trabajo"):
        assert shelf.names(question)[0] == "ds", question
    assert shelf.names("067-2011-PCM")[:2] in (["ds", "rm"], ["rm", "ds"])
    assert shelf.names("RM 067-2011-PCM")[0] == "rm"


def test_a_number_that_does_not_lead_is_a_word(shelf: Shelf) -> None:
    shelf.put(
        numbered("law", "Ley N° 28612"),
        entry("rules", "Desarrolla la Ley.", title="Reglamento de la Ley N° 28612, Ley de software"),
    )
    assert shelf.names("Reglamento de la Ley N° 28612") == ["rules", "law"]
    assert shelf.names("Ley N° 28612") == ["law"]


def test_forms_of_a_number_are_tried_in_turn(shelf: Shelf) -> None:
    shelf.put(numbered("long", "R.J. N° 052-1998-RPU-JEF"), numbered("short", "R.J. N° 052-1998"))
    assert shelf.names("R.J. 052 1998 rpu jef")[0] == "long"
    assert shelf.names("RJ 052-1998")[:2] in (["long", "short"], ["short", "long"])
    shelf.take_away("long")
    assert shelf.names("R.J. 052 1998 rpu jef")[0] == "short"


def only_number(text: str) -> Asked:
    number = query_number(text)
    assert number is not None
    return Asked((), (), number)


def test_nothing_but_a_number_nobody_bears_finds_nothing(shelf: Shelf) -> None:
    shelf.put(numbered("ds", "Decreto Supremo N° 067-2011-PCM", "Dice 068-2011-PCM."))
    query = Query(readers=PUBLIC, today=TODAY, facets=("kind",))
    found = shelf.engine.search(Plan(query, only_number("DS 068-2011-PCM")))
    assert (list(found.hits), found.total, found.more) == ([], 0, False)
    found = shelf.engine.search(Plan(query, only_number("DS 067-2011-PCM")))
    assert ([hit.record for hit in found.hits], found.total) == (["ds"], 1)
    assert dict(found.facets["kind"]) == {"directiva": 1}


def test_a_number_borne_only_by_what_is_hidden_is_as_unknown(shelf: Shelf) -> None:
    shelf.put(numbered("ds", "Decreto Supremo N° 067-2011-PCM", readers=["body:PL"]), entry("other", title="Otro"))
    found = shelf.engine.search(Plan(Query(readers=PUBLIC, today=TODAY), only_number("DS 067-2011-PCM")))
    assert (list(found.hits), found.total) == ([], 0)
    # A shorter form that an open document bears is taken then, and the hidden one does not tell.
    shelf.put(numbered("open", "Decreto Supremo N° 067-2011"))
    assert shelf.names("DS 067-2011-PCM") == shelf.names("DS 067-2011-PCM", excluded=frozenset({"ds"}))
    assert shelf.names("DS 067-2011-PCM", readers=OPERATOR)[0] == "ds"


def test_what_bears_the_number_is_counted_with_what_holds_the_words(shelf: Shelf) -> None:
    shelf.put(
        numbered("law", "Ley N° 27594", "Regula la participación."),
        entry("other", "La participación ciudadana en la ejecución.", title="Participación"),
    )
    found = shelf.ask("Ley 27594 participación ciudadana")
    assert [hit.record for hit in found.hits] == ["law", "other"]
    assert found.total == 2


def test_in_the_text_what_bears_the_number_comes_first_too(shelf: Shelf) -> None:
    shelf.put(
        numbered("ds", "Decreto Supremo N° 067-2011-PCM", "Nada de ello.", "La mesa se reúne en sesiones cada mes."),
        entry("often", "sesiones sesiones sesiones", "sesiones", title="Sesiones"),
    )
    found = shelf.ask("DS 067-2011-PCM sesiones", scope="text")
    assert [hit.record for hit in found.hits] == ["ds", "often"]
    assert [unit.page for unit in found.hits[0].units] == [2]
