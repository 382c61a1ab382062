"""Records over the API: lists, one record, its versions, and changes to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from records.models import Event, Record

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Client = Callable[[str], APIClient]


def test_a_stranger_lists_public_records_only(client_of: Client, make_record: Make) -> None:
    public = make_record("Decreto que crea la mesa", access="public")
    make_record("Memorando interno", access="internal")
    make_record("Informe reservado", access="reserved")
    answer = client_of("").get("/api/v1/records/")
    assert answer.status_code == 200
    [only] = answer.json()["results"]
    assert only["id"] == str(public.pk)
    assert only["title"] == "Decreto que crea la mesa"
    assert only["status"] == "unknown"
    assert only["version"] == 1
    assert "text" not in only
    assert "notes" not in only


def test_pages_of_a_list_meet_every_record_once(client_of: Client, make_record: Make) -> None:
    for day in ("2024-01-05", "2024-01-05", "", "2023-07-01", "1972~"):
        make_record("Acta", access="public", date=day)
    client, seen, cursor = client_of(""), [], ""
    while True:
        page = client.get("/api/v1/records/", {"size": "2", **({"cursor": cursor} if cursor else {})}).json()
        seen += [(row["date_max"], row["id"]) for row in page["results"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 5
    dated = [date for date, _ in seen if date]
    assert dated == sorted(dated, reverse=True)
    assert seen[-1][0] is None


def test_a_cursor_belongs_to_one_person_and_question(client_of: Client, make_record: Make) -> None:
    for number in range(3):
        make_record(f"Acta {number}", access="public")
    cursor = client_of("").get("/api/v1/records/", {"size": "2"}).json()["next"]
    for client, asked in ((client_of("counsel"), {}), (client_of(""), {"kind": "minutes"})):
        answer = client.get("/api/v1/records/", {"size": "2", "cursor": cursor, **asked})
        assert answer.status_code == 400
        assert answer.json()["errors"] == [
            {
                "code": "invalid_cursor",
                "detail": "This cursor is not one of ours, or belongs to another search or person.",
                "attr": "cursor",
            }
        ]


@pytest.mark.parametrize(
    ("query", "code", "attr"),
    [
        ({"colour": "red"}, "unknown_parameter", "colour"),
        ({"as_of": "2024-13-40"}, "invalid", "as_of"),
        ({"date_from": "ayer"}, "invalid", "date_from"),
        ({"year": "MMXXIV"}, "invalid", "year"),
        ({"year": "0"}, "invalid", "year"),
        ({"size": "100000"}, "invalid", "size"),
        ({"needs_ocr": "perhaps"}, "invalid", "needs_ocr"),
        ({"sort": "classification"}, "invalid", "sort"),
        ({"kind": "\x00"}, "invalid", "kind"),
        ({"cursor": "no"}, "invalid_cursor", "cursor"),
    ],
)
def test_what_cannot_be_asked_is_named(client_of: Client, query: dict[str, str], code: str, attr: str) -> None:
    answer = client_of("").get("/api/v1/records/", query)
    assert answer.status_code == 400
    body = answer.json()
    assert body["type"] == "validation_error"
    assert [(error["code"], error["attr"]) for error in body["errors"]] == [(code, attr)]


def test_filters_keep_what_may_be_meant(client_of: Client, make_record: Make) -> None:
    old = make_record("Acta antigua", access="public", date="1972~", kind="acta")
    new = make_record("Directiva", access="public", date="2024-03-01", kind="directiva")
    client = client_of("")

    def ids(**asked: str) -> set[str]:
        return {row["id"] for row in client.get("/api/v1/records/", asked).json()["results"]}

    assert ids(year="2024") == {str(new.pk)}
    assert str(old.pk) in ids(date_to="1973-01-01")
    assert ids(date_from="2024-01-01", date_to="2024-12-31") == {str(new.pk)}
    assert ids(series="no-such-series") == set()
    assert ids(needs_ocr="true") == set()


def test_ten_more_records_add_no_query(client_of: Client, make_record: Make) -> None:
    client = client_of("archivist")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/api/v1/records/").status_code == 200
        return len(seen)

    make_record("Una", access="public")
    before = queries()
    for number in range(10):
        make_record(f"Otra {number}", access="public")
    assert queries() == before


def test_one_record_says_what_its_reader_may_do(client_of: Client, make_record: Make, people: dict[str, Any]) -> None:
    from records.persons import person_for

    record = make_record("Acta", access="internal", by=person_for(people["archivist"]), notes="de la caja 4")
    mine = client_of("archivist").get(f"/api/v1/records/{record.pk}/").json()
    assert mine["may"] == ["read", "edit", "manage"]
    assert mine["editing"]["notes"] == "de la caja 4"
    theirs = client_of("counsel").get(f"/api/v1/records/{record.pk}/").json()
    assert theirs["may"] == ["read"]
    assert theirs["editing"] is None
    assert theirs["shown"]["file"]["name"] == "documento.txt"


@pytest.mark.parametrize("name", ["", "no-id", "12", "%00", "00000000-0000-0000-0000-00000000000g", "1" * 400])
def test_what_is_no_id_is_not_found_in_the_one_shape(client_of: Client, name: str) -> None:
    unknown = client_of("").get("/api/v1/records/018f0000-0000-7000-8000-000000000000/")
    answer = client_of("").get(f"/api/v1/records/{name}/" if name else "/api/v1/nothing/")
    assert answer.status_code == unknown.status_code == 404
    assert answer.content == unknown.content
    assert answer.json() == {
        "type": "client_error",
        "errors": [{"code": "not_found", "detail": "Not found.", "attr": None}],
    }


@pytest.mark.fault("F35")
def test_editing_needs_the_state_that_was_read(client_of: Client, make_record: Make, people: dict[str, Any]) -> None:
    from records.persons import person_for

    record = make_record("Acta", access="internal", by=person_for(people["archivist"]))
    client, address = client_of("archivist"), f"/api/v1/records/{record.pk}/"
    etag = client.get(address)["ETag"]
    first = client.patch(address, {"title": "Acta primera", "date": "2024-05"}, HTTP_IF_MATCH=etag)
    assert first.status_code == 200
    assert first.json()["title"] == "Acta primera"
    assert first.json()["date_max"] == "2024-05-31"
    assert first["ETag"] != etag
    second = client.patch(address, {"title": "Acta segunda"}, HTTP_IF_MATCH=etag)
    assert second.status_code == 412
    assert second.json()["errors"][0]["code"] == "precondition_failed"
    assert client.patch(address, {"title": "Acta segunda"}, HTTP_IF_MATCH=first["ETag"]).status_code == 200
    assert client.patch(address, {"title": "Sin condición"}).status_code == 200


def test_what_a_text_is_about_is_shown_beside_the_title_and_mended_by_editors(
    client_of: Client, make_record: Make, people: dict[str, Any]
) -> None:
    from records.persons import person_for

    record = make_record("Ley N.° 5", access="internal", by=person_for(people["archivist"]))
    derived = {"from": "text", "page": 1, "start": 0, "end": 9, "rule": "heading", "confidence": 0.9}
    Record.objects.filter(pk=record.pk).update(
        descriptive_title="LEY DEL FARO", field_sources={"descriptive_title": derived}
    )
    address = f"/api/v1/records/{record.pk}/"
    seen = client_of("counsel").get(address).json()
    assert (seen["title"], seen["descriptive_title"], seen["descriptive_title_origin"]) == (
        "Ley N.° 5",
        "LEY DEL FARO",
        "text",
    )
    assert client_of("counsel").patch(address, {"descriptive_title": "x"}).status_code == 403
    client = client_of("archivist")
    assert client.get(address).json()["editing"]["field_sources"]["descriptive_title"] == derived
    etag = client.get(address)["ETag"]
    changed = client.patch(address, {"descriptive_title": "Ley del faro"}, HTTP_IF_MATCH=etag)
    assert (changed.json()["descriptive_title"], changed.json()["descriptive_title_origin"]) == (
        "Ley del faro",
        "person",
    )
    assert client.patch(address, {"descriptive_title": ""}, HTTP_IF_MATCH=etag).status_code == 412
    events = Event.objects.filter(record=record.pk, name="record.edited")
    assert events.get().details == {"descriptive_title": "Ley del faro"}


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"titel": "Acta"}, "unknown_field", "titel"),
        ({"date": "2024-13-40"}, None, "date"),
        ({"series": "none"}, "invalid", "series"),
        ({}, "invalid", None),
        ({"title": ["a"]}, "invalid", "title"),
        ({"title": "a\x00b"}, None, "title"),
    ],
)
def test_a_change_that_cannot_be_names_its_field(
    client_of: Client, make_record: Make, people: dict[str, Any], body: Any, code: str | None, attr: str
) -> None:
    from records.persons import person_for

    record = make_record("Acta", access="internal", by=person_for(people["archivist"]))
    answer = client_of("archivist").patch(f"/api/v1/records/{record.pk}/", body)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["attr"] == attr
    assert code is None or error["code"] == code


def test_who_may_read_but_not_change_is_told_so(client_of: Client, make_record: Make) -> None:
    record = make_record("Acta", access="public")
    address = f"/api/v1/records/{record.pk}/"
    assert client_of("counsel").patch(address, {"title": "x"}).status_code == 403
    stranger = client_of("").patch(address, {"title": "x"})
    assert stranger.status_code == 401
    assert stranger["WWW-Authenticate"] == "Token"
    assert stranger.json()["errors"][0]["code"] == "not_authenticated"
