"""Of two documents that are worth the same to a question, a reader gets the one in their own language first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_each_engine")]


def test_counsel_reading_english_gets_the_english_text_of_a_convention_first(
    make_record: Callable[..., Any], settle: Callable[[], None], client: Client
) -> None:
    for language in ("en", "es"):
        record = make_record("UNESCO 1954", "UNESCO 1954.", access="public", date="1954-05-14", external_id=language)
        Record.objects.filter(pk=record.pk).update(language=language)
    settle()

    def found(language: str) -> list[str]:
        told = client.get("/api/v1/search?q=unesco+1954", headers={"accept-language": language}).json()
        return [one["external_id"] for one in told["results"]]

    assert found("en-GB,en;q=0.9") == ["en", "es"]
    assert found("es-PE") == ["es", "en"]
