"""Synonyms over the API, for those who keep them; for all others there is no such address."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api import parameters
from records.api.door import ApiView, answer
from records.api.schema import in_path, parameter
from records.api.shapes import StrictSerializer
from records.errors import NotFound
from search.synonyms.listing import ORIGINS, STATES, Wanted, chosen, entry_named
from search.synonyms.services import (
    add_synonym,
    change_synonym,
    may_keep_synonyms,
    remove_synonym,
    restore_synonym,
)
from search.synonyms.terms import EQUAL, KINDS, LONGEST_NOTE, LONGEST_TERM, Entry

MOST = 200
KEY = in_path("key", "The entry's key.")


class SynonymShape(serializers.Serializer[Any]):
    """Terms that find each other (`equal`), or `words` whose askers find `means` too (`one_way`)."""

    key = serializers.CharField(help_text="Names the entry for good.")
    kind = serializers.ChoiceField(choices=KINDS)
    words = serializers.ListField(child=serializers.CharField())
    means = serializers.ListField(child=serializers.CharField())
    off = serializers.BooleanField(help_text="Kept in the list and not applied.")
    removed = serializers.BooleanField()
    shipped = serializers.BooleanField(help_text="It comes with the program.")
    changed = serializers.BooleanField(help_text="Shipped, and said otherwise here.")
    note = serializers.CharField()


class SynonymList(serializers.Serializer[Any]):
    """Entries, those of the site first."""

    results = SynonymShape(many=True)
    total = serializers.IntegerField()


class SynonymSaid(StrictSerializer):
    """What an entry is to say."""

    kind = serializers.ChoiceField(choices=KINDS, default=EQUAL)
    words = serializers.ListField(child=serializers.CharField(max_length=LONGEST_TERM), max_length=100)
    means = serializers.ListField(child=serializers.CharField(max_length=LONGEST_TERM), max_length=100, default=list)
    off = serializers.BooleanField(default=False)
    note = serializers.CharField(allow_blank=True, default="", max_length=LONGEST_NOTE)


class SynonymChanged(StrictSerializer):
    """What is to be different; what is left out stays. `removed: false` puts a removed entry back."""

    kind = serializers.ChoiceField(choices=KINDS, required=False)
    words = serializers.ListField(child=serializers.CharField(max_length=LONGEST_TERM), max_length=100, required=False)
    means = serializers.ListField(child=serializers.CharField(max_length=LONGEST_TERM), max_length=100, required=False)
    off = serializers.BooleanField(required=False)
    note = serializers.CharField(allow_blank=True, required=False, max_length=LONGEST_NOTE)
    removed = serializers.ChoiceField(choices=[False], required=False)


class SynonymsView(ApiView):
    """The list of synonyms."""

    known = frozenset({"q", "state", "origin", "size", "page"})

    @extend_schema(
        operation_id="synonyms_list",
        parameters=[
            parameter("q", "Keep entries of which a term or the note holds this."),
            parameter("state", "Keep those in this state; on and off by default.", enum=STATES),
            parameter("origin", "Keep those that come with the program, or those of the site.", enum=ORIGINS),
            parameter("size", "How many, 50 by default, 200 at most.", type=int),
            parameter("page", "Which page, from 1.", type=int),
        ],
        responses=SynonymList,
    )
    def get(self, request: Request) -> Response:
        must_keep_synonyms(self)
        query = request.query_params
        size = parameters.number(query, "size", most=MOST) or 50
        start = ((parameters.number(query, "page", most=1_000_000) or 1) - 1) * size
        found = chosen(wanted_in(query))
        rows = SynonymShape(found[start : start + size], many=True).data
        return answer({"results": rows, "total": len(found)})

    @extend_schema(operation_id="synonym_add", request=SynonymSaid, responses={201: SynonymShape})
    def post(self, request: Request) -> Response:
        must_keep_synonyms(self)
        body = SynonymSaid(data=request.data)
        body.is_valid(raise_exception=True)
        return answer(SynonymShape(add_synonym(by=self.person, **body.validated_data)).data, status=201)


class SynonymView(ApiView):
    """One entry."""

    @extend_schema(operation_id="synonym", parameters=[KEY], responses=SynonymShape)
    def get(self, request: Request, key: str) -> Response:
        must_keep_synonyms(self)
        return answer(SynonymShape(entry_named(key)).data)

    @extend_schema(operation_id="synonym_change", parameters=[KEY], request=SynonymChanged, responses=SynonymShape)
    def patch(self, request: Request, key: str) -> Response:
        must_keep_synonyms(self)
        body = SynonymChanged(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        entry = entry_named(key)
        if "removed" in said and entry.removed:
            entry = restore_synonym(key=key, by=self.person)
        said.pop("removed", None)
        if said:
            entry = change_synonym(key=key, by=self.person, **(said_of(entry) | said))
        return answer(SynonymShape(entry).data)

    @extend_schema(operation_id="synonym_remove", parameters=[KEY], responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        must_keep_synonyms(self)
        remove_synonym(key=key, by=self.person)
        return Response(status=204)


def must_keep_synonyms(view: ApiView) -> None:
    """Raise NotFound for whoever does not keep synonyms: they get what an address gets that never was."""
    if not may_keep_synonyms(view.person):
        raise NotFound()


def wanted_in(query: Any) -> Wanted:
    """Read which entries are wanted. Raises InvalidValue."""
    return Wanted(
        text=query.get("q", "")[:LONGEST_TERM],
        state=parameters.choice(query, "state", ("", *STATES), ""),
        origin=parameters.choice(query, "origin", ("", *ORIGINS), ""),
    )


def said_of(entry: Entry) -> dict[str, Any]:
    """Return what an entry says, as the services take it."""
    return {name: getattr(entry, name) for name in ("kind", "words", "means", "off", "note")}
