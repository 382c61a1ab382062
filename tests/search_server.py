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
    base, _, prefix = url.rpartition("/")
    options = search_options(f"{base}/{prefix}-test-{secrets.token_hex(6)}")
    try:
        yield options
    finally:
        with Elasticsearch(options["url"], request_timeout=60) as client:
            for name in client.indices.get_alias(index=f"{options['prefix']}-*"):
                client.indices.delete(index=name)
