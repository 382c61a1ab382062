"""The API: its routes below `/api/v1/`, its description, and the page that shows it."""

from __future__ import annotations

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# Swagger UI sets styles on its elements itself; its script comes from a file, so scripts stay as strict as elsewhere.
documentation = csp_update({"style-src": [UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(url_name="api-schema", title="Legajo API")
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include("ingest.api.urls")),
    path("v1/", include("search.api_urls")),
    path("v1/", include("records.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", documentation, name="api-docs"),
]
