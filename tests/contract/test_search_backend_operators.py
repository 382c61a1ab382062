"""Operators, fields and wildcards: what they demand of documents, the same by every engine and in both scopes."""

from __future__ import annotations

from typing import Any

import pytest

from records.numbers import index_forms, parse_number
from search.entries import Entry
from search.query import Readers
from tests.contract.shelf import PUBLIC, Shelf, entry

SCOPES = ("documents", "text")


def numbered(record: str, number: str, *texts: str, **said: Any) -> Entry:
    parsed = parse_number(number)
    assert parsed is not None
    return entry(record, *texts, **{"numbers": index_forms(parsed), "title": number, **said})


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """Four documents about visas: each of one piece but the last, whose words stand on different pages."""
    shelf.put(
        entry("visa", "La visa de turista.", title="De las visas"),
        entry("both", "La visa y el pasaporte.", title="Del pasaporte"),
        entry("pass", "El pasaporte del migrante.", title="Del viaje"),
        entry("apart", "La visa consular.", "El pasaporte migratorio.", title="De la salida"),
    )
    return shelf


@pytest.mark.parametrize(
    ("question", "documents", "text"),
    [
        ("visa AND pasaporte", "apart both", "both"),
        ("visa Y pasaporte", "apart both", "both"),
        ("visa OR migrante", "apart both pass visa", "apart both pass visa"),
        ("consular O migrante", "apart pass", "apart pass"),
        ("visa AND NOT pasaporte", "visa", "visa"),
        ("visa -pasaporte", "visa", "visa"),
        ("visa Y NO pasaporte", "visa", "visa"),
        ("-visa", "pass", "pass"),
        ('pasaporte -"visa consular"', "both pass", "both pass"),
        ("(visa OR migrante) AND pasaporte", "apart both pass", "both pass"),
        ("visa AND (turista OR consular)", "apart visa", "apart visa"),
        ("pasaporte -(turista OR consular)", "both pass", "both pass"),
        ('"visa consular" OR turista', "apart visa", "apart visa"),
        ("migra*", "apart pass", "apart pass"),
        ("visa AND migra*", "apart", ""),
        ("visa -migra*", "both visa", "both visa"),
        ("NOT (visa OR migrante)", "", ""),
        ("title:pasaporte", "both", "both"),
        ("title:pasaporte visa", "both", "both"),
        ("título:visas OR migrante", "pass visa", "pass visa"),
        ("title:(salida OR viaje)", "apart pass", "apart pass"),
        ("título:pasa*", "both", "both"),
        ('title:"las visas"', "visa", "visa"),
        ("visa -title:pasaporte", "apart visa", "apart visa"),
        # Whatever is not right is read as words.
        ('visa "turista', "visa", "visa"),
        ("(visa turista", "visa", "visa"),
        ("visa AND", "apart both visa", "apart both visa"),
        ("colour:visa", "", ""),
    ],
)
def test_what_operators_demand(filled: Shelf, question: str, documents: str, text: str) -> None:
    assert " ".join(sorted(filled.names(question))) == documents
    assert " ".join(sorted(filled.names(question, scope="text"))) == text


def test_in_the_text_an_alternative_may_stand_in_another_piece_than_the_title_says(shelf: Shelf) -> None:
    shelf.put(
        entry("one", "asilo", "refugio visa", title="Nada"),
        entry("two", "asilo", "visa", title="Refugio"),
        entry("three", "asilo", "visa", title="Nada"),
    )
    question = "visa AND (title:refugio OR (asilo AND refugio))"
    assert sorted(shelf.names(question)) == ["one", "two"]
    assert shelf.names(question, scope="text") == ["two"]
    assert sorted(shelf.names("visa AND (title:refugio OR refugio)", scope="text")) == ["one", "two"]


