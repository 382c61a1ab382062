"""Addresses of records, below `/api/v1/`. `records/` and `…/versions/` also take uploads: see `ingest.api.urls`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from records.api import changes, directory, files, ledger, mentions, records, text, versions

ONE = "records/<str:record>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ONE, records.RecordView.as_view(), name="api-record"),
    path(f"{ONE}versions/<str:number>/", versions.VersionView.as_view(), name="api-version"),
    path(f"{ONE}versions/<str:number>/file", files.FileView.as_view(), name="api-file"),
    path(f"{ONE}pages/<str:page>/", text.PageView.as_view(), name="api-page"),
    path(f"{ONE}sections/", text.SectionsView.as_view(), name="api-sections"),
    path(f"{ONE}diff", mentions.DiffView.as_view(), name="api-diff"),
    path(f"{ONE}citations/", mentions.CitationsView.as_view(), name="api-citations"),
    path(f"{ONE}cited-by/", mentions.CitedByView.as_view(), name="api-cited-by"),
    path(f"{ONE}relations/", mentions.RelationsView.as_view(), name="api-relations"),
    path(f"{ONE}events/", ledger.RecordEventsView.as_view(), name="api-record-events"),
    path(f"{ONE}publish", changes.PublishView.as_view(), name="api-publish"),
    path(f"{ONE}withdraw", changes.WithdrawView.as_view(), name="api-withdraw"),
    path(f"{ONE}classify", changes.ClassifyView.as_view(), name="api-classify"),
    path(f"{ONE}check", changes.CheckView.as_view(), name="api-check"),
    path(f"{ONE}grants/", changes.GrantsView.as_view(), name="api-grants"),
    path("bodies/", directory.BodiesView.as_view(), name="api-bodies"),
    path("sessions/", directory.SessionsView.as_view(), name="api-sessions"),
    path("memberships/", directory.MembershipsView.as_view(), name="api-memberships"),
    path("series/", directory.SeriesView.as_view(), name="api-series"),
    path("events/", ledger.EventsView.as_view(), name="api-events"),
]
