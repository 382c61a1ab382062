"""Whatever is asked is answered or refused by name, in both engines, at the API and on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings

from tests.search.anything_asked import anything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_each_engine")]
ANSWERED = {200, 400}


@pytest.fixture
def collection(make_record: Callable[..., Any], settle: Callable[[], None]) -> None:
    make_record("Decreto que crea la mesa de migración", "Artículo 1. La mesa coordina la visa.", access="public")
    make_record("Ley 27594", "Artículo 15. Del derecho de asilo.", access="public", kind="ley", number="27594")
    settle()


@pytest.mark.usefixtures("collection")
@given(question=anything)
@example(question="(" * 5000 + ")" * 5000)
@example(question='"' * 9999)
@example(question="a" * 10_000)
@example(question=" ".join(["visa*"] * 500))
@example(question="\ud800 mesa")
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_anything_is_answered_or_refused_by_name(question: str) -> None:
    client = Client(raise_request_exception=False)
    asked = {"q": question.encode(errors="surrogatepass")}
    for door in ("/api/v1/search", "/search/", "/api/v1/suggest"):
        told = client.get(door, asked)
        assert told.status_code in ANSWERED, (door, told.status_code, question[:200])
    for scope in ("text", "documents"):
        told = client.get("/api/v1/search", {**asked, "scope": scope, "facets": "kind,year"})
        assert told.status_code in ANSWERED, (scope, told.status_code, question[:200])
