"""Numbers: every way of writing one gives the same key."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.numbers import DocumentNumber, index_forms, parse_number

KEYS = {
    "DS:13-2024-IN": ["D.S. 013-2024/IN", "Decreto Supremo N.º 13-2024-IN", "DS_013_2024_IN", "ds 13 2024 in"],
    "LEY:27594": ["Ley N.° 27.594", "Ley Nro. 27,594", "L. n 27594", "LEY-27594-2001", "ley Número 27594"],
    "27594": ["27594", "27.594", "27,594"],
    "DS:157-1990-EF": ["D.S. N° 157-90-EF", "DS-157-90-EF-1990", "decreto supremo 157-1990-ef"],
    "DS:67-2011-PCM": ["decreto supremo 67 del 2011 pcm", "D.S. No. 067-2011-PCM"],
    "DS:12-2009-MINAM": ["Decreto Supremo N° 012-2009MINAM"],
    "DS:13-2019-MINEDU": ["D.S. 0132019-MINEDU"],
    "RM:37-2014-RE": ["R.M. N° 0037-RE-2014", "Resolución Ministerial 0037/RE-2014", "RM 37-2014-RE"],
    "RM:13-2024-IN": ["Resolución Ministerial N* O13-2024-IN", 'R.M. N" 013-2024-IN', "R.M. NO 013-2024-IN"],
    "RES:53-2021-SUTRAN-CD": ["Resolución D000053-2021-SUTRAN-CD", "RESOLUCION-SUTRAN-D000053-2021-SUTRAN-CD"],
    "RES:2906-2021-SBS": ["RESOLUCION SBS N° 02906-2021", "Resolución de la SBS Nº 2906-2021"],
    "RES:622-2006-SUNAT-A": ["RESOLUCION DE SUPERINTENDENCIA NACIONAL ADJUNTA DE ADUANAS Nº 622-2006-SUNAT-A"],
    "RD:5-2022-EF-50-1": ["R.D. N° 0005-2022-EF/50.01", "RESOLUCION-DIRECTORAL-0005-2022-EF-50-01"],
    "DS:8-2007-DE-EP": ["DS Número 8-2007-de-ep"],
    "DLEG:1350": ["D. Leg. Nº 1350", "D.L. 1350", "decreto legislativo 1.350"],
    "DL:25844": ["D.L. 25844", "Decreto Ley N° 25.844"],
    "RLEG:11-2001-CR": ["Resolución Legislativa 011-2001-CR"],
    "DR:4-2018-GRU-CR": ["Decreto Regional N.° DECRETO REGIONAL Nro 0004 - 2018-GRU-CR."],
    "ACU:159-2025": ["Acuerdo de Consejo Regional N.° A.R.0159.2025", "A-R-0159-2025"],
    "ACU:395-2022": ["Acuerdo de Concejo N.° 395 10.11.22"],
    "ORD:28-2022-CR-GRL": ["Ordenanza Regional N.° 028-CR/GRL (2022)", "Ordenanza Regional 028-2022-CR/GRL"],
    "ORD:453-GOB-REG-HVCA-CR": ["ORDENANZA REGIONAL\nN? 453-GOB. REG-HVCA/CR"],
    "CIR:1-2004-INTA-CR": ["Circular Nº INTA-CR.001-2004", "CIRCULAR-INTA-CR-001-2004"],
    "ACTA:7-2024": ["Acta N° 007-2024"],
    "ACTA:3-2024-SO": ["sesión ordinaria 3-2024", "Acta de la Sesión Ordinaria N° 003-2024"],
    "LEY:39-2015": ["Ley 39/2015"],
}


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in KEYS.items() for text in texts])
def test_every_spelling_of_the_guide_gives_its_key(key: str, text: str) -> None:
    number = parse_number(text)
    assert number is not None
    assert number.key == key


@pytest.mark.parametrize("text", ["", "Reglamento interno", "2020-06-05", "05/06/2020", "el artículo sin número"])
def test_what_is_no_number_gives_none(text: str) -> None:
    assert parse_number(text) is None


def test_a_kind_known_from_elsewhere_completes_a_bare_number() -> None:
    number = parse_number("453-2021-GOB-REG-HVCA-CR", kind="ordenanza_regional")
    assert number == DocumentNumber("ORD", 453, 2021, "GOB", "REG-HVCA-CR")


def test_a_renamed_body_keeps_its_code() -> None:
    assert parse_number("D.S. 018-2008-AG") != parse_number("D.S. 018-2008-MIDAGRI")


def test_index_forms_go_from_the_whole_number_to_its_beginning() -> None:
    law, decree = parse_number("Ley 27594"), parse_number("D.S. 013-2024-IN")
    assert law is not None
    assert decree is not None
    assert index_forms(law) == ("LEY:27594", "27594")
    assert set(index_forms(decree)) == {"DS:13-2024-IN", "DS:13-2024", "13-2024-IN", "13-2024"}


def test_a_number_is_displayed_with_its_kind_and_names_its_issuer() -> None:
    number = parse_number("DS-067-2011-PCM")
    assert number is not None
    assert number.display == "Decreto Supremo N.° 067-2011-PCM"
    assert number.issuer == "Presidencia del Consejo de Ministros"


KIND_TEXTS = {
    "DS": ["D.S.", "DS", "Decreto Supremo", "decreto supremo"],
    "RM": ["R.M.", "RM", "Resolución Ministerial"],
}
MARKERS = ["", "N° ", "Nº", "N.° ", "Nro. ", "No. ", "n ", "Número ", "N* ", "núm. "]
BODIES = ["PCM", "IN", "MINSA", "EF", "VIVIENDA", "MTC/03", "EF/15", "RE"]
YEAR_NOW = dt.datetime.now(dt.UTC).year


@given(
    prefix=st.sampled_from(sorted(KIND_TEXTS)),
    which=st.integers(0, 2),
    marker=st.sampled_from(MARKERS),
    seq=st.integers(1, 99_999),
    zeros=st.integers(0, 3),
    year=st.integers(1930, YEAR_NOW),
    body=st.sampled_from(BODIES),
    sign=st.sampled_from("-/–"),
    order=st.sampled_from(["year first", "body first", "two digits", "spaces"]),
    lower=st.booleans(),
)
def test_any_rendering_of_a_number_has_its_key(
    prefix: str, which: int, marker: str, seq: int, zeros: int, year: int, body: str, sign: str, order: str, lower: bool
) -> None:
    digits = "0" * zeros + str(seq)
    parts = {
        "year first": f"{digits}-{year}{sign}{body}",
        "body first": f"{digits}{sign}{body.split('/', maxsplit=1)[0]}-{year}",
        "two digits": f"{digits}-{year % 100:02}-{body}" if year > YEAR_NOW - 99 else f"{digits}-{year}-{body}",
        "spaces": f"{digits} {year} {body}",
    }
    text = f"{KIND_TEXTS[prefix][which]} {marker}{parts[order]}"
    whole = body.split("/", maxsplit=1)[0] if order == "body first" else body
    tail = "-".join(part.lstrip("0") for part in whole.split("/"))
    number = parse_number(text.lower() if lower else text)
    assert number is not None
    assert number.key == f"{prefix}:{seq}-{year}-{tail}"


@given(seq=st.integers(1, 99_999), thousands=st.sampled_from(["", ".", ","]), marker=st.sampled_from(MARKERS))
def test_a_law_is_its_number_alone(seq: int, thousands: str, marker: str) -> None:
    text = f"{seq:,}".replace(",", thousands)
    number = parse_number(f"Ley {marker}{text}")
    assert number is not None
    assert number.key == f"LEY:{seq}"


@given(st.text(max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    number = parse_number(text)
    assert number is None or parse_number(text) == number
