"""Behind a proxy: events and limits go by the visitor's address, and only the proxy's own word counts."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from records.api.people import address_of

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "203.0.113.9", PROXY),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "203.0.113.9, not an address\r\nx", PROXY),
        (1, "", PROXY),
    ],
)
def test_where_a_request_comes_from(settings: object, proxies: int, told: str, address: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": told} if told else {}
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=PROXY, **headers)) == address
