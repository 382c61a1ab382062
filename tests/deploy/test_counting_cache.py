"""Counters of sign-in attempts: with their server away people sign in as ever, and nobody may try without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.test import Client

from deploy.counting_cache import CountingCache
from deploy.server_urls import redis_cache_from

AWAY = "redis://127.0.0.1:9/0"


@pytest.fixture
def away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingCache]:
    settings.CACHES = {"default": redis_cache_from(urlsplit(AWAY))}
    monkeypatch.setattr(CountingCache, "_rest_until", 0.0)
    yield caches["default"]  # type: ignore[misc]
    caches["default"]._own.clear()


def test_a_server_that_is_away_is_stood_in_for(away: CountingCache) -> None:
    assert away.add("attempts", 1)
    assert not away.add("attempts", 1)
    assert away.incr("attempts") == 2
    assert away.get("attempts") == 2
    assert away._rest_until > 0
    with pytest.raises(ValueError, match="not found"):
        away.incr("nobody")


@pytest.mark.django_db
def test_sign_in_goes_on_and_is_still_limited(away: CountingCache, people: dict[str, Any], client: Client) -> None:
    right = {"login": "archivist", "password": "correct horse battery"}
    assert client.post("/accounts/login/", right).status_code == 302
    wrong = right | {"password": "guess"}
    statuses = {Client().post("/accounts/login/", wrong).status_code for _ in range(30)}
    bodies = Client().post("/accounts/login/", wrong)
    assert 500 not in statuses
    assert 429 in statuses or "intentos" in bodies.content.decode()


@pytest.mark.full
def test_a_server_that_is_there_is_used_by_all(services: dict[str, str], settings: Any) -> None:
    address = services["TASKS_URL"].removeprefix("celery+").rpartition("/")[0] + "/13"
    settings.CACHES = {"default": redis_cache_from(urlsplit(address))}
    first = caches["default"]
    first.clear()
    assert first.add("attempts", 1)
    other = CountingCache(address, settings.CACHES["default"])
    assert other.incr("attempts") == 2
    assert other._own.get("attempts") is None
    first.clear()
