"""Descriptive titles: what a document is about, from its own words, where its title is a number and no more."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.describing.describe import describe
from ingest.describing.description import Description
from ingest.describing.titles import is_bare
from ingest.describing.wording import LONGEST, clipped, joined
from tests.ingest.describing.reading import read

# A page of the gazette: another law's heading stands between this one's file and its own.
TWO_LAWS = """# Ley N.° 32102

LEY QUE DECLARA EL DÍA DEL FAROLERO
Comuníquese al señor Presidente de la República para su promulgación.
LEY N° 32101
EL PRESIDENTE DE LA REPÚBLICA
POR CUANTO:
Ha dado la Ley siguiente:
LEY QUE REGULA LA PESCA DE LA
ANCHOVETA EN EL MAR DEL NORTE
Artículo 1. Objeto
LEY N° 32102
EL PRESIDENTE DE LA REPÚBLICA
POR CUANTO:
Ha dado la Ley siguiente:
LEY QUE PROMUEVE LA CRIANZA DE VICUÑAS
EN LAS COMUNIDADES DE ALTURA
CAPÍTULO I
Artículo 1. Objeto de la Ley La presente ley tiene por objeto promover la crianza de vicuñas.
"""
AGREEMENT = """GOBIERNO REGIONAL DE LA COSTA
ACUERDO DE CONSEJO REGIONAL N° 017-2031-GRC/CR
Puerto Nuevo, 3 de junio de 2031
VISTO:
En Sesión Ordinaria, el Dictamen N° 4-2031 de la Comisión de Turismo; y,
CONSIDERANDO:
Que, mediante Acuerdo N° 9-2029 se acuerda en su artículo primero: "CONFORMAR la comisión del malecón";
Artículo 1 de la Ley N° 27867, Ley Orgánica de Gobiernos Regionales, dispone que los gobiernos regionales norman;
SE ACUERDA:
ARTÍCULO PRIMERO.- APROBAR, la transferencia finan-
ciera a favor de la Municipalidad Distrital de Las Palmas,
\\ 7 ~

V°B°
para el mejoramiento del faro de Punta Brava.
ARTÍCULO SEGUNDO.- ENCARGAR a la Gerencia General su cumplimiento.
REGÍSTRESE, COMUNÍQUESE Y CÚMPLASE.
"""


def law(number: int, text: str) -> Description:
    front = {"title": f"Ley N.° {number}", "identifier": f"LEY-{number}-2031", "rank": "ley"}
    return describe(read(text, front_matter=front), name=f"LEY-{number}-2031.md")


def agreement(text: str, **front: Any) -> Description:
    said = {
        "title": "Acuerdo Regional N.° 017-2031-GRC/CR",
        "identifier": "017-2031-GRC-CR",
        "rank": "acuerdo_regional",
    }
    return describe(read(text, front_matter={**said, **front}), name="017-2031-GRC-CR.md")


def test_the_gazettes_division_ends_a_heading_only_where_it_stands_alone() -> None:
    text = """LEY N° 32190
EL PRESIDENTE DE LA REPÚBLICA
Ha dado la Ley siguiente:
LEY QUE DELEGA EN EL
PODER EJECUTIVO LA FACULTAD DE LEGISLAR SOBRE FAROS Y BALIZAS
PODER EJECUTIVO
PRESIDENCIA DEL CONSEJO DE MINISTROS
"""
    title = law(32190, text).descriptive_title
    assert title == "LEY QUE DELEGA EN EL PODER EJECUTIVO LA FACULTAD DE LEGISLAR SOBRE FAROS Y BALIZAS"


def test_a_decree_between_a_laws_number_and_its_heading_parts_nothing() -> None:
    text = """LEY N° 32191
