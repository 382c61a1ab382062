"""Static files are fetched once, pages go compressed, documents never do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.templatetags.static import static
from django.test import Client

pytestmark = pytest.mark.django_db
GZIP = {"Accept-Encoding": "gzip"}


def test_an_address_changes_with_the_bytes_and_may_be_kept_for_good(client: Client) -> None:
    address = static("legajo/legajo.css")
    assert address.startswith("/static/legajo/legajo.css?v=")
    assert "?v=" not in static("drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css")
    answer = client.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()


def test_pages_go_compressed_and_documents_as_they_are(client: Client, make_record: Callable[..., Any]) -> None:
    record = make_record("Oficio público", "Texto. " * 200, access="public")
    assert client.get("/", headers=GZIP).headers["Content-Encoding"] == "gzip"
    answer = client.get(f"/api/v1/records/{record.pk}/versions/1/file", headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["ETag"].startswith('"')
    assert b"".join(answer.streaming_content).decode() == "Texto. " * 200


def test_only_the_sample_says_who_can_sign_in(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.LEGAJO_HOME = tmp_path
    assert b"comision-de-muestra" not in client.get("/accounts/login/").content
    told = {"username": "ana", "password": "comision-de-muestra", "label_es": "Asesora", "label_en": "Counsel"}
    (tmp_path / "demo.json").write_text(json.dumps([told | {"sees_es": "Todo", "sees_en": "All"}]), encoding="utf-8")
    for language, label in (("es", "Asesora"), ("en", "Counsel")):
        page = client.get("/accounts/login/", headers={"Accept-Language": language}).content.decode()
        assert label in page
        assert "comision-de-muestra" in page
