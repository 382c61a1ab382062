"""An archivist's list names bodies and sessions as people do; what could be two stays unknown."""

from __future__ import annotations

import pytest

from ingest.by_name import by_code
from ingest.manifest import Row
from records.persons import Person, operator
from records.services.configuring import configure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def meetings(operator_person: Person) -> None:
    def session(code: str, body: str, kind: str, number: int, date: str) -> dict[str, object]:
        return {"code": code, "body": body, "kind": kind, "number": number, "date": date}

    document = {
        "series": [{"code": "ACTAS", "title": "Actas del pleno"}],
        "bodies": [
            {"code": "PLENO", "name": "Pleno de la Comisión", "kind": "plenary"},
            {"code": "MESA-1", "name": "Mesa de trabajo", "kind": "plenary"},
            {"code": "MESA-2", "name": "Mesa de trabajo", "kind": "plenary"},
        ],
        "sessions": [
            session("P-SO-3-2024", "PLENO", "ordinary", 3, "2024-03-15"),
            session("P-SO-3-2023", "PLENO", "ordinary", 3, "2023-03-10"),
            session("P-SE-1", "PLENO", "extraordinary", 1, "2024-05-02"),
            session("M-SO-3", "MESA-1", "ordinary", 3, "2024-03-15"),
        ],
    }
    configure(document=document, by=operator_person)


def coded(**fields: str) -> dict[str, str]:
    [row] = by_code([Row(1, "a.txt", fields)], by=operator())
    return dict(row.fields)


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"series": "ACTAS  del Pleno"}, {"series": "ACTAS"}),
        ({"body": "pleno de la comision"}, {"body": "PLENO"}),
        ({"body": "PLENO"}, {"body": "PLENO"}),
        ({"session": "P-SE-1"}, {"session": "P-SE-1"}),
        ({"session": "Sesión extraordinaria Nº 1"}, {"session": "P-SE-1"}),
        ({"session": "Ordinaria 3 de 2023"}, {"session": "P-SO-3-2023"}),
        ({"session": "2024-05-02"}, {"session": "P-SE-1"}),
        (
            {"session": "Sesión ordinaria 3 de 2024", "body": "Pleno de la Comisión"},
            {"session": "P-SO-3-2024", "body": "PLENO"},
        ),
        (
            {"session": "sesión ordinaria 3", "body": "PLENO", "date": "2023-04-01"},
            {"session": "P-SO-3-2023", "body": "PLENO", "date": "2023-04-01"},
        ),
    ],
)
def test_what_is_named_as_people_do_has_its_code(fields: dict[str, str], codes: dict[str, str]) -> None:
    assert coded(**fields) == codes


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "Mesa de trabajo"},
        {"session": "Sesión ordinaria 3 de 2024"},
        {"session": "2024-03-15"},
        {"session": "ordinaria 3", "body": "PLENO"},
        {"session": "la del lunes"},
        {"session": "ordinaria 9999 de 2024"},
    ],
)
def test_what_could_be_two_or_is_none_stays_as_it_was(fields: dict[str, str]) -> None:
    assert coded(**fields) == fields
