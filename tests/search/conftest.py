"""The site's search on each engine in turn, for the suites that ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from search.engines import engine
from tests.search_server import fresh_index

ENGINES = ["tantivy", pytest.param("elasticsearch", marks=pytest.mark.full)]


@pytest.fixture(params=ENGINES)
def on_each_engine(request: pytest.FixtureRequest, own_stores: None, settings: Any) -> Iterator[None]:
    """Run the test on the embedded engine and, with the servers, on the real Elasticsearch."""
    if request.param == "tantivy":
        yield
        return
    with fresh_index(request.getfixturevalue("services")["SEARCH_URL"]) as options:
        settings.SEARCH = {"BACKEND": "search.backends.elastic.ElasticEngine", "OPTIONS": options}
        engine.cache_clear()
        yield
        engine().close()
        engine.cache_clear()
