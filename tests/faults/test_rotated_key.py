"""The site's secret key changed: who was signed in signs in again, old cursors are no more, the site serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.fault("F40")]


def test_old_sessions_and_cursors_are_refused_and_the_rest_goes_on(
    people: dict[str, Any], make_record: Callable[..., Any], settle: Callable[[], None], settings: Any
) -> None:
    for number in range(4):
        make_record(f"Acta {number} del faro", access="public")
    settle()
    client = Client()
    client.force_login(people["archivist"])
    assert client.get(reverse("my-work")).status_code == 200
    cursor = client.get("/api/v1/search?q=faro&size=2").json()["next"]
    assert cursor

    settings.SECRET_KEY = "another-secret-key-of-fifty-characters-and-some-more"
    signed_out = client.get(reverse("my-work"))
    assert (signed_out.status_code, "login" in signed_out.headers["Location"]) == (302, True)
    old = Client().get("/api/v1/search", {"q": "faro", "size": 2, "cursor": cursor.rpartition("cursor=")[2]})
    assert old.status_code == 400
    assert Client().get("/api/v1/search?q=faro").json()["total"] == 4
    client.force_login(people["archivist"])
    assert client.get(reverse("my-work")).status_code == 200
