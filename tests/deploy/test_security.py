"""What every answer carries and every visitor meets: headers, cookies, sign-in limits, tokens, host names."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from deploy import settings as site_settings
from deploy.env import PROJECT
from tests.leaks.routes import Asked, address_of, named_routes

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
PASSWORD = "correct horse battery"
UNKNOWN = "018f0000-0000-7000-8000-00000000beef"
INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>\s*\S|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
# Swagger UI sets styles on its own elements; its scripts are as strict as all others.
STYLED = {"api-docs"}


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    """Sign-in attempts are counted in the cache, which tests share."""
    cache.clear()


def policy(answer: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("reader", ["", "archivist"])
def test_every_answer_is_dressed(reader: str, people: dict[str, Any]) -> None:
    client = Client(raise_request_exception=False)
    if reader:
        client.force_login(people[reader])
    values = dict.fromkeys(("number", "page", "code"), "1")
    for name, pattern in named_routes():
        ids = dict.fromkeys(("record", "upload", "batch", "job"), UNKNOWN)
        answer = client.get(address_of(pattern, Asked(values=values), ids))
        said = policy(answer)
        assert answer.status_code < 500, name
        assert (said["default-src"], said["script-src"], said["frame-ancestors"]) == (
            ["'none'"],
            ["'self'"],
            ["'none'"],
        )
        assert said["base-uri"] == ["'none'"]
        assert said["form-action"] == ["'self'"]
        assert [source for source in said["style-src"] if source != "'self'" and name not in STYLED] == []
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers
        if answer["Content-Type"].startswith("text/html") and name not in STYLED:
            assert INLINE.findall(answer.content) == [], name


def test_https_makes_cookies_and_transport_strict(tmp_path: Path) -> None:
    names = [
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "CSRF_TRUSTED_ORIGINS",
        "ALLOWED_HOSTS",
        "SECURE_PROXY_SSL_HEADER",
        "ALLAUTH_TRUSTED_PROXY_COUNT",
    ]
    program = f"import json; from deploy import settings; print(json.dumps([getattr(settings, n) for n in {names}]))"
    environ = {"PATH": os.environ["PATH"], "LEGAJO_HOME": str(tmp_path), "LEGAJO_URL": "https://archivo.example"}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=environ, capture_output=True, text=True, check=True
    )
    found = dict(zip(names, json.loads(run.stdout), strict=True))
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://archivo.example"]
    assert "archivo.example" in found["ALLOWED_HOSTS"]
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


def test_hsts_is_said_over_https_alone(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert Client().get("/", secure=True)["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in Client().get("/").headers


def sign_in(client: Client, username: str = "counsel", password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": username, "password": password})


def test_signing_in_gives_a_new_session_that_scripts_cannot_read(people: dict[str, Any]) -> None:
    client = Client()
    session = client.session
    session["before"] = "yes"
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    answer = sign_in(client)
    assert answer.status_code == 302
    cookie = answer.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie.value not in ("", session.session_key)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    client.post("/accounts/logout/")
    assert client.get("/my-work/").status_code == 302


def test_wrong_passwords_are_limited_by_name(people: dict[str, Any]) -> None:
    client = Client()
    for _ in range(5):
        assert sign_in(client, password="wrong").status_code == 200
    assert sign_in(client).status_code == 200
    assert client.get("/my-work/").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), "member").status_code == 302


def test_an_unknown_name_is_refused_as_a_wrong_password_is(people: dict[str, Any]) -> None:
    token = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*|value="(?:counsel|nobody1)"')
    known, unknown = (sign_in(Client(), name, "wrong") for name in ("counsel", "nobody1"))
    assert (known.status_code, token.sub(b"", known.content)) == (unknown.status_code, token.sub(b"", unknown.content))


def test_nobody_signs_up_alone() -> None:
    said = {"username": "eva", "password1": "caballo correcto 9", "password2": "caballo correcto 9"}
    Client().post("/accounts/signup/", said)
    assert not django_user_exists("eva")


def django_user_exists(name: str) -> bool:
    from records.models import User

    return User.objects.filter(username=name).exists()


def test_passwords_and_tokens_are_kept_as_digests(people: dict[str, Any]) -> None:
    hasher = site_settings.PASSWORD_HASHERS[0]
    assert hasher.endswith("Argon2PasswordHasher")
    from django.contrib.auth.hashers import Argon2PasswordHasher

    assert Argon2PasswordHasher().encode(PASSWORD, "a salt of some size").startswith("argon2$argon2id$")
    assert PASSWORD not in make_password(PASSWORD)
    row, token = AuthToken.objects.create(user=people["counsel"], expiry=dt.timedelta(days=1))
    stored = {field.name: str(getattr(row, field.name)) for field in row._meta.fields}
    assert not [name for name, value in stored.items() if token in value]
    headers = {"HTTP_AUTHORIZATION": f"Token {token}"}
    assert Client().get("/api/v1/records/", **headers).status_code == 200
    AuthToken.objects.update(expiry=timezone.now() - dt.timedelta(seconds=1))
    assert Client().get("/api/v1/records/", **headers).status_code == 401


@pytest.mark.parametrize("address", ["/", "/api/v1/records/", "/health/live"])
def test_a_foreign_host_name_is_refused_without_being_repeated(address: str) -> None:
    answer = Client().get(address, HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pagina.html", "<!doctype html><html><body><script>alert(1)</script></body></html>"),
        ("dibujo.svg", '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("datos.xml", '<?xml version="1.0"?><a><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script></a>'),
    ],
)
def test_no_file_runs_in_our_name(make_record: Make, name: str, text: str) -> None:
    record = make_record("", text, access="public", name=name)
    answer = Client().get(f"/api/v1/records/{record.pk}/versions/1/file")
    assert answer.status_code == 200
    assert b"".join(answer) == text.encode()
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert policy(answer) == {"default-src": ["'none'"], "sandbox": []}
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_a_document_is_called_is_inert_on_its_page(make_record: Make, settle: Callable[[], None]) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    record = make_record(evil, f"Artículo 1. {evil} </p><script>alert(2)</script>", access="public", issuer=evil)
    settle()
    for address in (f"/records/{record.pk}/", "/search/?q=alert", "/", f"/records/{record.pk}/?q=%3Cscript%3E"):
        shown = Client().get(address)
        assert shown.status_code == 200
        assert b"<img src=x" not in shown.content
        assert b"<script>alert" not in shown.content
