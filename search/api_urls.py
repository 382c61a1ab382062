"""Addresses of search, below `/api/v1/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from search import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("search", api.SearchView.as_view(), name="api-search"),
    path("suggest", api.SuggestView.as_view(), name="api-suggest"),
    path("lookup", api.LookupView.as_view(), name="api-lookup"),
]
