"""Search, suggestions and citations over the API: shapes, and refusals by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from records.persons import operator
from records.services.organising import put_body

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
    assert set(body) == {"total", "results", "facets", "suggestion", "next", "took_ms", "notes"}
    assert body["total"] == 1
    [found] = body["results"]
    assert set(found) == {
        *("id", "external_id", "version", "kind", "number", "title", "descriptive_title", "issuer"),
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
    assert body["results"][0] == {
        "kind": "record",
        "text": "Decreto que crea la mesa de gestión migratoria",
        "detail": record.number,
        "id": str(record.pk),
        "body": None,
        "url": f"/records/{record.pk}/",
    }
    for spelled in ("ds 67-2011 pcm", "d.s. n° 067-2011-p", "067 2011", "67-20", "decreto supremo 67"):
        [found] = client_of("").get("/api/v1/suggest", {"q": spelled}).json()["results"]
        assert (found["kind"], found["text"], found["id"]) == ("number", record.number, str(record.pk)), spelled
    assert client_of("").get("/api/v1/suggest", {"q": ""}).json() == {"results": []}
    assert client_of("").get("/api/v1/suggest", {"q": "a", "size": "21"}).status_code == 400


def test_bodies_are_suggested_by_name_and_code(client_of: Client, record: Any) -> None:
    put_body(code="CIMHA-PLENO", name="Pleno de la Comisión de Gestión", kind="plenary", by=operator(origin="test"))
    for typed in ("gestion ple", "cimha", "CIMHA-PL", "pleno de la com"):
        [found] = client_of("").get("/api/v1/suggest", {"q": typed}).json()["results"]
        assert (found["kind"], found["body"], found["url"]) == ("body", "CIMHA-PLENO", "/bodies/CIMHA-PLENO/")
    both = client_of("").get("/api/v1/suggest", {"q": "gestión"}).json()["results"]
    assert [one["kind"] for one in both] == ["body", "record"]
    assert client_of("").get("/api/v1/suggest", {"q": "leno"}).json() == {"results": []}


def test_suggesting_costs_the_same_queries_for_many(
    client_of: Client, make_record: Make, settle: Callable[[], None]
) -> None:
    client = client_of("counsel")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/api/v1/suggest", {"q": "dire", "size": "20"}).json()["results"]
        return len(seen)

    make_record("Directiva", access="public")
    settle()
    before = queries()
    for number in range(10):
        make_record(f"Directiva {number}", access="public")
        put_body(code=f"DIR-{number}", name=f"Dirección {number}", kind="plenary", by=operator(origin="test"))
    settle()
    assert queries() == before


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


def test_operators_demand_and_what_cannot_be_read_is_said(client_of: Client, record: Any) -> None:
    client = client_of("")

    def ask(question: str, **also: str) -> Any:
        return client.get("/api/v1/search", {"q": question, **also}).json()

    for scope in ("documents", "text"):
        assert ask("mesa AND coordin*", scope=scope)["total"] == 1
        assert ask("mesa -migratoria", scope=scope)["total"] == 0
        assert ask("mesa año:2010..2012 tipo:ds número:067-2011-PCM", scope=scope)["total"] == 1
    [hit] = ask("coordin* OR pasaporte -turista", scope="text")["results"][0]["hits"]
    assert "<mark>coordina</mark>" in hit["snippet"]
    body = ask('mesa "gestión colour:red')
    assert (body["total"], [note["code"] for note in body["notes"]]) == (0, ["unbalanced_quote", "unknown_field"])
    assert body["notes"][1]["part"] == "colour"
    for language in ("es", "en"):
        page = client.get("/search/", {"q": "colour:red"}, HTTP_ACCEPT_LANGUAGE=language).content.decode()
        assert {"es": "«colour:» no es un campo", "en": "“colour:” is no field"}[language] in page
        assert {"es": "Cómo buscar", "en": "How to search"}[language] in page


def test_a_slip_is_mended_and_the_operators_stay(client_of: Client, record: Any) -> None:
    client = client_of("")
    told = client.get("/api/v1/search", {"q": "(migratroia OR pasaporte) AND mesa -turistsa"}).json()
    assert told["suggestion"] == "(migratoria OR pasaporte) AND mesa -turistsa"
    assert told["total"] == 1
    for question in ('"migratroia"', "-migratroia", "migratroi*", "title:migratroia"):
        assert client.get("/api/v1/search", {"q": question}).json()["suggestion"] is None


@pytest.mark.parametrize("scope", ["documents", "text"])
def test_the_article_asked_for_with_a_number_is_the_first_place_shown(
    client_of: Client, record: Any, scope: str
) -> None:
    client = client_of("")
    for question in (
        "artículo 2 del DS 067-2011-PCM",
        "art. 2 del Decreto Supremo 067-2011-PCM mesa",
        'número:"DS 067-2011-PCM, artículo 2" mesa',
    ):
        [found] = client.get("/api/v1/search", {"q": question, "scope": scope}).json()["results"]
        assert found["id"] == str(record.pk)
        assert [hit["anchor"] for hit in found["hits"]][:1] == ["art_2"], question
        assert "Sesiones" in found["hits"][0]["snippet"]
    [found] = client.get("/api/v1/search", {"q": "DS 067-2011-PCM", "scope": scope}).json()["results"]
    assert found["hits"] == []
    [found] = client.get("/api/v1/search", {"q": "art. 99 del DS 067-2011-PCM", "scope": scope}).json()["results"]
    assert found["hits"] == []
