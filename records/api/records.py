"""The list of records, and one record: reading it and saying what it is."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api import parameters
from records.api.cursors import page_of
from records.api.door import ApiView, answer, revision_asked
from records.api.schema import IF_MATCH, in_path, parameter
from records.api.shapes import RecordLine, RecordList, RecordShape, StrictSerializer
from records.api.shown import in_full, with_versions
from records.errors import InvalidValue
from records.models import Record
from records.services.editing import EDITABLE, edit_record

RECORD = in_path("record", "The record's id.")
AS_OF = parameter("as_of", "The day (ISO) whose version in force is meant; today by default.", type=OpenApiTypes.DATE)
LINKS = {"body": "body__code", "session": "session__code", "series": "series__code"}
WORDS = ("kind", "issuer", "language", "classification", "number_key", "external_id")
FLAGS = ("needs_ocr", "needs_review")
SORTS = {"-date": ("date_max", True), "date": ("date_max", False), "-added": ("pk", True), "added": ("pk", False)}
LIST_PARAMETERS = [
    *(parameter(name, f"Keep records of this {name}; may be repeated.", many=True) for name in (*WORDS, *LINKS)),
    parameter("year", "Keep records whose date may lie in this year.", type=int),
    parameter("date_from", "Keep records that may be of this day or later.", type=OpenApiTypes.DATE),
    parameter("date_to", "Keep records that may be of this day or earlier.", type=OpenApiTypes.DATE),
    *(parameter(name, "Keep those flagged so, or not.", type=bool) for name in FLAGS),
    parameter("sort", "The order.", enum=list(SORTS)),
    parameter("size", "How many, 50 by default, 200 at most.", type=int),
    parameter("cursor", "`next` of the page before."),
    AS_OF,
]


class Changes(StrictSerializer):
    """What a person says of a record. Links take codes, dates EDTF; null or an empty text clears."""

    title = serializers.CharField(required=False, allow_blank=True, allow_null=True, trim_whitespace=False)
    descriptive_title = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, trim_whitespace=False, help_text="Empty removes it for good."
    )
    kind = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    number = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    identifier = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    issuer = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    language = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    date = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    notes = serializers.CharField(required=False, allow_blank=True, allow_null=True, trim_whitespace=False)
    body = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    session = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    series = serializers.CharField(required=False, allow_blank=True, allow_null=True)


assert set(Changes().fields) == set(EDITABLE)


class RecordsView(ApiView):
    """Records this reader may see, by date or by when they were taken in. No text of documents is in it."""

    known = frozenset({*WORDS, *LINKS, *FLAGS, "year", "date_from", "date_to", "sort", "size", "cursor", "as_of"})

    @extend_schema(operation_id="records_list", parameters=LIST_PARAMETERS, responses=RecordList)
    def get(self, request: Request) -> Response:
        query = request.query_params
        column, descending = SORTS[parameters.choice(query, "sort", SORTS, "-date")]
        day = parameters.day(query, "as_of") or timezone.localdate()
        rows = Record.objects.visible_to(self.person).within_reach(self.person)
        rows = rows.filter(conditions(request)).defer("notes", "metadata")
        rows = rows.select_related("series", "body", "session")
        page = page_of(rows, request=request, person=self.person, column=column, descending=descending)
        shown = with_versions(page.rows, self.person, day)
        return answer({"results": RecordLine(shown, many=True).data, "next": page.next})


def conditions(request: Request) -> Q:
    """Return what the list's filters ask for. Raises InvalidValue. A code that means nothing finds nothing."""
    query = request.query_params
    condition = Q()
    for name, column in [*((name, name) for name in WORDS), *LINKS.items()]:
        if wanted := parameters.values(query, name):
            condition &= Q(**{f"{column}__in": wanted})
    for name in FLAGS:
        if (flag := parameters.boolean(query, name)) is not None:
            condition &= Q(**{name: flag})
    return condition & _dated(request)


def _dated(request: Request) -> Q:
    """Keep what may be of the days asked for: uncertain dates are met by overlap."""
    query = request.query_params
    condition = Q()
    if (year := parameters.number(query, "year", most=9999)) is not None:
        condition &= Q(date_min__year__lte=year, date_max__year__gte=year)
    if (first := parameters.day(query, "date_from")) is not None:
        condition &= Q(date_max__gte=first)
    if (last := parameters.day(query, "date_to")) is not None:
        condition &= Q(date_min__lte=last)
    return condition


class RecordView(ApiView):
    """One record: what it is, the version in force, and what this reader may do with it."""

    known = frozenset({"as_of"})

    @extend_schema(operation_id="record", parameters=[RECORD, AS_OF], responses=RecordShape)
    def get(self, request: Request, record: str) -> Response:
        return self._answer(self.record(record))

    @extend_schema(
        operation_id="record_edit",
        parameters=[RECORD, IF_MATCH],
        request=Changes,
        responses=RecordShape,
    )
    def patch(self, request: Request, record: str) -> Response:
        found = self.record_to_change(record)
        body = Changes(data=request.data)
        body.is_valid(raise_exception=True)
        if not body.validated_data:
            raise InvalidValue("Name at least one field to change.")
        said: dict[str, Any] = dict(body.validated_data)
        edited = edit_record(record=found, changes=said, by=self.person, if_revision=revision_asked(request, found))
        return self._answer(self.record(str(edited.pk)))

    def _answer(self, record: Record) -> Response:
        day = parameters.day(self.request.query_params, "as_of") or timezone.localdate()
        seen = in_full(record, self.person, day)
        # The validator changes with every draft and grant, so only those who may edit, and need it, are given it.
        edits = "edit" in seen.may  # type: ignore[attr-defined]
        return answer(RecordShape(seen, context={"day": day}).data, record=record if edits else None)
