"""A place of one's own on the real Elasticsearch server, cleared away afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elasticsearch import Elasticsearch

from deploy.services_urls import search_options


@contextmanager
def fresh_index(url: str) -> Iterator[dict[str, Any]]:
    """Give the options of an engine whose indexes nobody else has, and delete them in the end."""
    options = own_prefix(search_options(url))
    try:
        yield options
    finally:
        remove_indexes(options)


def own_prefix(options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "prefix": f"{options['prefix']}-test-{secrets.token_hex(6)}"}


def remove_indexes(options: dict[str, Any]) -> None:
    with Elasticsearch(options["url"].split(","), request_timeout=60) as client:
        for name in client.indices.get_alias(index=f"{options['prefix']}-*"):
            client.indices.delete(index=name)


def address(options: dict[str, Any]) -> str:
    """Return what SEARCH_URL says for these options."""
    scheme = options["url"].partition("://")[0]
    nodes = options["url"].replace(f"{scheme}://", "")
    return f"elasticsearch+{scheme}://{nodes}/{options['prefix']}"