@pytest.mark.parametrize("scope", SCOPES)
def test_free_words_beside_operators_mean_what_they_mean_alone(shelf: Shelf, scope: str) -> None:
    shelf.put(
        entry("a", "Reglamento de asilo y frontera, con turismo."),
        entry("b", "Reglamento de asilo y frontera, con comercio."),
        entry("c", "Frontera con comercio."),
    )
    assert shelf.names("reglamento asilo frontera -turismo", scope=scope) == ["b"]
    assert sorted(shelf.names("reglamento asilo frontera turismo OR comercio", scope=scope)) == ["a", "b"]


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_demanded_scores_like_a_free_word(shelf: Shelf, scope: str) -> None:
    filler = "y otras cosas que se tratan aquí con detalle "
    shelf.put(
        entry("once", f"visa pasaporte {filler * 9}", title="Otra cosa"),
        entry("titled", "visa pasaporte visa pasaporte", title="Visa y pasaporte"),
        *(entry(f"x{n}", filler) for n in range(5)),
    )
    assert shelf.names("visa AND pasaporte", scope=scope) == ["titled", "once"]
    assert [hit.score > 0 for hit in shelf.ask("visa AND pasaporte", scope=scope).hits] == [True, True]
    assert shelf.ask("visa AND pasa*", scope=scope).hits[0].record == "titled"


def test_pieces_are_shown_for_what_is_wanted_and_none_for_what_is_not(shelf: Shelf) -> None:
    shelf.put(entry("a", "nada", "la visa consular", "el pasaporte", title="Otra"))
    for question, pages in (
        ("visa OR pasaporte", {2, 3}),
        ("pasap*", {3}),
        ("consular -turista", {2}),
        ("-turista", set()),
        ("title:otra", set()),
    ):
        [hit] = shelf.ask(question).hits
        assert {unit.page for unit in hit.units} == pages, question
        [hit] = shelf.ask(question, scope="text").hits
        assert {unit.page for unit in hit.units} == pages, question


@pytest.mark.parametrize("scope", SCOPES)
def test_a_wildcard_finds_words_by_their_beginning_however_they_end(shelf: Shelf, scope: str) -> None:
    shelf.put(
        entry("a", "La constitución."),
        entry("b", "Constituciones."),
        entry("c", "Constelación."),
        entry("d", "Ñandúes y 中文字."),
        entry("e", "0672011x y 067."),
    )
    assert sorted(shelf.names("constituc*", scope=scope)) == ["a", "b"]
    assert sorted(shelf.names("CONST*", scope=scope)) == ["a", "b", "c"]
    assert shelf.names("ñandú*", scope=scope) == ["d"]
    assert shelf.names("中文字*", scope=scope) == ["d"]
    assert shelf.names("0672*", scope=scope) == ["e"]
    assert shelf.names("067*", scope=scope) == ["e"]


@pytest.mark.parametrize("scope", SCOPES)
def test_fields_narrow_like_filters(shelf: Shelf, scope: str) -> None:
    shelf.put(
        entry("a", "visa", kind="ley", issuer="Congreso de la República", day="2009-12-31", year=2009),
        entry("b", "visa", kind="decreto_supremo", issuer="Presidencia del Consejo de Ministros", day="2010-01-01"),
        entry("c", "visa", kind="decreto_supremo", issuer="MINISTERIO DEL INTERIOR", day="2015-12-31", body="GT-1"),
        entry("d", "visa", kind="acta", issuer="Ministerio de Relaciones Exteriores", series="ACTAS"),
    )
    for question, found in (
        ("visa year:2009", "a"),
        ("visa year:2010..2015", "b c"),
        ("año:2010..", "b c"),
        ("año:..2009", "a"),
        ("visa -año:2010..2015", "a d"),
        ("tipo:ley OR tipo:acta", "a d"),
        ('kind:"decreto supremo" -emisor:interior', "b"),
        ("tipo:ds emisor:PCM", "b"),
        ("emisor:interior", "c"),
        ("emisor:minist", ""),
        ('emisor:"ministerio del interior"', "c"),
        ('issuer:"ministerio de relaciones"', "d"),
        ("emisor:republica", "a"),
        ("órgano:gt-1", "c"),
        ("body:gt", "c"),
        ("serie:actas", "d"),
        ("serie:acta", ""),
    ):
        assert " ".join(sorted(shelf.names(question, scope=scope))) == found, question


