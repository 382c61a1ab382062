"""Before and after sending: which files have arrived already, and how the readings of many documents stand."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ingest.api.shapes import JobShape
from ingest.api.uploads import UploadingView, checked
from ingest.arrivals import MOST_FILES, Arrival, HeldFile, arrivals
from ingest.models import Job
from ingest.withholding import as_told_to
from records.api import parameters
from records.api.door import ApiView, answer
from records.api.shapes import StrictSerializer
from records.errors import InvalidValue

MOST_JOBS = 100
ARRIVAL_STATES = ["unchanged", "missing"]


class HeldShape(StrictSerializer):
    """A file that somebody holds."""

    filename = serializers.CharField(max_length=1024, trim_whitespace=False)
    size = serializers.IntegerField(min_value=0, max_value=2**62, help_text="Bytes.")
    sha256 = serializers.RegexField(r"\A[0-9a-f]{64}\Z", help_text="64 hexadecimal digits.")
    external_id = serializers.CharField(required=False, allow_blank=True, max_length=700, default="")


class HeldFiles(StrictSerializer):
    """The files that are to be sent."""

    files = HeldShape(many=True)


class ArrivalShape(serializers.Serializer[Any]):
    """What has arrived of one file."""

    state = serializers.ChoiceField(
        choices=ARRIVAL_STATES, help_text="`unchanged`: it is here; `missing`: it is to be sent."
    )
    record = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    job = serializers.UUIDField(allow_null=True, help_text="Its reading, while that goes on.")


class ArrivalsShape(serializers.Serializer[Any]):
    """One answer for each file, in their order."""

    files = ArrivalShape(many=True)


class JobsShape(serializers.Serializer[Any]):
    """The jobs asked for, as far as one may see them."""

    results = JobShape(many=True)


class ArrivalsView(UploadingView):
    """Tell which files are here already, by name, length and digest, so that they need not be sent."""

    @extend_schema(operation_id="upload_arrived", request=HeldFiles, responses=ArrivalsShape)
    def post(self, request: Request) -> Response:
        self.must_be_uploader()
        files = checked(HeldFiles, request)["files"]
        if len(files) > MOST_FILES:
            raise InvalidValue(f"At most {MOST_FILES} files at once.", attr="files")
        found = arrivals(files=[HeldFile(**file) for file in files], by=self.person)
        return answer(ArrivalsShape({"files": [_told(one) for one in found]}).data)


class JobsView(ApiView):
    """The readings of several documents at once: one's own, or any for operators."""

    known = frozenset({"ids"})

    @extend_schema(
        operation_id="jobs",
        parameters=[OpenApiParameter("ids", str, description="Ids with commas between, at most a hundred.")],
        responses=JobsShape,
    )
    def get(self, request: Request) -> Response:
        asked = [text for text in request.query_params.get("ids", "").split(",") if text]
        if len(asked) > MOST_JOBS:
            raise InvalidValue(f"At most {MOST_JOBS} jobs at once.", attr="ids")
        ids = [parameters.id_of(text) for text in asked]
        rows: Any = Job.objects.visible_to(self.person)
        found = rows.filter(pk__in=ids).select_related("rendition__version")
        return answer(JobsShape({"results": [as_told_to(job, self.person) for job in found]}).data)


def _told(arrival: Arrival) -> dict[str, Any]:
    version = arrival.version
    return {
        "state": "missing" if version is None else "unchanged",
        "record": version.record_id if version is not None else None,
        "version": version.number if version is not None else None,
        "job": arrival.job.pk if arrival.job is not None else None,
    }
