"""Searching within one record: every place, in the order of the text, of the text that the reader gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Client = Callable[[str], APIClient]
TEXT = "\n".join(
    f"Artículo {n}. Asunto\n" + ("La visa de turista se otorga por plazo." if n % 2 else "El pasaporte se exhibe.")
    for n in range(1, 9)
)


@pytest.fixture
def record(make_record: Make, settle: Callable[[], None]) -> Any:
    made = make_record("Reglamento de visas", TEXT, access="public", kind="decreto supremo", number="007-2017-IN")
    make_record("Otro reglamento de visas", TEXT, access="public")
    settle()
    return made


def test_every_place_in_the_order_of_the_text(client_of: Client, record: Any) -> None:
    address = f"/api/v1/records/{record.pk}/hits"
    body = client_of("").get(address, {"q": "VISAS turista"}).json()
    assert (body["version"], body["total"], body["next"]) == (1, 4, None)
    assert [hit["anchor"] for hit in body["results"]] == ["art_1", "art_3", "art_5", "art_7"]
    assert all("<mark>visa</mark> de <mark>turista</mark>" in hit["snippet"] for hit in body["results"])
    assert client_of("").get(address, {"q": '"turista de visa"'}).json()["total"] == 0


def test_the_cursor_goes_through_all_places_once(client_of: Client, record: Any) -> None:
    client, address = client_of("counsel"), f"/api/v1/records/{record.pk}/hits"
    seen, cursor = [], ""
    for _ in range(4):
        body = client.get(address, {"q": "visa", "size": "1", "cursor": cursor}).json()
        seen += [hit["anchor"] for hit in body["results"]]
        cursor = body["next"]
    assert (seen, cursor) == (["art_1", "art_3", "art_5", "art_7"], None)
    first = client.get(address, {"q": "visa", "size": "1"}).json()["next"]
    for other, who in (({"q": "pasaporte"}, "counsel"), ({"q": "visa"}, "member")):
        answer = client_of(who).get(address, {**other, "cursor": first})
        assert answer.json()["errors"][0]["code"] == "invalid_cursor"


def test_what_cannot_be_asked_is_named(client_of: Client, record: Any) -> None:
    for query, attr in (({}, "q"), ({"q": " "}, "q"), ({"q": "x", "size": "101"}, "size"), ({"q": "x", "p": "1"}, "p")):
        answer = client_of("").get(f"/api/v1/records/{record.pk}/hits", query)
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)
    assert client_of("").get(f"/api/v1/records/{record.pk}/hits", {"q": "x", "version": "2"}).status_code == 404


def test_a_draft_is_searched_by_those_who_may_edit_it(
    client_of: Client, make_record: Make, settle: Callable[[], None]
) -> None:
    made = make_record("Borrador de visas", TEXT, access="public", state="draft")
    settle()
    address = f"/api/v1/records/{made.pk}/hits"
    assert client_of("counsel").get(address, {"q": "visa"}).status_code == 404
    from records.persons import operator
    from records.services.opening import give_grant

    give_grant(reader="user:secretary", record=made, action="edit", by=operator("test"))
    settle()
    assert client_of("secretary").get(address, {"q": "visa", "version": "1"}).json()["total"] == 4


def test_the_page_lists_the_places_and_the_text_opens_at_each(record: Any) -> None:
    browser, address = Browser(), f"/records/{record.pk}/"
    html = browser.get(f"{address}hits/", {"q": "visa"}).content.decode()
    assert "<strong>4</strong>" in html
    assert f'href="{address}?q=visa&amp;place=3#first-mark"' in html
    text = browser.get(address, {"q": "visa", "place": "3"}).content.decode()
    at = text.index('<mark id="first-mark">')
    assert text.index('id="art_5"') < at < text.index('id="art_6"')
    assert "place=2" in text
    assert "place=4" in text
    assert "place=5" not in browser.get(address, {"q": "visa", "place": "99"}).content.decode()
    assert browser.get(f"{address}hits/", {"q": "zzzz"}).status_code == 200
    assert browser.get(f"{address}hits/", {"q": "visa", "page": "9"}).status_code == 200


def test_more_places_cost_no_more_queries(client_of: Client, make_record: Make, settle: Callable[[], None]) -> None:
    client = client_of("counsel")
    records = [make_record("Pocos", "Una visa.", access="public"), make_record("Muchos", TEXT * 20, access="public")]
    settle()
    counts = []
    for record in records:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/api/v1/records/{record.pk}/hits", {"q": "visa", "size": "100"}).json()["total"]
        counts.append(len(seen))
    assert counts[0] == counts[1]
