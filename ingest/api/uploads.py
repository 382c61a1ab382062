"""Uploading: open, send parts, complete; and the two lists that take a completed upload."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ingest.api.shapes import (
    AcceptedShape,
    Completing,
    NewRecord,
    NewVersion,
    Opening,
    PartShape,
    UploadShape,
    accepted,
    said_of,
)
from ingest.models import Upload
from ingest.uploads import complete_upload, open_upload, store_part
from records.access import may
from records.api import parameters
from records.api.door import ApiView, answer
from records.api.records import RECORD, RecordsView
from records.api.schema import in_path
from records.api.versions import VersionsView
from records.errors import InvalidValue, NotAllowed, NotFound
from records.services.accession import check_may_accession

UPLOAD = in_path("upload", "The upload's id.")


class UploadingView(ApiView):
    """A view of uploads, for archivists and editors; each person's are their own."""

    def must_be_uploader(self) -> None:
        """Raise NotAuthenticated for a stranger, NotAllowed for who may not take documents in."""
        self.must_be_signed_in()
        check_may_accession(self.person, None)

    def mine(self, text: str) -> Upload:
        """Return an upload of this person. Raises NotFound for another's, and for what is none."""
        rows: Any = Upload.objects.visible_to(self.person)
        found: Upload | None = rows.filter(pk=parameters.id_of(text), by=self.person.user_id).first()
        if found is None:
            raise NotFound()
        return found

    def shown(self, upload: Upload, status: int = 200) -> Response:
        """Answer with an upload."""
        context = {"part_address": self._part_address}
        return answer(UploadShape(upload, context=context).data, status=status)

    def _part_address(self, upload: Upload, number: int) -> str:
        return self.request.build_absolute_uri(reverse("api-upload-part", args=[upload.pk, number]))


def checked(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return a body, checked. Raises ValidationError."""
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class UploadsView(UploadingView):
    """Begin an upload."""

    @extend_schema(operation_id="upload_open", request=Opening, responses={201: UploadShape})
    def post(self, request: Request) -> Response:
        self.must_be_uploader()
        said = checked(Opening, request)
        return self.shown(open_upload(by=self.person, **said), 201)


class UploadView(UploadingView):
    """An upload and which of its parts have arrived."""

    @extend_schema(operation_id="upload", parameters=[UPLOAD], responses=UploadShape)
    def get(self, request: Request, upload: str) -> Response:
        return self.shown(self.mine(upload))


class PartView(UploadingView):
    """Send one part. In any order, again after a break; sent twice, the second counts."""

    @extend_schema(
        operation_id="upload_part",
        parameters=[UPLOAD, in_path("number", "The part's number, from 1.", type=int)],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=PartShape,
    )
    def put(self, request: Request, upload: str, number: str) -> Response:
        self.must_be_signed_in()
        found = self.mine(upload)
        length = request.META.get("CONTENT_LENGTH") or ""
        body: Any = request._request
        part = store_part(
            upload=found,
            number=parameters.number_of(number),
            body=body,
            length=int(length) if length.isdecimal() else None,
            by=self.person,
        )
        return answer(PartShape(part).data)


class CompleteView(UploadingView):
    """Join the parts, verify the digest, take the document in. Asked twice, the answer is the same."""

    @extend_schema(
        operation_id="upload_complete", parameters=[UPLOAD], request=Completing, responses={202: AcceptedShape}
    )
    def post(self, request: Request, upload: str) -> Response:
        self.must_be_signed_in()
        found = self.mine(upload)
        said = checked(Completing, request)
        done = complete_upload(upload=found, sha256=said["sha256"], said=said_of(said), by=self.person)
        return answer(accepted(done), status=202)


class RecordsAndUploadsView(RecordsView, UploadingView):
    __doc__ = RecordsView.__doc__

    @extend_schema(operation_id="record_create", request=NewRecord, responses={202: AcceptedShape})
    def post(self, request: Request) -> Response:
        self.must_be_uploader()
        if isinstance(request.data, dict) and not request.data.get("upload"):
            raise InvalidValue("Send the file first (POST uploads/), then name the upload here.", attr="upload")
        said = checked(NewRecord, request)
        upload = named_upload(self, said)
        done = complete_upload(upload=upload, sha256=said["sha256"], said=said_of(said), by=self.person)
        return answer(accepted(done), status=202)


class VersionsAndUploadsView(VersionsView, UploadingView):
    __doc__ = VersionsView.__doc__

    @extend_schema(
        operation_id="version_create", parameters=[RECORD], request=NewVersion, responses={202: AcceptedShape}
    )
    def post(self, request: Request, record: str) -> Response:
        found = self.record_to_change(record)
        if not may(self.person, found, "edit"):
            raise NotAllowed("You may read this record but not add versions to it.")
        said = checked(NewVersion, request)
        whole = said_of(said, version_of=str(found.pk))
        done = complete_upload(upload=named_upload(self, said), sha256=said["sha256"], said=whole, by=self.person)
        return answer(accepted(done), status=202)


def named_upload(view: UploadingView, said: dict[str, Any]) -> Upload:
    """Return the upload that a body names. Raises InvalidValue for another's, and for what is none."""
    try:
        return view.mine(str(said["upload"]))
    except NotFound:
        raise InvalidValue("There is no such upload of yours.", attr="upload") from None
