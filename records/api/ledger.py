"""Events: those of one record, and all of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api import parameters
from records.api.cursors import page_of
from records.api.door import ApiView, answer
from records.api.records import RECORD
from records.api.schema import parameter
from records.chronicle import Told, all_events, events_of, told_to
from records.errors import InvalidValue
from records.events import NAMES
from records.models import Event

PAGING = [
    parameter("name", "Keep events of this name; may be repeated.", many=True, enum=sorted(NAMES)),
    parameter("from", "Keep events of this day or later.", type=OpenApiTypes.DATE),
    parameter("to", "Keep events of this day or earlier.", type=OpenApiTypes.DATE),
    parameter("size", "How many, 50 by default, 200 at most.", type=int),
    parameter("cursor", "`next` of the page before."),
]


class EventShape(serializers.Serializer[Any]):
    """One event."""

    at = serializers.DateTimeField()
    name = serializers.ChoiceField(choices=sorted(NAMES))
    by = serializers.CharField()
    origin = serializers.CharField(help_text="From where: command, web or api, and the address.")
    record = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    subject = serializers.CharField()
    details = serializers.JSONField()
    withheld = serializers.BooleanField(help_text="Whether subject and details are left out for this reader.")


class EventList(serializers.Serializer[Any]):
    """Events, the newest first."""

    results = EventShape(many=True)
    next = serializers.CharField(allow_null=True)


class EventView(ApiView):
    """A list of events, the newest first."""

    known = frozenset({"name", "from", "to", "size", "cursor"})

    def told(self, events: QuerySet[Event]) -> Response:
        """Answer with a page of these events."""
        query = self.request.query_params
        names = parameters.values(query, "name")
        if unknown := sorted(set(names) - set(NAMES)):
            raise InvalidValue(f"{unknown[0]!r} is not the name of an event.", attr="name")
        if names:
            events = events.filter(name__in=names)
        if (first := parameters.day(query, "from")) is not None:
            events = events.filter(at__date__gte=first)
        if (last := parameters.day(query, "to")) is not None:
            events = events.filter(at__date__lte=last)
        page = page_of(events, request=self.request, person=self.person, column="pk", descending=True)
        told = [_told(one) for one in told_to(page.rows, self.person)]
        return answer({"results": EventShape(told, many=True).data, "next": page.next})


def _told(one: Told) -> dict[str, Any]:
    event = one.event
    shown = {name: getattr(event, name) for name in ("at", "name", "by", "origin", "record", "version")}
    return {**shown, "subject": one.subject, "details": one.details, "withheld": one.withheld}


class RecordEventsView(EventView):
    """What happened to a record: for those who manage it, and auditors who may read it."""

    @extend_schema(operation_id="record_events_list", parameters=[RECORD, *PAGING], responses=EventList)
    def get(self, request: Request, record: str) -> Response:
        found = self.record_to_change(record)
        return self.told(events_of(found, self.person))


class EventsView(EventView):
    """Every event of the service, for auditors."""

    @extend_schema(operation_id="events_list", parameters=PAGING, responses=EventList)
    def get(self, request: Request) -> Response:
        self.must_be_signed_in()
        return self.told(all_events(self.person))
