"""Search, suggestions and citations over the API: shapes, and refusals by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Client = Callable[[str], APIClient]
TEXT = "Artículo 1. Objeto\nLa mesa coordina la gestión migratoria.\nArtículo 2. <b>Sesiones</b>\nSe reúne cada mes."


@pytest.fixture
def record(make_record: Make, settle: Callable[[], None]) -> Any:
    made = make_record(
        "Decreto que crea la mesa de gestión migratoria",
        TEXT,
        access="public",
        kind="decreto supremo",
        number="067-2011-PCM",
        date="2011-07-27",
        external_id="pe/DS-067-2011-PCM",
    )
    settle()
    return made


def test_an_answer_has_its_fixed_shape(client_of: Client, record: Any) -> None:
    body = client_of("").get("/api/v1/search", {"q": "sesiones", "facets": "kind", "scope": "text"}).json()
    assert set(body) == {"total", "results", "facets", "suggestion", "next", "took_ms"}
    assert body["total"] == 1
    [found] = body["results"]
    assert set(found) == {
        *("id", "external_id", "version", "kind", "number", "title", "issuer"),
        *("date", "status", "score", "url", "hits"),
    }
    assert (found["id"], found["external_id"], found["version"]) == (str(record.pk), "pe/DS-067-2011-PCM", 1)
    assert found["url"] == f"/records/{record.pk}/"
    [hit] = found["hits"]
    assert set(hit) == {"page", "anchor", "label", "snippet"}
    assert "<mark>" in hit["snippet"]
    assert "<b>" not in hit["snippet"]
    [facet] = body["facets"]["kind"]
    assert set(facet) == {"value", "label", "count"}
    assert facet["count"] == 1


@pytest.mark.parametrize(
    ("query", "code", "attr"),
    [
        ({"colour": "red"}, "unknown_parameter", "colour"),
        ({"as_of": "2024-13-40"}, "invalid", "as_of"),
        ({"date_to": "x"}, "invalid", "date_to"),
        ({"scope": "all"}, "invalid", "scope"),
        ({"sort": "popularity"}, "invalid", "sort"),
        ({"size": "0"}, "invalid", "size"),
        ({"facets": "grants"}, "invalid", "facets"),
        ({"cursor": "broken"}, "invalid_cursor", "cursor"),
        ({"explain": "1"}, "unknown_parameter", "explain"),
    ],
)
def test_what_cannot_be_asked_is_named(client_of: Client, query: dict[str, str], code: str, attr: str) -> None:
    answer = client_of("").get("/api/v1/search", query)
    assert answer.status_code == 400
    assert [(error["code"], error["attr"]) for error in answer.json()["errors"]] == [(code, attr)]


@pytest.mark.parametrize(
    "text", ["(", '"', "a AND", "*", "NOT", "\\", "-", "título:", "\x00", "😀", "a" * 5000, "~2", "[1 TO"]
)
def test_no_question_fails_on_our_side(client_of: Client, record: Any, text: str) -> None:
    assert client_of("").get("/api/v1/search", {"q": text}).status_code == 200


def test_what_one_types_is_suggested(client_of: Client, record: Any) -> None:
    body = client_of("").get("/api/v1/suggest", {"q": "decreto que cr"}).json()
    assert [(row["kind"], row["id"]) for row in body["results"]] == [("record", str(record.pk))]
    assert client_of("").get("/api/v1/suggest", {"q": ""}).json() == {"results": []}
    assert client_of("").get("/api/v1/suggest", {"q": "a", "size": "21"}).status_code == 400


def test_a_citation_finds_its_record_and_article(client_of: Client, record: Any) -> None:
    client = client_of("")
    found = client.get("/api/v1/lookup", {"citation": "D.S. N° 067-2011-PCM"}).json()
    assert (found["id"], found["section"]) == (str(record.pk), None)
    article = client.get("/api/v1/lookup", {"citation": "artículo 2 del Decreto Supremo 067-2011-PCM"}).json()
    assert article["section"]["anchor"] == "art_2"
    missing = client.get("/api/v1/lookup", {"citation": "D.S. 001-1999-PCM"})
    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (404, "not_found")
    assert client.get("/api/v1/lookup", {"citation": ""}).json()["errors"][0]["attr"] == "citation"


def test_ten_more_results_add_no_query(client_of: Client, make_record: Make, settle: Callable[[], None]) -> None:
    client = client_of("counsel")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            answer = client.get("/api/v1/search", {"q": "directiva", "scope": "text", "facets": "kind"})
        assert answer.status_code == 200
        return len(seen)

    make_record("Directiva", "Directiva de archivo.", access="public")
    settle()
    before = queries()
    for number in range(10):
        make_record(f"Directiva {number}", "Otra directiva de archivo.", access="public")
    settle()
    assert queries() == before
