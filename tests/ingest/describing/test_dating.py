"""The day by which a norm is filed where no gazette and no front matter says it: its closing formula, wherever."""

from __future__ import annotations

import pytest

from ingest.describing.describe import describe
from tests.ingest.describing.reading import read

HEAD = "LEY N° 29222\nEL CONGRESO DE LA REPÚBLICA\nHa dado la Ley siguiente:\nLEY QUE MODIFICA LA LEY\n"
ARTICLE = "Artículo 1.- Objeto\nLas instituciones que se crearon en Lima, en 1995, rinden cuenta.\n"
CONGRESS = (
    "Comuníquese al señor Presidente de la República.\nEn Lima, a los nueve días del mes de abril de dos mil ocho.\n"
)
GIVEN = "Dado en la Casa de Gobierno, en Lima, el primer día del mes de mayo del año dos mil ocho.\n"


@pytest.mark.parametrize(
    ("closing", "day"),
    [
        (CONGRESS + GIVEN, "2008-05-01"),
        (CONGRESS, "2008-04-09"),
        (
            "Casa del Congreso, en Lima, a los once días del mes de diciembre de mil novecientos ochentinueve.\n",
            "1989-12-11",
        ),
        ("Lima, 3 de abril de 2008\n", "2008-04-03"),
    ],
    ids=["given", "by Congress", "in the old way", "place and day"],
)
def test_the_closing_formula_dates_a_law(closing: str, day: str) -> None:
    assert describe(read(HEAD + ARTICLE + closing), name="norma.pdf").date == day


def test_the_closing_formula_of_a_long_law_stands_at_its_end() -> None:
    long = ARTICLE * 900
    assert describe(read(HEAD + long + CONGRESS + GIVEN), name="norma.pdf").date == "2008-05-01"
    pages = [HEAD, *([ARTICLE * 90] * 12), ARTICLE + CONGRESS]
    described = describe(read(*pages), name="norma.pdf")
    assert described.date == "2008-04-09"
    source = described.sources["date"]
    assert source["page"] == len(pages)
    assert pages[-1][source["start"] : source["end"]] == "nueve días del mes de abril de dos mil ocho"
