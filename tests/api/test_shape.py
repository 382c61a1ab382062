"""What holds for every route: one error shape, what may be kept, one language, and the description of it all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Client = Callable[[str], APIClient]


def one_error(answer: Any) -> dict[str, Any]:
    body = answer.json()
    assert set(body) == {"type", "errors"}
    assert answer["Content-Type"] == "application/json"
    [error] = body["errors"]
    assert set(error) == {"code", "detail", "attr"}
    return dict(error)


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/api/v1/nothing/", 404, "not_found"),
        ("get", "/api/", 404, "not_found"),
        ("delete", "/api/v1/records/", 405, "method_not_allowed"),
        ("put", "/api/v1/bodies/", 405, "method_not_allowed"),
        ("get", "/api/v1/records/?nonsense=1", 400, "unknown_parameter"),
        ("get", "/api/v1/events/", 401, "not_authenticated"),
        ("post", "/api/v1/uploads/", 401, "not_authenticated"),
    ],
)
def test_one_error_shape_in_one_language(client_of: Client, method: str, address: str, status: int, code: str) -> None:
    bodies = set()
    for language in ("es", "en"):
        answer = getattr(client_of(""), method)(address, HTTP_ACCEPT_LANGUAGE=language)
        assert answer.status_code == status
        assert one_error(answer)["code"] == code
        assert answer["Content-Language"] == "en"
        assert answer["Cache-Control"] == "private, no-store"
        bodies.add(answer.content)
    assert len(bodies) == 1


def test_a_wrong_token_is_401(client_of: Client) -> None:
    answer = APIClient().get("/api/v1/records/", HTTP_AUTHORIZATION="Token wrong")
    assert answer.status_code == 401
    assert one_error(answer)["code"] == "authentication_failed"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_body_that_is_no_json(client_of: Client) -> None:
    client = client_of("archivist")
    answer = client.post("/api/v1/uploads/", "{", content_type="application/json")
    assert (answer.status_code, one_error(answer)["code"]) == (400, "parse_error")
    answer = client.post("/api/v1/uploads/", "[1]", content_type="application/json")
    assert (answer.status_code, one_error(answer)["code"]) == (400, "invalid")
    answer = client.post("/api/v1/uploads/", "a=b", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, one_error(answer)["code"]) == (415, "unsupported_media_type")


def test_a_body_that_cannot_be_held_is_refused_and_no_500(client_of: Client) -> None:
    client = client_of("archivist")
    deep = client.post("/api/v1/uploads/", "[" * 100_000, content_type="application/json")
    assert (deep.status_code, one_error(deep)["code"]) == (400, "parse_error")
    large = client.post("/api/v1/uploads/", " " * 17 * 1024 * 1024 + "{}", content_type="application/json")
    assert (large.status_code, one_error(large)["code"]) == (413, "too_large")


@pytest.mark.parametrize("accepted", ["application/pdf", "text/html", "image/*", "*/*", "", "no/such;thing"])
def test_whatever_is_accepted_the_answer_is_what_there_is(client_of: Client, make_record: Make, accepted: str) -> None:
    record = make_record("Acta", access="public")
    for address in ("", "versions/1/file"):
        answer = client_of("").get(f"/api/v1/records/{record.pk}/{address}", HTTP_ACCEPT=accepted)
        assert answer.status_code == 200
        assert b"".join(answer)


def test_a_format_is_a_parameter_like_any_other_that_is_not_known(client_of: Client) -> None:
    answer = client_of("").get("/api/v1/records/?format=xml")
    assert (answer.status_code, one_error(answer)["attr"]) == (400, "format")


def test_a_session_needs_its_csrf_token(people: dict[str, Any], make_record: Make) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(people["archivist"])
    assert browser.get("/api/v1/records/").status_code == 200
    answer = browser.post("/api/v1/uploads/", {"filename": "a", "size": 1}, content_type="application/json")
    assert answer.status_code == 403
    assert one_error(answer)["code"] == "permission_denied"


def test_answers_depend_on_the_reader_and_are_not_kept(client_of: Client, make_record: Make) -> None:
    record = make_record("Acta", access="public")
    for address in ("/api/v1/records/", f"/api/v1/records/{record.pk}/", f"/api/v1/records/{record.pk}/versions/"):
        answer = client_of("").get(address)
        assert answer["Cache-Control"] == "private, no-store"
        assert {"Accept", "Authorization", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_the_description_is_the_same_for_everybody_and_names_nothing(client_of: Client, make_record: Make) -> None:
    make_record("zqxsecreto", access="reserved")
    described = [client_of(name).get("/api/schema/") for name in ("", "archivist")]
    assert described[0].status_code == 200
    assert described[0].content == described[1].content
    assert b"zqxsecreto" not in described[0].content
    assert b"openapi: 3.1" in described[0].content


def test_the_readable_page_asks_nobody_else(client_of: Client) -> None:
    page = Browser().get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "http://" not in text.replace("http://testserver", "")
    assert "https://" not in text
    assert "<script>" not in text
    policy = page["Content-Security-Policy"]
    assert "'unsafe-inline'" in policy.partition("style-src")[2].partition(";")[0]
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    script = Browser().get("/api/docs/?script=")
    assert '"validatorUrl": null' in script.content.decode()
    assert "unsafe-inline" not in Browser().get("/api/v1/records/")["Content-Security-Policy"]
