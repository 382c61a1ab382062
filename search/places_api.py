"""All places of one record that hold what is asked, over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api import parameters
from records.api.door import answer
from records.api.records import RECORD
from records.api.schema import parameter
from records.api.text import WHICH, TextView
from records.errors import InvalidValue
from search.api import HitShape, hit_told
from search.params import LONGEST_TEXT, MOST_RESULTS
from search.places import hits_within


class PlacesShape(serializers.Serializer[Any]):
    """Places of a version's text, in its order."""

    version = serializers.IntegerField()
    total = serializers.IntegerField(help_text="How many there are; 10,000 at most are counted.")
    results = HitShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="Give it back as `cursor` for the places that follow.")


class HitsView(TextView):
    """Every place of a version, by page and article, that holds what is asked."""

    known = frozenset({"q", "as_of", "version", "size", "cursor"})

    @extend_schema(
        operation_id="record_hits",
        parameters=[
            RECORD,
            parameter(
                "q", "Words or a quoted phrase; a piece of the text holds them as in `scope=text`.", required=True
            ),
            *WHICH,
            parameter("size", "How many, 20 by default, 100 at most.", type=int),
            parameter("cursor", "`next` of the answer before."),
        ],
        responses=PlacesShape,
    )
    def get(self, request: Request, record: str) -> Response:
        version = self.version_meant(self.record(record))
        query = request.query_params
        text = query.get("q", "").replace("\x00", " ")
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise InvalidValue(f"Say what is looked for, in {LONGEST_TEXT} characters at most.", attr="q")
        size = parameters.number(query, "size", most=MOST_RESULTS) or 20
        found = hits_within(version, text, person=self.person, size=size, cursor=query.get("cursor", ""))
        told = {"version": version.number, "total": found.total, "next": found.next}
        return answer({**told, "results": [hit_told(hit) for hit in found.hits]})
