"""A mistyped value is refused with what was perhaps meant; a series that one may not know of is never named so."""

from __future__ import annotations

import pytest

from ingest.manifest import Row, check_rows
from ingest.near_misses import Values
from records.persons import Person
from records.services.configuring import configure

pytestmark = pytest.mark.django_db


def details(*, all_seen: bool = True, **fields: str) -> list[str]:
    return [fault.detail for fault in check_rows([Row(1, "a.txt", fields)], all_seen=all_seen)]


@pytest.mark.parametrize(
    ("column", "text", "meant"),
    [
        ("kind", "decreto_supermo", "decreto_supremo"),
        ("kind", "ordenansa", "ordenanza"),
        ("language", "Español", "es"),
        ("language", "inglés", "en"),
        ("access", "Reservado", "reserved"),
        ("access", "publico", "public"),
    ],
)
def test_what_everybody_may_know_is_suggested_to_everybody(column: str, text: str, meant: str) -> None:
    [told] = details(all_seen=False, **{column: text})
    assert told.endswith(f"; did you mean {meant!r}?")


def test_series_and_bodies_are_suggested_by_code_and_name_to_whoever_sees_them(operator_person: Person) -> None:
    document = {
        "series": [{"code": "ACTAS-PLENO", "title": "Actas del pleno"}],
        "bodies": [{"code": "CTH", "name": "Comisión de Trabajo de Humedales", "kind": "plenary"}],
        "sessions": [{"code": "SO-3", "body": "CTH", "kind": "ordinary", "number": 3, "date": "2024-03-15"}],
    }
    configure(document=document, by=operator_person)
    assert details(series="ACTA PLENO") == [
        "there is no series with the code 'ACTA PLENO'; did you mean 'ACTAS-PLENO'?"
    ]
    assert details(body="Comision de trabajo de humedales")[0].endswith("did you mean 'CTH'?")
    assert details(session="SO3")[0].endswith("did you mean 'SO-3'?")
    assert details(body="Tribunal de honor") == ["there is no body with the code 'Tribunal de honor'"]
    for fields in ({"series": "ACTA PLENO"}, {"body": "CHT"}, {"session": "SO3"}):
        assert "mean" not in details(all_seen=False, **fields)[0]


def test_a_name_that_two_share_stands_for_neither() -> None:
    values = Values.of([("A-1", ["Actas"]), ("B-1", ["Actas"])])
    assert values.meant("actas") is None
    assert values.meant("a 1") == "A-1"
