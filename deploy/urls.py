"""Every address of the service."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from deploy.first_login import first_login
from deploy.health import live, ready
from deploy.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", live, name="health-live"),
    path("health/ready", ready, name="health-ready"),
    path("metrics", metrics, name="metrics"),
    path("first-login", first_login, name="first-login"),
    path("api/", include("deploy.api_urls")),
    path("", include("deploy.page_urls")),
]

handler400 = "records.web.failures.bad_request"
handler403 = "records.web.failures.forbidden"
handler404 = "records.web.failures.not_found"
handler500 = "records.web.failures.server_error"
