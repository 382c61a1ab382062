"""Describing: each value from the best source, with its evidence; what contradicts is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.describing.describe import describe, lead
from tests.ingest.describing.reading import read

GAZETTE = """12 NORMAS LEGALES Jueves 4 de febrero de 2021 / El Peruano
Presidente de la República
1925426-4
FE DE ERRATAS
RESOLUCIÓN SUPREMA
Nº 010-2021-PCM
Mediante Oficio se solicita fe de erratas.
1925427-1
CULTURA
Decreto Supremo que modifica el Artículo 1
del Decreto Supremo N° 010-2018-MC
DECRETO SUPREMO
N° 001-2021-MC
EL PRESIDENTE DE LA REPÚBLICA
CONSIDERANDO:
Que, el artículo 2 de la Ley N° 29565 lo dispone;
DECRETA:
Artículo 1.- Modificación
Modifícase.
Dado en la Casa de Gobierno, en Lima, a los tres días
del mes de febrero del año dos mil veintiuno.
"""
NAME = "2021-02-04 - D.S. 001-2021-MC - Decreto Supremo que modifica.pdf"


def test_the_name_of_the_file_picks_the_norm_on_a_page_of_the_gazette() -> None:
    described = describe(read(GAZETTE), name=NAME)
    assert (described.kind, described.number_key) == ("decreto_supremo", "DS:1-2021-MC")
    assert described.title == "Decreto Supremo que modifica el Artículo 1 del Decreto Supremo N° 010-2018-MC"
    assert described.issuer == "Ministerio de Cultura"
    assert (described.date, described.publication_date, described.signed) == ("2021-02-04", "2021-02-04", "2021-02-03")
    assert described.warnings == ()


def test_each_value_from_the_text_shows_where_it_stands() -> None:
    described = describe(read(GAZETTE), name=NAME)
    for field in ("number", "title", "publication_date"):
        source = described.sources[field]
        assert (source["from"], source["page"]) == ("text", 1)
    number = described.sources["number"]
    assert GAZETTE[number["start"] : number["end"]] == "DECRETO SUPREMO\nN° 001-2021-MC"


def test_the_manifest_stands_before_everything() -> None:
    manifest = {
        "kind": "decreto_supremo",
        "number": "D.S. 5-2020-MC",
        "title": "Otro",
        "date": "1955-XX",
        "issuer": "X",
    }
    described = describe(read(GAZETTE), name=NAME, manifest=manifest)
    assert (described.number_key, described.title, described.date, described.issuer) == (
        "DS:5-2020-MC",
        "Otro",
        "1955-XX",
        "X",
    )
    assert described.sources["title"] == {"from": "manifest"}


def test_front_matter_and_heading_together() -> None:
    front = {"title": "Aprueban la atenci&oacute;n", "identifier": "DS-284-2018-EF", "rank": "decreto_supremo",
             "publication_date": "2018-12-09"}  # fmt: skip
    text = "Aprueban la atención\n\nDECRETO SUPREMO Nº 284-2018-EF\n\nCONSIDERANDO:\n"
    described = describe(read(text, front_matter=front), name="DS-284-2018-EF.md")
    assert (described.number, described.number_key) == ("DECRETO SUPREMO Nº 284-2018-EF", "DS:284-2018-EF")
    assert (described.title, described.sources["title"]) == ("Aprueban la atención", {"from": "front_matter"})
    assert described.date == described.publication_date == "2018-12-09"


def test_minutes_are_told_by_their_opening() -> None:
    text = (
        "ACTA DE LA SESIÓN ORDINARIA N° 003-2024\n\nEn la ciudad de Lima, siendo las diez horas del día 15 de marzo de "
        "2024, se reunió la Mesa de Trabajo Intersectorial, conformada por:\n"
    )
    described = describe(read(text), name="acta.pdf")
    assert (described.kind, described.number_key, described.date) == ("acta", "ACTA:3-2024-SO", "2024-03-15")
    assert described.issuer == "Mesa de Trabajo Intersectorial"
    assert described.session is not None
    assert (described.session.kind, described.session.number, described.session.year) == ("ordinaria", 3, 2024)


def test_what_contradicts_is_warned_of() -> None:
    text = "RESOLUCIÓN MINISTERIAL\nN° 041-2014-MINAM\nLima, 18 de febrero de 2014\nCONSIDERANDO:\n"
    described = describe(read(text), name="2015-02-18 RM 077-2015-MINAM.pdf")
    assert described.number_key == "RM:41-2014-MINAM"
    assert [warning.split(":")[0] for warning in described.warnings] == ["number", "date"]


def test_a_scan_without_text_is_described_by_its_name() -> None:
    described = describe(read(""), name="ORDENANZA-1051-2024-FORTALECIMIENTO-EDUCATIVO.pdf")
    assert (described.kind, described.number_key, described.date) == ("ordenanza", "ORD:1051-2024", "2024")
    assert described.sources["number"] == {"from": "file_name"}


def test_citations_carry_their_page_and_leave_out_the_document_itself() -> None:
    described = describe(read(GAZETTE, "Según el artículo 3 de la Ley N° 27444."), name=NAME)
    found = [(cited.key, cited.page, cited.pinpoint) for cited in described.citations]
    assert ("LEY:27444", 2, "art_3") in found
    assert ("DS:1-2021-MC", 1, "") not in found


def test_the_json_has_the_shape_of_the_design() -> None:
    shape = describe(read(GAZETTE), name=NAME).as_json()
    assert {"kind", "number", "number_key", "issuer", "title", "date", "publication_date"} <= set(shape)
    assert (shape["changes"], shape["minutes"]) == ([], None)
    assert set(shape["sections"][0]) == {"anchor", "label", "heading", "page", "start", "end"}
    assert set(shape["citations"][0]) == {"text", "page", "start", "end", "key", "pinpoint"}


def test_the_lead_stops_before_the_recitals() -> None:
    assert lead("Aprueban el *Reglamento*\n\nVISTO:\nEl informe") == "Aprueban el Reglamento"


@given(st.lists(st.text(max_size=200), max_size=3), st.text(max_size=60))
def test_no_text_and_no_name_makes_it_raise(pages: list[str], name: str) -> None:
    described = describe(read(*pages), name=name)
    for source in described.sources.values():
        if "page" in source:
            assert 0 <= source["start"] <= source["end"] <= len(pages[source["page"] - 1])


def test_a_mail_is_called_what_its_subject_says_and_its_articles_are_no_kind() -> None:
    mail = read(
        "Estimados todos:\nArtículo 1.- Se adjunta el informe.",
        metadata={"title": "Remite informe", "to": "a@b.example"},
    )
    described = describe(mail, name="correo.eml")
    assert (described.title, described.kind) == ("Remite informe", "")


def test_a_row_of_a_table_is_no_letterhead() -> None:
    rows = "Informe sobre la bodega\nEntidad | Delegado\nMinisterio de Puertos | Ana Quispe | 7\n"
    assert describe(read(rows), name="informe.docx").issuer == ""
    assert describe(read(rows.partition("\n")[2]), name="Presupuesto 1999.xls").title == "Presupuesto 1999"
    assert describe(read("Ministerio de Puertos\n" + rows), name="informe.docx").issuer == "Ministerio de Puertos"


ORDINANCE = (
    "El Peruano / martes 7 de junio de 2016\nNORMAS LEGALES\n\nORDENANZA N° 045-2016-CR\n\n"
    "POR CUANTO:\nEl Consejo ha dado la Ordenanza siguiente.\n\n"
    "Dado en la sede, a los dos días del mes de junio de 2016.\n"
)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"number": "045-2016-CR", "date": "2016-06-07"}, []),
        ({"date": "2016-06-02"}, []),
        ({"date": "2016"}, []),
        ({"number": "054-2016-CR"}, ["number: the list says 54-2016-CR, the heading ORD:45-2016-CR"]),
        ({"date": "2006-06-07"}, ["date: the list says 2006-06-07, the text 2016-06-07"]),
        ({"date": "2015"}, ["date: the list says 2015, the text 2016-06-07"]),
    ],
)
def test_a_list_that_says_otherwise_stands_and_is_told_of(said: dict[str, str], told: list[str]) -> None:
    found = describe(read(ORDINANCE), name="045.txt", manifest=said)
    assert [warning for warning in found.warnings if "the list says" in warning] == told
    assert (found.number, found.date) == (said.get("number", found.number), said.get("date", found.date))


@pytest.mark.parametrize(("name", "date"), [("2024-2027-61.txt", ""), ("Plan 2019.txt", "2019")])
def test_a_term_of_office_in_a_name_is_no_year(name: str, date: str) -> None:
    assert describe(read("Un texto sin fecha."), name=name).date == date


def test_a_running_head_of_last_year_is_warned_of_and_a_body_over_two_numbered_lines_is_whole() -> None:
    text = (
        "SESION EXTRAORDINARIA Nº007-2022 / 9-01-2023\n1 Sesión extraordinaria número 007-2023 celebrada por el "
        "Concejo Municipal del Distrito de \n2 Aguas Claras, al ser las diez del 9 de enero del dos mil veintitrés.\n"
    )
    described = describe(read(text), name="sesion.pdf")
    assert "number: the opening says 7-2022 and 7-2023" in described.warnings
    assert described.issuer == "Concejo Municipal del Distrito de Aguas Claras"
    same = describe(read(text.replace("007-2022", "007-2023")), name="sesion.pdf")
    assert same.warnings == ()
