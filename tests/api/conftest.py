"""Clients of the API: a stranger's, and one for each person by token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient


@pytest.fixture
def client_of(people: dict[str, Any]) -> Callable[[str], APIClient]:
    """Return the client of one of the people, or of nobody for an empty name."""

    def make(name: str) -> APIClient:
        client = APIClient()
        if name:
            client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(user=people[name])[1]}")
        return client

    return make
