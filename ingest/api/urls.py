"""Addresses of uploads, batches and jobs, below `/api/v1/`, and the two lists that take uploads."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from ingest.api import arrivals, uploads, work

urlpatterns: list[URLPattern | URLResolver] = [
    path("records/", uploads.RecordsAndUploadsView.as_view(), name="api-records"),
    path("records/<str:record>/versions/", uploads.VersionsAndUploadsView.as_view(), name="api-versions"),
    path("uploads/", uploads.UploadsView.as_view(), name="api-uploads"),
    path("uploads/arrived", arrivals.ArrivalsView.as_view(), name="api-uploads-arrived"),
    path("uploads/<str:upload>/", uploads.UploadView.as_view(), name="api-upload"),
    path("uploads/<str:upload>/parts/<str:number>", uploads.PartView.as_view(), name="api-upload-part"),
    path("uploads/<str:upload>/complete", uploads.CompleteView.as_view(), name="api-upload-complete"),
    path("batches/", work.BatchesView.as_view(), name="api-batches"),
    path("batches/<str:batch>/", work.BatchView.as_view(), name="api-batch"),
    path("jobs/", arrivals.JobsView.as_view(), name="api-jobs"),
    path("batches/<str:batch>/receipt", work.ReceiptView.as_view(), name="api-batch-receipt"),
    *(
        path(f"batches/<str:batch>/{name}", work.BatchMoveView.as_view(move=name), name=f"api-batch-{name}")
        for name in work.MOVES
    ),
    path("jobs/<str:job>/", work.JobView.as_view(), name="api-job"),
    path("jobs/<str:job>/retry", work.JobRetryView.as_view(), name="api-job-retry"),
]
