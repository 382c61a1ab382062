"""The record a citation names, and all those of a pasted text, over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api.door import ApiView, answer
from records.api.schema import parameter
from records.api.shapes import StrictSerializer
from records.errors import InvalidValue
from search.api import named, typed
from search.lookups import LONGEST_TEXT, Resolved, lookup, resolve


class FoundSection(serializers.Serializer[Any]):
    """The article or other part that was meant."""

    anchor = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    heading = serializers.CharField()
    page = serializers.IntegerField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class NamedShape(serializers.Serializer[Any]):
    """A record that is named somewhere."""

    id = serializers.UUIDField()
    external_id = serializers.CharField()
    version = serializers.IntegerField()
    kind = serializers.CharField()
    number = serializers.CharField()
    title = serializers.CharField()
    descriptive_title = serializers.CharField()
    url = serializers.CharField()


class FoundShape(NamedShape):
    """The record that a citation names."""

    section = FoundSection(allow_null=True)


class Pasted(StrictSerializer):
    """A text whose citations are wanted."""

    text = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, trim_whitespace=False)


class ResolvedShape(serializers.Serializer[Any]):
    """A citation. `record` is null when what it names is not here, or not for this reader."""

    text = serializers.CharField(help_text="The citation as written, without the article before it.")
    start = serializers.IntegerField(help_text="Where it begins, in code points.")
    end = serializers.IntegerField(help_text="Where it ends, excluded.")
    key = serializers.CharField(help_text="The number in its one form, such as DS:67-2011-PCM.")
    pinpoint = serializers.CharField(help_text="The first part pointed at, such as art_15; empty where there is none.")
    pinpoints = serializers.ListField(child=serializers.CharField(), help_text="All of them.")
    record = NamedShape(allow_null=True)
    sections = FoundSection(many=True, help_text="Those of the pinpoints that the version has.")


class ResolvedList(serializers.Serializer[Any]):
    """Citations in the order of the text."""

    results = ResolvedShape(many=True)


class LookupView(ApiView):
    """The record that a citation names, and its article where one is cited; or those of a whole text."""

    known = frozenset({"citation"})

    @extend_schema(
        operation_id="lookup",
        parameters=[parameter("citation", "As in: art. 15 del D.S. 067-2011-PCM.", required=True)],
        responses=FoundShape,
    )
    def get(self, request: Request) -> Response:
        text = typed(request, "citation")
        if not text:
            raise InvalidValue("Give a citation, such as D.S. 067-2011-PCM.", attr="citation")
        found = lookup(text, person=self.person)
        section = FoundSection(found.section).data if found.section else None
        return answer({**named(found.record, found.version), "section": section})

    @extend_schema(operation_id="lookup_text", request=Pasted, responses=ResolvedList)
    def post(self, request: Request) -> Response:
        """Resolve every citation of a text. Nothing of it is kept."""
        body = Pasted(data=request.data)
        body.is_valid(raise_exception=True)
        found = resolve(body.validated_data["text"], person=self.person)
        return answer({"results": [_resolved(one) for one in found]})


def _resolved(one: Resolved) -> dict[str, Any]:
    cited = one.cited
    return {
        **{name: getattr(cited, name) for name in ("text", "start", "end", "key")},
        "pinpoint": one.anchors[0] if one.anchors else "",
        "pinpoints": list(one.anchors),
        "record": named(one.record, one.version) if one.record and one.version else None,
        "sections": FoundSection(one.sections, many=True).data,
    }
