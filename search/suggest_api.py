"""What one is typing, over the API."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api import parameters
from records.api.door import ApiView, answer
from records.api.schema import parameter
from records.models import Body
from search.api import typed
from search.suggestions import Suggestion, suggest


class SuggestionShape(serializers.Serializer[Any]):
    """What somebody typing this may mean."""

    kind = serializers.ChoiceField(choices=["record", "number", "body"])
    text = serializers.CharField(help_text="The number, the title, or the body's name.")
    detail = serializers.CharField(help_text="More of it: a number's title, a title's number, a body's code.")
    id = serializers.UUIDField(allow_null=True, help_text="The record, if it is one.")
    body = serializers.CharField(allow_null=True, help_text="The body's code, if it is one.")
    url = serializers.CharField(allow_null=True)


class SuggestionList(serializers.Serializer[Any]):
    """The best first."""

    results = SuggestionShape(many=True)


class SuggestView(ApiView):
    """Titles, numbers and bodies as somebody types, among what this reader may see."""

    known = frozenset({"q", "size"})

    @extend_schema(
        operation_id="suggest",
        parameters=[
            parameter("q", "What has been typed.", required=True),
            parameter("size", "How many, 10 by default, 20 at most.", type=int),
        ],
        responses=SuggestionList,
    )
    def get(self, request: Request) -> Response:
        # A space at the end says that the last word is whole.
        text = typed(request, "q") + (" " if request.query_params.get("q", "")[-1:].isspace() else "")
        size = parameters.number(request.query_params, "size", most=20) or 10
        found = suggest(text, person=self.person, size=size) if text.strip() else []
        return answer({"results": [_suggestion(one) for one in found]})


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "text": one.text,
        "detail": one.detail,
        "id": str(one.record.pk) if one.record else None,
        "body": one.body.code if one.body else None,
        "url": reverse("record", args=[one.record.pk]) if one.record else _page_of(one.body),
    }


def _page_of(body: Body | None) -> str | None:
    return reverse("body", args=[body.code]) if body else None