@pytest.mark.parametrize("scope", SCOPES)
def test_a_number_is_demanded_in_any_spelling_and_brings_its_document_first(shelf: Shelf, scope: str) -> None:
    shelf.put(
        numbered("ds", "Decreto Supremo N° 067-2011-PCM", "Crea la mesa."),
        numbered("law", "Ley N° 27594", "Regula la mesa, la mesa y la mesa."),
        entry("citing", "El DS 067-2011-PCM creó la mesa, una mesa. " * 3, title="DS 067-2011-PCM mesa"),
    )
    assert shelf.names('number:"ds 67-2011 pcm"', scope=scope) == ["ds"]
    assert shelf.names("mesa número:067-2011-PCM", scope=scope) == ["ds"]
    assert shelf.names("número:27594 OR número:067-2011-PCM", scope=scope) in (["ds", "law"], ["law", "ds"])
    assert sorted(shelf.names("mesa -número:27594", scope=scope)) == ["citing", "ds"]
    assert shelf.names("mesa OR número:067-2011-PCM", scope=scope)[0] == "ds"
    assert shelf.names("número:068-2011-PCM", scope=scope) == []


def test_a_leading_number_is_bound_by_what_is_demanded_beside_it(shelf: Shelf) -> None:
    shelf.put(
        numbered("ds", "Decreto Supremo N° 067-2011-PCM", "La mesa de turistas."),
        entry("citing", "Sobre el DS 067-2011-PCM.", title="DS 067-2011-PCM"),
    )
    for scope in SCOPES:
        assert shelf.names("DS 067-2011-PCM", scope=scope)[0] == "ds"
        assert shelf.names("DS 067-2011-PCM AND turistas", scope="documents") == []
        assert shelf.names("DS 067-2011-PCM -mesa", scope=scope) == []
        assert shelf.names("DS 067-2011-PCM tur*", scope=scope) == ["ds"]


def test_no_operator_reaches_what_the_reader_may_not_see(shelf: Shelf) -> None:
    closed = ["body:PL"]
    shelf.put(
        entry("open", "visa de turista", kind="ley"),
        entry("closed", "visa consular", readers=closed, kind="acta"),
        numbered("secret", "Decreto Supremo N° 067-2011-PCM", "visa secreta", readers=closed),
    )
    for question in (
        *("visa OR consular", "-turista", "NOT turista", "visa OR -visa", "consul*", "title:visa OR visa"),
        *("kind:acta OR visa", "número:067-2011-PCM OR visa", "tokens:body", "hidden_from:x visa", "-tokens:public"),
    ):
        for scope in SCOPES:
            found = shelf.ask(question, scope=scope, facets=("kind",))
            assert {hit.record for hit in found.hits} <= {"open"}, question
            assert found.total == len(found.hits)
            assert set(dict(found.facets["kind"])) <= {"ley"}
    seen = shelf.names("-turista", readers=Readers(frozenset({"body:PL"})))
    assert sorted(seen) == ["closed", "secret"]


def test_counts_pages_and_orders_know_of_operators(shelf: Shelf) -> None:
    shelf.put(
        *(entry(f"v{n}", "visa", kind="ley", day=f"2010-01-{n + 1:02}") for n in range(9)),
        *(entry(f"p{n}", "pasaporte", kind="acta", day=f"2011-01-{n + 1:02}") for n in range(9)),
        *(entry(f"n{n}", "nada", kind="acta", day=f"2012-01-{n + 1:02}") for n in range(9)),
    )
    for scope in SCOPES:
        question = "visa OR pasaporte"
        assert shelf.counts("kind", question, scope=scope) == {"ley": 9, "acta": 9}
        assert shelf.counts("kind", question, scope=scope, filters={"kind": ("acta",)}) == {"ley": 9, "acta": 9}
        for sort in ("relevance", "-date", "date"):
            every = shelf.everything(question, size=4, scope=scope, sort=sort)
            assert sorted(every) == sorted(f"{letter}{n}" for letter in "vp" for n in range(9)), (scope, sort)
        assert shelf.names("-visa -pasaporte", scope=scope) == [f"n{n}" for n in reversed(range(9))]


def test_many_documents_are_excluded_and_ranked_exactly(shelf: Shelf) -> None:
    shelf.put(
        *(entry(f"w{n}", "visa visa visa turista") for n in range(400)),
        *(entry(f"v{n}", "visa " + "otra cosa " * (n + 1)) for n in range(5)),
    )
    for scope in SCOPES:
        found = shelf.ask("visa -turista", scope=scope)
        assert [hit.record for hit in found.hits] == [f"v{n}" for n in range(5)], scope
        assert all(hit.score > 0 and len(hit.units) == 1 for hit in found.hits)
        assert shelf.ask("visa AND turista", scope=scope, readers=PUBLIC).total == 400
