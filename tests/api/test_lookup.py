"""The citations of a pasted text: spans, keys, articles, and what they name among what one may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from search.lookups import LONGEST_TEXT

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Client = Callable[[str], APIClient]
TEXT = "Artículo 1. Objeto\nLa mesa coordina.\nArtículo 2. Sesiones\nSe reúne cada mes."


@pytest.fixture
def decree(make_record: Make, settle: Callable[[], None]) -> Any:
    made = make_record("Decreto que crea la mesa", TEXT, access="public", kind="decreto supremo", number="067-2011-PCM")
    make_record("Ley de partidos", TEXT, access="public", kind="ley", number="28094")
    make_record("Resolución oculta", TEXT, access="reserved", kind="resolución ministerial", number="0005-2024-IN")
    settle()
    return made


def resolved(client: APIClient, text: str) -> list[dict[str, Any]]:
    answer = client.post("/api/v1/lookup", {"text": text}, format="json")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_every_citation_of_a_paragraph_is_resolved(client_of: Client, decree: Any) -> None:
    text = "😀 Según los artículos 1 y 2 del D.S. N.º 067-2011-PCM, las Leyes 28094 y 30414 y la Ley N.° 28094, art. 9."
    found = resolved(client_of(""), text)
    assert [(one["text"], one["key"], one["pinpoints"]) for one in found] == [
        ("D.S. N.º 067-2011-PCM", "DS:67-2011-PCM", ["art_1", "art_2"]),
        ("Leyes 28094", "LEY:28094", []),
        ("30414", "LEY:30414", []),
        ("Ley N.° 28094", "LEY:28094", ["art_9"]),
    ]
    assert all(text[one["start"] : one["end"]] == one["text"] for one in found)
    assert found[0]["record"]["id"] == str(decree.pk)
    assert [part["anchor"] for part in found[0]["sections"]] == ["art_1", "art_2"]
    assert [one["record"] and one["record"]["title"] for one in found[1:]] == [
        "Ley de partidos",
        None,
        "Ley de partidos",
    ]
    # The law has no article 9: the law is named all the same.
    assert (found[3]["pinpoint"], found[3]["sections"]) == ("art_9", [])


def test_a_decree_cited_without_its_body_is_found(client_of: Client, decree: Any) -> None:
    [one] = resolved(client_of(""), "el Decreto Supremo 67-2011")
    assert one["record"]["id"] == str(decree.pk)


def test_of_two_that_bear_a_number_the_newer_is_meant(
    client_of: Client, make_record: Make, settle: Callable[[], None]
) -> None:
    for year in ("2001", "2015", "2007"):
        make_record(f"Ley de {year}", TEXT, access="public", kind="ley", number="29999", date=f"{year}-01-01")
    settle()
    [one] = resolved(client_of(""), "la Ley 29999")
    assert one["record"]["title"] == "Ley de 2015"


def test_what_one_may_not_see_is_answered_as_what_is_not_here(client_of: Client, decree: Any) -> None:
    hidden, none = (
        resolved(client_of("counsel"), f"la Resolución Ministerial N° {number}-2024-IN")[0]
        for number in ("0005", "0006")
    )
    assert (hidden["record"], hidden["sections"]) == (None, [])
    assert {**hidden, "text": "", "key": ""} == {**none, "text": "", "key": ""}
    assert client_of("archivist").post("/api/v1/lookup", {"text": "x"}, format="json").json() == {"results": []}


def test_the_constitution_is_found_by_its_name(
    client_of: Client, make_record: Make, settle: Callable[[], None]
) -> None:
    made = make_record("Constitución Política", TEXT, access="public", kind="constitucion", date="1993-12-30")
    settle()
    [one] = resolved(client_of(""), "el artículo 2 de la Constitución Política del Perú")
    assert (one["record"]["id"], one["sections"][0]["anchor"]) == (str(made.pk), "art_2")
    found = client_of("").get("/api/v1/lookup", {"citation": "artículo 1 de la Constitución Política"}).json()
    assert (found["id"], found["section"]["anchor"]) == (str(made.pk), "art_1")


def test_what_cannot_be_read_is_refused_by_name(client_of: Client) -> None:
    for body, attr in (({"text": "x" * (LONGEST_TEXT + 1)}, "text"), ({}, "text"), ({"text": "", "q": "x"}, "q")):
        answer = client_of("").post("/api/v1/lookup", body, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)
    assert resolved(client_of(""), "\ud83d x".encode("utf-16", "surrogatepass").decode("utf-16", "replace")) == []


def test_thirty_citations_cost_no_more_queries_than_one(client_of: Client, decree: Any) -> None:
    client = client_of("counsel")

    def queries(text: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            resolved(client, text)
        return len(seen)

    few = queries("el artículo 1 del D.S. 067-2011-PCM")
    many = "; ".join(f"el artículo {n} de la Ley {28093 + n} y el artículo 2 del DS 067-2011-PCM" for n in range(1, 30))
    assert queries(many) == few
