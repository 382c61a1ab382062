"""Search engines for the contract suite. A new engine is one more fixture and one more name in ENGINES."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.backends.base import SearchBackend
from tests.contract.shelf import Shelf
from tests.search_server import fresh_index

ENGINES = ["tantivy", pytest.param("elasticsearch", marks=pytest.mark.full)]


@pytest.fixture
def tantivy_engine(tmp_path: Path) -> Iterator[SearchBackend]:
    from search.backends.tantivy import TantivyEngine

    engine = TantivyEngine(tmp_path / "shelf")
    yield engine
    engine.close()


@pytest.fixture
def elasticsearch_engine(services: dict[str, str]) -> Iterator[SearchBackend]:
    from search.backends.elastic import ElasticEngine

    with fresh_index(services["SEARCH_URL"]) as options:
        engine = ElasticEngine(**options)
        yield engine
        engine.close()


@pytest.fixture(params=ENGINES)
def backend(request: pytest.FixtureRequest) -> SearchBackend:
    """An engine with nothing in it."""
    found: SearchBackend = request.getfixturevalue(f"{request.param}_engine")
    return found


@pytest.fixture
def shelf(backend: SearchBackend) -> Shelf:
    """An empty index, with short ways to put entries in and to ask."""
    return Shelf(backend)
