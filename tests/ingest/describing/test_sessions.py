"""Minutes: their own number among all those they decide on, their heading as title, the body that met."""

from __future__ import annotations

import pytest

from ingest.describing.describe import describe
from tests.ingest.describing.reading import read

OPENING = (
    "En la ciudad de Villa Clara, a los catorce (14) días del mes de marzo de 2024, siendo las 10:00 horas, se reúnen\n"
    "los miembros de la Comisión.\n\nSe revisó el\nACUERDO N° 003-2023-PLENO\nde la sesión ampliada N° 9-2023.\n"
)
PLENARY = "COMISIÓN MULTISECTORIAL DE FAROS – COMUFA\n\nACTA N° 001-2024-COMUFA/PLENO\n"
GROUP = "# COMUFA – Grupo de Trabajo de Boyas\n\n## Acta N° 002-2024-COMUFA/GTB – Segunda Reunión Ordinaria\n\n"
SUBGROUP = "COMUFA\nGRUPO DE TRABAJO DE BOYAS\nSUBGRUPO DE CADENAS\n\nACTA N° 3-2024-COMUFA/SGC\n"


@pytest.mark.parametrize(
    ("heading", "name", "key", "body", "session", "title"),
    [
        (
            PLENARY + "PRIMERA SESIÓN ORDINARIA DEL PLENO DEL AÑO 2024\n\n",
            "pleno-003-2023.md",
            "ACTA:1-2024-COMUFA-PLENO",
            "COMISIÓN MULTISECTORIAL DE FAROS",
            ("ordinaria", 1),
            "ACTA N° 001-2024-COMUFA/PLENO PRIMERA SESIÓN ORDINARIA DEL PLENO DEL AÑO 2024",
        ),
        (
            PLENARY + "\nSEGUNDA SESIÓN EXTRAORDINARIA DEL PLENO\n\nLugar: Sala 2\n",
            "acta.pdf",
            "ACTA:1-2024-COMUFA-PLENO",
            "COMISIÓN MULTISECTORIAL DE FAROS",
            ("extraordinaria", 2),
            "ACTA N° 001-2024-COMUFA/PLENO SEGUNDA SESIÓN EXTRAORDINARIA DEL PLENO",
        ),
        (
            GROUP,
            "grupo.md",
            "ACTA:2-2024-COMUFA-GTB",
            "Grupo de Trabajo de Boyas",
            ("ordinaria", 2),
            "Acta N° 002-2024-COMUFA/GTB – Segunda Reunión Ordinaria",
        ),
        (
            SUBGROUP + "PRIMERA REUNIÓN EXTRAORDINARIA – 14 DE MARZO DE 2024\n\n",
            "subgrupo.md",
            "ACTA:3-2024-COMUFA-SGC",
            "SUBGRUPO DE CADENAS",
            ("extraordinaria", 1),
            "ACTA N° 3-2024-COMUFA/SGC PRIMERA REUNIÓN EXTRAORDINARIA – 14 DE MARZO DE 2024",
        ),
    ],
    ids=["plenary", "set apart", "group", "subgroup"],
)
def test_minutes_of_every_instance(
    heading: str, name: str, key: str, body: str, session: tuple[str, int], title: str
) -> None:
    described = describe(read(heading + OPENING), name=name)
    assert (described.kind, described.number_key, described.issuer) == ("acta", key, body)
    assert described.session is not None
    assert (described.session.kind, described.session.number) == session
    assert (described.title, described.date) == (title, "2024-03-14")
    source = described.sources["title"]
    assert heading[source["start"] : source["end"]].endswith(title[-20:])


def test_numbered_lines_are_no_part_of_a_title() -> None:
    text = "1 SESION EXTRAORDINARIA\n2 010-2025\n3 Sesión extraordinaria número 010-2025 celebrada por el Concejo\n"
    described = describe(read(text), name="acta.pdf")
    assert described.title.startswith("SESION EXTRAORDINARIA")
    assert described.session is not None
    assert (described.session.kind, described.session.number) == ("extraordinaria", 10)