DECRETO SUPREMO N° 4-2031-PCM
EL PRESIDENTE DE LA REPÚBLICA
Ha dado la Ley siguiente:
LEY QUE PROTEGE LOS HUMEDALES DE LA COSTA NORTE
Artículo 1. Objeto
"""
    assert law(32191, text).descriptive_title == "LEY QUE PROTEGE LOS HUMEDALES DE LA COSTA NORTE"


def test_a_law_that_an_agreement_cites_is_not_its_heading() -> None:
    cited = AGREEMENT.replace(
        "Que, mediante Acuerdo", "Que, se dio la\nLEY QUE REGULA LOS PUERTOS MENORES\n\nQue, mediante Acuerdo"
    )
    title = agreement(cited).descriptive_title
    assert title.startswith("APROBAR, la transferencia financiera")


@pytest.mark.parametrize(
    "title",
    [
        "Ley N.° 31841",
        "Acuerdo de Consejo Regional N.° 081_12Jul2024",
        "Ordenanza Regional N.° ORDENANZA REGIONAL Nro 0005 - 2017-GRU-CR.",
        "Acuerdo Regional N.° 179-2025/GOB.REG-HVCA/CR",
        "Decreto Regional N.° DR.017.2022",
        "Ordenanza N.° ORDENANZA MUNICIPAL N.° 2087 05.04.2018",
        "",
    ],
)
def test_a_designation_is_bare(title: str) -> None:
    assert is_bare(title)


@pytest.mark.parametrize(
    "title",
    ["Ordenanza Regional N.° 006-2025 MODIFICACION ROF", "Ley 28611, Ley General del Ambiente", "Acta de la sesión"],
)
def test_a_title_with_words_of_its_own_is_not(title: str) -> None:
    assert not is_bare(title)


def test_a_law_is_about_what_stands_under_its_own_number() -> None:
    described = law(32102, TWO_LAWS)
    assert described.title == "Ley N.° 32102"
    assert described.sources["title"] == {"from": "front_matter"}
    title = "LEY QUE PROMUEVE LA CRIANZA DE VICUÑAS EN LAS COMUNIDADES DE ALTURA"
    assert described.descriptive_title == title
    source = described.sources["descriptive_title"]
    assert (source["from"], source["page"], source["rule"]) == ("text", 1, "heading")
    assert joined(TWO_LAWS[source["start"] : source["end"]]) == title
    assert source["confidence"] > 0.9
    assert described.lead.startswith("LEY QUE PROMUEVE LA CRIANZA DE VICUÑAS")


def test_a_heading_that_is_another_laws_is_not_taken() -> None:
    text = TWO_LAWS.replace("LEY N° 32102\n", "").replace("LEY QUE PROMUEVE", "PROMUEVE")
    assert law(32102, text).descriptive_title == ""


def test_without_a_heading_a_law_says_its_purpose() -> None:
    lines = TWO_LAWS.split("\n")
    text = "\n".join(line for line in lines if not line.startswith(("LEY QUE PROMUEVE", "EN LAS COMUNIDADES")))
    described = law(32102, text)
    assert described.descriptive_title == "promover la crianza de vicuñas"
    assert described.sources["descriptive_title"]["rule"] == "purpose"


def test_small_capitals_that_a_file_mixes_up_are_capitals() -> None:
    text = TWO_LAWS.replace("LEY QUE PROMUEVE LA CRIANZA DE VICUÑAS", "ley QUe PROMUeVe lA CRIAnZA De VICUÑAS")
    assert law(32102, text).descriptive_title.startswith("LEY QUE PROMUEVE LA CRIANZA DE VICUÑAS EN LAS")


def test_an_agreement_is_about_what_it_decides_first() -> None:
    described = agreement(AGREEMENT)
    assert described.title == "Acuerdo Regional N.° 017-2031-GRC/CR"
    assert described.descriptive_title == (
        "APROBAR, la transferencia financiera a favor de la Municipalidad Distrital de Las Palmas, "
        "para el mejoramiento del faro de Punta Brava"
    )
    source = described.sources["descriptive_title"]
    assert source["rule"] == "first_article"
    assert AGREEMENT[source["start"] :].startswith("APROBAR, la transferencia")
    assert described.lead.startswith("APROBAR, la transferencia")


def test_the_decision_may_stand_on_a_later_page() -> None:
    first, _, second = AGREEMENT.partition("SE ACUERDA:")
    front = {"title": "Acuerdo Regional N.° 017-2031-GRC/CR", "rank": "acuerdo_regional"}
    described = describe(read(first, "SE ACUERDA:" + second, front_matter=front), name="x.pdf")
    assert described.sources["descriptive_title"]["page"] == 2
    assert described.descriptive_title.endswith("faro de Punta Brava")


def test_an_ordinance_is_about_its_heading_before_its_articles() -> None:
    text = AGREEMENT.replace("VISTO:", "ORDENANZA REGIONAL QUE DECLARA DE INTERÉS\nREGIONAL LA TOTORA\n\nVISTO:")
    assert agreement(text).descriptive_title == "ORDENANZA REGIONAL QUE DECLARA DE INTERÉS REGIONAL LA TOTORA"


def test_where_nothing_is_decided_the_recitals_say_what_was_dealt_with() -> None:
    text = AGREEMENT[: AGREEMENT.index("SE ACUERDA:")].replace(
        "el Dictamen N° 4-2031", "el Dictamen relativo a la donación de cuatro lanchas de rescate; y el Oficio"
    )
    described = agreement(text)
    assert described.descriptive_title == "la donación de cuatro lanchas de rescate"
    assert described.sources["descriptive_title"]["confidence"] <= 0.5


def test_what_reads_badly_gives_no_title() -> None:
    text = AGREEMENT.replace(
        "APROBAR, la transferencia finan-\nciera a favor de la Municipalidad Distrital de Las Palmas,",
        "APROBAR, mrcuro p«r¡l3no apRoB REtoR soLctrADo poREt gober{ADoR tNMUEBLt dEL sERvtcro ptna",
    ).replace("para el mejoramiento del faro de Punta Brava", "tvtENDA s4neAM|ENTo coNsr¡ucctón")
    assert agreement(text).descriptive_title == ""


def test_a_title_that_tells_something_needs_no_other() -> None:
    assert agreement(AGREEMENT, title="Transfieren fondos para el faro de Punta Brava").descriptive_title == ""


def test_minutes_have_none() -> None:
    text = "ACTA DE LA SESIÓN ORDINARIA N° 003-2031\n\nEn la ciudad de Lima, siendo las diez horas, se reunió.\n"
    acta = describe(read(text + AGREEMENT), name="acta.pdf")
    assert (acta.kind, acta.descriptive_title) == ("acta", "")


def test_who_asked_is_left_out_of_a_long_decision() -> None:
    who = "presentado por la consejera regional Rosa Inventada Prueba, según el anexo que forma parte del acuerdo, "
    line = f"APROBAR el Plan de Trabajo N° 18, {who * 3} referido a la fiscalización de la carretera de los Uros"
    assert clipped(line) == "APROBAR el Plan de Trabajo … referido a la fiscalización de la carretera de los Uros"


@given(st.text(max_size=2000), st.sampled_from(["ley", "acuerdo_regional", ""]))
def test_no_text_breaks_it_and_none_makes_it_long(text: str, rank: str) -> None:
    for tried in (text, f"ACUERDA:\nARTÍCULO PRIMERO.- APROBAR {text}", f"LEY N° 5\nLEY QUE {text}"):
        front = {"title": "Ley N.° 5", "rank": rank}
        described = describe(read(tried, front_matter=front), name="x.md")
        assert len(described.descriptive_title) <= LONGEST + 2
