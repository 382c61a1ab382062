"""Whether the search index is of the shape this release uses, asked before anything starts on it."""

from __future__ import annotations

import structlog

from records.errors import IndexOutdated, SearchUnavailable
from search.engines import engine

log = structlog.get_logger(__name__)


def refuse_an_outdated_index() -> None:
    """Raise IndexOutdated where only a rebuild helps; a search server that is merely away is waited for."""
    try:
        engine().status()
    except IndexOutdated:
        raise
    except SearchUnavailable as failure:
        log.warning("search does not answer yet", reason=failure.detail)
