"""The site's search engine, one a process."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from search.backends.base import SearchBackend


@cache
def engine() -> SearchBackend:
    """Return the engine that `SEARCH_URL` names. Raises SearchUnavailable where it cannot be opened."""
    shape = settings.SEARCH
    return cast(SearchBackend, import_string(shape["BACKEND"])(**shape["OPTIONS"]))
