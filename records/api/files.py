"""The bytes of a version."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from records.api import parameters
from records.api.door import ApiView
from records.api.records import RECORD
from records.api.schema import parameter
from records.api.shown import file_name, file_rendition, media_type
from records.api.versions import NUMBER
from records.downloads import Download, download
from records.errors import NotFound
from records.models import Rendition, Version

KINDS = ("original", "redacted", "searchable")


class FileView(ApiView):
    """The bytes of a version as they were captured, or of its redacted copy. Ranges and validators are honoured."""

    known = frozenset({"rendition"})

    @extend_schema(
        operation_id="version_file",
        parameters=[RECORD, NUMBER, parameter("rendition", "Which form; the original where you may.", enum=KINDS)],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
            304: OpenApiResponse(None, "You have these bytes already."),
            416: OpenApiResponse(None, "The range lies past the end."),
        },
    )
    def get(self, request: Request, record: str, number: str) -> HttpResponseBase:
        wanted = parameters.choice(request.query_params, "rendition", ("", *KINDS), "")
        version = self.version(self.record(record), number)
        file = self._file(version, wanted)
        return download(file, request.headers, head=request.method == "HEAD")

    def _file(self, version: Version, kind: str) -> Download:
        rows = Rendition.objects.visible_to(self.person).filter(version=version, kind__in=KINDS)
        found = file_rendition(rows.select_related("blob"), kind)
        if found is None or found.blob is None:
            raise NotFound()
        return Download(
            key=found.blob.key,
            size=found.blob.size,
            sha256=found.blob.sha256,
            media_type=media_type(version, found),
            name=file_name(version, found),
        )
