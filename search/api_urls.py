"""Addresses of search, below `/api/v1/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from search import api, lookup_api, places_api, suggest_api
from search.synonyms import api as synonyms

urlpatterns: list[URLPattern | URLResolver] = [
    path("search", api.SearchView.as_view(), name="api-search"),
    path("records/<str:record>/hits", places_api.HitsView.as_view(), name="api-record-hits"),
    path("suggest", suggest_api.SuggestView.as_view(), name="api-suggest"),
    path("lookup", lookup_api.LookupView.as_view(), name="api-lookup"),
    path("synonyms/", synonyms.SynonymsView.as_view(), name="api-synonyms"),
    path("synonyms/<str:key>/", synonyms.SynonymView.as_view(), name="api-synonym"),
]
