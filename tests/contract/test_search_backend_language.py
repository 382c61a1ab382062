"""How words are read, the same in every engine: accents, stop words, stems, and the corner cases of norms."""

from __future__ import annotations

import pytest

from tests.contract.shelf import Shelf, entry


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Gestión de la educación", "gestion educacion"),
        ("gestion de la educacion", "GESTIÓN EDUCACIÓN"),
        ("El señor Núñez firmó", "senor nunez"),
        ("El senor Nunez firmo", "Señor Núñez"),
        ("Pingüino", "pinguino"),
        ("ARTÍCULO ÚNICO", "artículo único"),
        ("Straße und Œuvre", "strasse oeuvre"),
        ("resoluciones directorales", "resolución directoral"),
        ("la resolución directoral", "resoluciones directorales"),
        ("las leyes migratorias", "ley migratoria"),
        ("los ciudadanos peruanos", "ciudadano peruano"),
        ("Gestio\u0301n de la sesio\u0301n", "gestión sesión"),
        ("Gestión de la sesión", "gestio\u0301n sesio\u0301n"),
        ("Los contratos de 1,500 personas", "contrato 500"),
    ],
)
def test_accents_case_and_number_make_no_difference(shelf: Shelf, text: str, question: str) -> None:
    shelf.put(entry("buscado", text), entry("otro", "Otra cosa distinta."))
    assert shelf.names(question) == ["buscado"]
    assert shelf.names(question, scope="text") == ["buscado"]


def test_accents_make_no_difference_in_titles_and_leads(shelf: Shelf) -> None:
    shelf.put(entry("a", title="Política de Integración"), entry("b", title="Otra", lead="Aprueba la inscripción"))
    assert shelf.names("politica integracion") == ["a"]
    shelf.put(entry("b", "Aprueba la inscripción", title="Otra", lead="Aprueba la inscripción"))
    assert shelf.names("inscripcion") == ["b"]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Resolución N° 015 de la mesa", '"Resolución N° 015"'),
        ("Oficio Nº 015 de la mesa", '"015 de la mesa"'),
        ("Directiva EF-94.10 vigente", "EF-94.10"),
        ("Directiva EF-94.10 vigente", '"EF-94.10"'),
        ("Directiva EF-94.10 vigente", '"EF 94 10"'),
        ("El 1.º de enero de cada año", '"de enero de cada año"'),
        ("Artículo 1.º Objeto", '"artículo 1"'),
        ("El Artículo 254º del código", '"artículo 254º del código"'),
        ("La 3ª sala", "3ª sala"),
        ("Un monto de S/ 1,500 por mes", '"S/ 1,500"'),
        ("Un monto de S/ 1,500 por mes", '"1,500 por mes"'),
        ("art. 102-H del código", '"102-H"'),
        ("Email: mesa@example.pe", "mesa@example.pe"),
        ("C.A.F.A.E. institucional", '"C.A.F.A.E. institucional"'),
        ("y/o sus derechohabientes", '"derechohabientes"'),
    ],
)
def test_numbers_and_abbreviations_are_found_as_written(shelf: Shelf, text: str, question: str) -> None:
    shelf.put(entry("buscado", f"Vistos. {text}. Regístrese."), entry("otro", "Vistos. Otra cosa. Regístrese."))
    assert shelf.names(question) == ["buscado"]
    [hit] = shelf.ask(question, scope="text").hits
    assert [unit.page for unit in hit.units] == [1]


def test_a_point_within_a_number_parts_it(shelf: Shelf) -> None:
    shelf.put(entry("a", "Monto 1,500"), entry("b", "Monto 1500"))
    assert shelf.names("monto 1500") == ["b"]
    assert shelf.names('"1 500"') == ["a"]


def test_stop_words_leave_gaps_in_phrases(shelf: Shelf) -> None:
    shelf.put(
        entry("con", "El presupuesto del sector público crece."),
        entry("sin", "El presupuesto sector público crece."),
        entry("lejos", "El presupuesto que es para el sector público crece."),
    )
    assert shelf.names('"presupuesto del sector"') == ["con"]
    assert shelf.names('"presupuesto sector"') == ["sin"]
    # One stop word is as good as another: only the distance is kept.
    assert shelf.names('"presupuesto al sector"') == ["con"]
    assert sorted(shelf.names("presupuesto del sector")) == ["con", "lejos", "sin"]


def test_words_the_two_languages_share_a_chain(shelf: Shelf) -> None:
    shelf.put(entry("en", "The committee approved the minutes of its meetings.", language="en", title="Memorandum"))
    assert shelf.names("committee meetings") == ["en"]
    assert shelf.names("memorandum") == ["en"]


def test_a_phrase_does_not_reach_from_one_piece_into_the_next(shelf: Shelf) -> None:
    shelf.put(entry("a", "termina en migración", "segura empieza aquí"))
    assert shelf.names('"migración segura"', scope="text") == []
    assert [u.page for h in shelf.ask("segura empieza", scope="text").hits for u in h.units] == [2]


def test_very_long_words_and_no_words_at_all(shelf: Shelf) -> None:
    shelf.put(entry("a", "x" * 5000 + " corto", title="¿?"), entry("b", ""))
    assert shelf.names("corto") == ["a"]
    for question in ("¿?", "***", "x" * 5000, "AND OR NOT", "(", '"', "a:b", "[1 TO 2]", "\\", "😀"):
        assert set(shelf.names(question)) <= {"a", "b"}


def test_the_readers_language_decides_among_equals_and_nothing_more(shelf: Shelf) -> None:
    shelf.put(
        entry("es", "Convenio UNESCO.", title="Convenio UNESCO", language="es", day="2020-01-01"),
        entry("en", "Convenio UNESCO.", title="Convenio UNESCO", language="en", day="2020-01-01"),
        entry("better", "UNESCO convenio.", title="Convenio UNESCO patrimonio", language="fr", day="2020-01-01"),
    )
    assert shelf.names("convenio unesco", language="es")[:2] == ["es", "en"]
    assert shelf.names("convenio unesco", language="en")[:2] == ["en", "es"]
    assert shelf.names("unesco patrimonio", language="en")[0] == "better"
    assert set(shelf.names("convenio unesco", language="en")) == {"es", "en", "better"}
