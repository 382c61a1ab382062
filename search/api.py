"""Search over the API: questions, what one is typing, and the record a citation names."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language_from_request
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api.door import ApiView, answer
from records.api.schema import parameter
from records.api.shapes import STATUS_UNTIL_DERIVED
from records.errors import InvalidValue
from records.models import Record, Version
from search import service
from search.asking.notes import SENTENCES
from search.params import FACETS, FILTERS, NAMES, SCOPES, SORTS, VERSIONS, params_from
from search.passages import HitView
from search.questions.tally import count_question

LONGEST_TYPED = 300


class HitShape(serializers.Serializer[Any]):
    """A place in the text."""

    page = serializers.IntegerField()
    anchor = serializers.CharField(help_text="The section, such as art_15; empty where there is none.")
    label = serializers.CharField()  # type: ignore[assignment]
    snippet = serializers.CharField(help_text="HTML: found words between <mark> and </mark>, all else escaped.")


class ResultShape(serializers.Serializer[Any]):
    """A document found."""

    id = serializers.UUIDField()
    external_id = serializers.CharField()
    version = serializers.IntegerField()
    kind = serializers.CharField()
    number = serializers.CharField()
    title = serializers.CharField()
    descriptive_title = serializers.CharField(help_text="What it is about, where the title is a designation only.")
    issuer = serializers.CharField()
    date = serializers.CharField()
    status = serializers.CharField(help_text="Derived; `unknown` until it can be.")
    score = serializers.FloatField()
    url = serializers.CharField(help_text="Its page.")
    hits = HitShape(many=True)


class FacetShape(serializers.Serializer[Any]):
    """A value and how many of the results have it, with the other filters in effect."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class NoteShape(serializers.Serializer[Any]):
    """What of the question could not be read as it was written, and was read as words or left aside."""

    code = serializers.ChoiceField(choices=sorted(SENTENCES))
    part = serializers.CharField(help_text="The part of the question; may be empty.")
    text = serializers.CharField(help_text="A sentence about it.")


class AnswerShape(serializers.Serializer[Any]):
    """What a search found. `total` is null, and facets are empty, while counts could not be told safely."""

    total = serializers.IntegerField(allow_null=True)
    results = ResultShape(many=True)
    facets = serializers.DictField(child=FacetShape(many=True))
    suggestion = serializers.CharField(allow_null=True, help_text="Did you mean this?")
    next = serializers.CharField(allow_null=True, help_text="Give it back as `cursor` for the results that follow.")
    took_ms = serializers.IntegerField()
    notes = NoteShape(many=True, help_text="Empty for a question that was read as it is written.")


class SearchView(ApiView):
    """Find documents, or places in their text, among what this reader may see."""

    known = NAMES

    @extend_schema(
        operation_id="search",
        parameters=[
            parameter("q", "Words, a number, a title, a remembered sentence, operators and fields (docs/search.md)."),
            parameter("scope", "Documents, or places in the text.", enum=SCOPES),
            *(parameter(name, "Keep results with this value; may be repeated.", many=True) for name in FILTERS),
            parameter("date_from", "Keep results that may be of this day or later.", type=OpenApiTypes.DATE),
            parameter("date_to", "Keep results that may be of this day or earlier.", type=OpenApiTypes.DATE),
            parameter("as_of", "Search what was in force on this day.", type=OpenApiTypes.DATE),
            parameter("versions", "One version a record, or all.", enum=VERSIONS),
            parameter("sort", "The order.", enum=SORTS),
            parameter("size", "How many, 20 by default, 100 at most.", type=int),
            parameter("cursor", "`next` of the answer before."),
            parameter("facets", f"Which counts are wanted, with commas between: {', '.join(FACETS)}."),
        ],
        responses=AnswerShape,
    )
    def get(self, request: Request) -> Response:
        params = params_from(request.query_params, reads=get_language_from_request(request))
        found = service.answer(params, person=self.person)
        count_question(params, total=found.total, milliseconds=found.took_ms, person=self.person)
        facets = {
            name: [{"value": one.value, "label": str(one.label), "count": one.count} for one in values]
            for name, values in found.facets.items()
        }
        told = {name: getattr(found, name) for name in ("total", "suggestion", "next", "took_ms")}
        results = [_result(one) for one in found.results]
        notes = [{"code": note.code, "part": note.part, "text": note.sentence} for note in found.notes]
        return answer({**told, "results": results, "facets": facets, "notes": notes})


def typed(request: Request, name: str) -> str:
    """Return what was typed in a parameter, without what surrounds it. Raises InvalidValue where it is too long."""
    text = request.query_params.get(name, "").replace("\x00", " ").strip()
    if len(text) > LONGEST_TYPED:
        raise InvalidValue(f"At most {LONGEST_TYPED} characters are read.", attr=name)
    return text


def named(record: Record, version: Version) -> dict[str, Any]:
    """Return what every answer says of a record that was found."""
    return {
        "id": str(record.pk),
        "external_id": record.external_id,
        "version": version.number,
        "kind": record.kind,
        "number": record.number,
        "title": record.title,
        "descriptive_title": record.descriptive_title,
        "url": reverse("record", args=[record.pk]),
    }


def hit_told(hit: HitView) -> dict[str, Any]:
    """Return a place in the text as the API tells it."""
    return {"page": hit.page, "anchor": hit.anchor, "label": hit.label, "snippet": hit.snippet}


def _result(one: service.Result) -> dict[str, Any]:
    record = one.record
    return {
        **named(record, one.version),
        "issuer": record.issuer,
        "date": record.date_text,
        "status": STATUS_UNTIL_DERIVED,
        "score": round(one.score, 4),
        "hits": [hit_told(hit) for hit in one.hits],
    }
