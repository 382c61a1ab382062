"""Bodies, seats, sessions and series: what records are filed under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api import parameters
from records.api.choices import ACCESS_CLASSES
from records.api.cursors import page_of
from records.api.door import ApiView, answer
from records.api.schema import parameter
from records.directory import bodies_known_to, seats_known_to, series_known_to, sessions_known_to
from records.models import Membership

SIZES = [
    parameter("size", "How many, 50 by default, 200 at most.", type=int),
    parameter("cursor", "`next` of the page before."),
]


class BodyShape(serializers.Serializer[Any]):
    """A body and its place in the tree."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)  # type: ignore[assignment]
    depth = serializers.IntegerField(help_text="0 for those without a parent.")


class BodyList(serializers.Serializer[Any]):
    """Every body, each after its parent."""

    results = BodyShape(many=True)


class SeriesShape(serializers.Serializer[Any]):
    """A series of the file plan and its place in the tree."""

    code = serializers.CharField()
    title = serializers.CharField()
    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)  # type: ignore[assignment]
    depth = serializers.IntegerField(help_text="0 for those without a parent.")
    access = serializers.ChoiceField(choices=ACCESS_CLASSES, help_text="The class its records begin with.")


class SeriesList(serializers.Serializer[Any]):
    """The series this reader may know of, each after its parent."""

    results = SeriesShape(many=True)


class SessionShape(serializers.Serializer[Any]):
    """A meeting of a body. Its records are `GET records/?session=CODE`."""

    code = serializers.CharField()
    body = serializers.CharField(source="body.code")
    body_name = serializers.CharField(source="body.name")
    kind = serializers.CharField()
    number = serializers.IntegerField()
    year = serializers.IntegerField()
    date = serializers.DateField()
    quorum = serializers.IntegerField(allow_null=True)


class SessionList(serializers.Serializer[Any]):
    """Sessions, the newest first."""

    results = SessionShape(many=True)
    next = serializers.CharField(allow_null=True)


class MembershipShape(serializers.Serializer[Any]):
    """A seat: both days are included."""

    user = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user")
    body = serializers.CharField(source="body.code")
    entity = serializers.CharField()
    capacity = serializers.ChoiceField(choices=Membership.Capacity.values)
    starts = serializers.DateField()
    ends = serializers.DateField(allow_null=True)


class MembershipList(serializers.Serializer[Any]):
    """Seats, as they were given."""

    results = MembershipShape(many=True)
    next = serializers.CharField(allow_null=True)


class BodiesView(ApiView):
    """The bodies, as a tree."""

    @extend_schema(operation_id="bodies_list", responses=BodyList)
    def get(self, request: Request) -> Response:
        rows = in_tree_order(bodies_known_to(self.person))
        return answer({"results": BodyShape(rows, many=True).data})


class SeriesView(ApiView):
    """The series of the file plan that this reader may know of, as a tree."""

    @extend_schema(operation_id="series_list", responses=SeriesList)
    def get(self, request: Request) -> Response:
        rows = in_tree_order(series_known_to(self.person))
        return answer({"results": SeriesShape(rows, many=True).data})


class SessionsView(ApiView):
    """The sessions this reader may know of."""

    known = frozenset({"body", "kind", "year", "date_from", "date_to", "size", "cursor"})

    @extend_schema(
        operation_id="sessions_list",
        parameters=[
            parameter("body", "Keep sessions of this body; may be repeated.", many=True),
            parameter("kind", "Keep sessions of this kind; may be repeated.", many=True),
            parameter("year", "Keep sessions of this year.", type=int),
            parameter("date_from", "Keep those held on this day or later.", type=OpenApiTypes.DATE),
            parameter("date_to", "Keep those held on this day or earlier.", type=OpenApiTypes.DATE),
            *SIZES,
        ],
        responses=SessionList,
    )
    def get(self, request: Request) -> Response:
        rows = sessions_known_to(self.person).filter(**_session_filters(request))
        page = page_of(rows, request=request, person=self.person, column="date", descending=True)
        return answer({"results": SessionShape(page.rows, many=True).data, "next": page.next})


class MembershipsView(ApiView):
    """The seats this reader may know of; none for strangers."""

    known = frozenset({"body", "user", "capacity", "on", "size", "cursor"})

    @extend_schema(
        operation_id="memberships_list",
        parameters=[
            parameter("body", "Keep seats in this body; may be repeated.", many=True),
            parameter("user", "Keep this person's seats; may be repeated.", many=True),
            parameter("capacity", "Keep seats of this capacity; may be repeated.", many=True),
            parameter("on", "Keep seats held on this day.", type=OpenApiTypes.DATE),
            *SIZES,
        ],
        responses=MembershipList,
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        rows = seats_known_to(self.person)
        for name, column in (("body", "body__code"), ("user", "user__username"), ("capacity", "capacity")):
            if wanted := parameters.values(query, name):
                rows = rows.filter(**{f"{column}__in": wanted})
        if (day := parameters.day(query, "on")) is not None:
            rows = rows.filter(starts__lte=day).exclude(ends__lt=day)
        page = page_of(rows, request=request, person=self.person, column="pk", descending=False)
        return answer({"results": MembershipShape(page.rows, many=True).data, "next": page.next})


def _session_filters(request: Request) -> dict[str, Any]:
    query = request.query_params
    asked = {
        "body__code__in": parameters.values(query, "body"),
        "kind__in": parameters.values(query, "kind"),
        "year": parameters.number(query, "year", most=9999),
        "date__gte": parameters.day(query, "date_from"),
        "date__lte": parameters.day(query, "date_to"),
    }
    return {name: value for name, value in asked.items() if value not in (None, [])}


def in_tree_order(rows: Iterable[Any]) -> list[Any]:
    """Return rows of a tree, each after its parent and with its `depth`; a row whose parent is not among them leads."""
    known = {row.pk: row for row in rows}
    below: dict[int | None, list[Any]] = {}
    for row in known.values():
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def walk(parent: int | None, depth: int) -> Iterator[Any]:
        for row in below.get(parent, []):
            row.depth = depth
            yield row
            yield from walk(row.pk, depth + 1)

    return list(walk(None, 0))
