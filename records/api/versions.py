"""The versions of a record."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from records.api.door import ApiView, answer
from records.api.records import RECORD
from records.api.schema import in_path
from records.api.shapes import VersionList, VersionShape
from records.api.shown import with_files
from records.models import Version

NUMBER = in_path("number", "The version's number.", type=int)


class VersionsView(ApiView):
    """The versions of a record that this reader may see."""

    @extend_schema(operation_id="versions_list", parameters=[RECORD], responses=VersionList)
    def get(self, request: Request, record: str) -> Response:
        found = self.record(record)
        rows = Version.objects.visible_to(self.person).filter(record=found)
        versions = with_files(list(rows.select_related("capture").order_by("number")), self.person)
        shapes = VersionShape(versions, many=True, context={"day": timezone.localdate()})
        return answer({"results": shapes.data})


class VersionView(ApiView):
    """One version."""

    @extend_schema(operation_id="version", parameters=[RECORD, NUMBER], responses=VersionShape)
    def get(self, request: Request, record: str, number: str) -> Response:
        found = self.record(record)
        [version] = with_files([self.version(found, number)], self.person)
        return answer(VersionShape(version, context={"day": timezone.localdate()}).data)
