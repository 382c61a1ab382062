"""What a record cites and changes, who cites and changes it, and how two versions differ."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api.door import answer
from records.api.records import RECORD
from records.api.schema import parameter
from records.api.text import WHICH, TextView
from records.citing import Citing, Mention, changes_in, citations_in, citing
from records.comparison import Difference, Line, differences, lines_of
from records.errors import InvalidValue
from records.models import Record


class OtherShape(serializers.Serializer[Any]):
    """Another record."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()


class CitationShape(serializers.Serializer[Any]):
    """A citation as read. `record` is null when what it names is not here, or not for this reader."""

    text = serializers.CharField()
    page = serializers.IntegerField(allow_null=True)
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    key = serializers.CharField()
    pinpoint = serializers.CharField(allow_null=True)
    record = OtherShape(allow_null=True)


class CitationList(serializers.Serializer[Any]):
    """Citations in the order of the text."""

    version = serializers.IntegerField()
    results = CitationShape(many=True)


class PlaceShape(serializers.Serializer[Any]):
    """Where a text names a record."""

    page = serializers.IntegerField(allow_null=True)
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    pinpoint = serializers.CharField(allow_null=True)


class CitingShape(serializers.Serializer[Any]):
    """A published version that names this record."""

    record = OtherShape()
    version = serializers.IntegerField()
    places = PlaceShape(many=True)


class CitingList(serializers.Serializer[Any]):
    """The newest first, 200 at most."""

    results = CitingShape(many=True)


class RelationShape(serializers.Serializer[Any]):
    """What one record's text says it does to another."""

    action = serializers.CharField()
    direction = serializers.ChoiceField(choices=["to", "from"], help_text="`to`: this record acts on the other.")
    key = serializers.CharField()
    anchor = serializers.CharField(allow_null=True, help_text="The part of the target that is meant.")
    page = serializers.IntegerField(allow_null=True)
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    confirmed = serializers.BooleanField(help_text="False: as read by a machine.")
    record = OtherShape(allow_null=True)


class RelationList(serializers.Serializer[Any]):
    """Relations read from texts."""

    results = RelationShape(many=True)


class LineShape(serializers.Serializer[Any]):
    """A line of a text."""

    page = serializers.IntegerField()
    anchor = serializers.CharField(help_text="The section it stands in; empty before the first.")
    text = serializers.CharField()


class DifferenceShape(serializers.Serializer[Any]):
    """Lines that became other lines; either side may be empty."""

    before = LineShape(many=True)
    after = LineShape(many=True)


class DifferenceList(serializers.Serializer[Any]):
    """What differs between the texts of two versions, in order."""

    results = DifferenceShape(many=True)


class CitationsView(TextView):
    """What the text of a version cites."""

    @extend_schema(operation_id="citations_list", parameters=[RECORD, *WHICH], responses=CitationList)
    def get(self, request: Request, record: str) -> Response:
        version, text = self.text(self.record(record))
        mentions = citations_in(text, self.person)
        return answer({"version": version.number, "results": [_citation(mention) for mention in mentions]})


class CitedByView(TextView):
    """Whose published text cites this record, among what this reader may see."""

    known = frozenset()

    @extend_schema(operation_id="cited_by_list", parameters=[RECORD], responses=CitingList)
    def get(self, request: Request, record: str) -> Response:
        found = citing(self.record(record), self.person)
        return answer({"results": [_citing(one) for one in found]})


class RelationsView(TextView):
    """What this record does to others and others to it, as their texts say."""

    @extend_schema(operation_id="relations_list", parameters=[RECORD, *WHICH], responses=RelationList)
    def get(self, request: Request, record: str) -> Response:
        found = self.record(record)
        _, text = self.text(found)
        outward = [_relation(one.said, one.key, one.record, "to") for one in changes_in(text, self.person)]
        inward = [
            _relation(said, found.number_key, one.version.record, "from")
            for one in citing(found, self.person, part="changes", key="target_key")
            for said in one.places
        ]
        return answer({"results": [*outward, *inward]})


class DiffView(TextView):
    """How the text of one version differs from another's, line by line."""

    known = frozenset({"from", "to"})

    @extend_schema(
        operation_id="diff",
        parameters=[
            RECORD,
            parameter("from", "Number of the earlier version.", type=int, required=True),
            parameter("to", "Number of the later version.", type=int, required=True),
        ],
        responses=DifferenceList,
    )
    def get(self, request: Request, record: str) -> Response:
        found = self.record(record)
        for name in ("from", "to"):
            if not request.query_params.get(name):
                raise InvalidValue("Name two versions, as in ?from=1&to=2.", attr=name)
        (_, before), (_, after) = self.text(found, "from"), self.text(found, "to")
        changed = differences(lines_of(before) if before else [], lines_of(after) if after else [])
        return answer({"results": [_difference(one) for one in changed]})


def _other(record: Record | None) -> dict[str, Any] | None:
    if record is None:
        return None
    address = reverse("api-record", args=[record.pk])
    return {"id": str(record.pk), "number": record.number, "title": record.title, "url": address}


def _citation(mention: Mention) -> dict[str, Any]:
    said = mention.said
    return {
        "text": str(said.get("text") or ""),
        **{name: said.get(name) for name in ("page", "start", "end", "pinpoint")},
        "key": mention.key,
        "record": _other(mention.record),
    }


def _citing(one: Citing) -> dict[str, Any]:
    places = [{name: said.get(name) for name in ("page", "start", "end", "pinpoint")} for said in one.places]
    return {"record": _other(one.version.record), "version": one.version.number, "places": places}


def _relation(said: Any, key: str, record: Record | None, direction: str) -> dict[str, Any]:
    return {
        "action": str(said.get("action") or ""),
        "direction": direction,
        "key": key,
        "anchor": said.get("target_anchor"),
        **{name: said.get(name) for name in ("page", "start", "end")},
        "confirmed": False,
        "record": _other(record),
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {"before": [_line(line) for line in one.before], "after": [_line(line) for line in one.after]}


def _line(line: Line) -> dict[str, Any]:
    return {"page": line.page, "anchor": line.anchor, "text": line.text}
