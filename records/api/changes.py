"""Publishing, withdrawing, classifying, and who else may read: changes to a record, each by its service."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.access import may
from records.api import parameters
from records.api.choices import ACCESS_CLASSES, ACTIONS
from records.api.door import ApiView, answer
from records.api.records import RECORD
from records.api.schema import parameter
from records.api.shapes import StrictSerializer, VersionShape
from records.api.shown import with_files
from records.errors import InvalidValue, NotAllowed, NotFound
from records.models import Grant, Record, Version
from records.services.checking import check_record, uncheck_record
from records.services.opening import classify_record, give_grant, revoke_grant
from records.services.publishing import publish_version, withdraw_version


class Publishing(StrictSerializer):
    """Which version, and from when to when it is valid."""

    version = serializers.IntegerField(min_value=1, required=False, help_text="The newest by default.")
    valid_from = serializers.DateField(required=False, allow_null=True, help_text="First day.")
    valid_to = serializers.DateField(required=False, allow_null=True, help_text="First day no longer.")


class Withdrawing(StrictSerializer):
    """Which version is taken back, and why."""

    version = serializers.IntegerField(min_value=1, help_text="The version's number.")
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class Classifying(StrictSerializer):
    """The access class, and why."""

    classification = serializers.ChoiceField(choices=ACCESS_CLASSES)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class Classified(serializers.Serializer[Any]):
    """The access class a record has now."""

    classification = serializers.ChoiceField(choices=ACCESS_CLASSES)


class Granting(StrictSerializer):
    """Who may do what, and on which days (both included)."""

    reader = serializers.CharField(
        max_length=200, help_text="public, internal, user:NAME, group:NAME, body:CODE[:CAPACITY] or session:CODE."
    )
    action = serializers.ChoiceField(choices=ACTIONS, default=Grant.Action.READ)
    starts = serializers.DateField(required=False, allow_null=True, default=None)
    ends = serializers.DateField(required=False, allow_null=True, default=None)


class GrantShape(serializers.Serializer[Any]):
    """A grant on a record."""

    reader = serializers.CharField(source="token")
    action = serializers.ChoiceField(choices=ACTIONS)
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)
    running = serializers.SerializerMethodField(help_text="Whether it is in effect today.")

    def get_running(self, grant: Grant) -> bool:
        today = timezone.localdate()
        return (grant.starts is None or grant.starts <= today) and (grant.ends is None or today <= grant.ends)


class GrantList(serializers.Serializer[Any]):
    """Every grant on a record itself; its series' grants are not among them."""

    results = GrantShape(many=True)


class ChangeView(ApiView):
    """A view that changes a record or one of its versions."""

    def read(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the body, checked. Raises ValidationError."""
        body = shape(data=self.request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def chosen(self, record: Record, number: int | None) -> Version:
        """Return the version of this number, or the newest. Raises InvalidValue for one that is not there."""
        if number is None:
            newest = Version.objects.visible_to(self.person).filter(record=record).order_by("-number").first()
            assert newest is not None
            return self.version(record, str(newest.number))
        try:
            return self.version(record, str(number))
        except NotFound:
            raise InvalidValue("This record has no such version.", attr="version") from None

    def told(self, version: Version) -> Response:
        """Answer with the version as it is now."""
        record = self.record(str(version.record_id))
        [shown] = with_files([self.version(record, str(version.number))], self.person)
        return answer(VersionShape(shown, context={"day": timezone.localdate()}).data, record=record)


class PublishView(ChangeView):
    """Make a version readable by the record's readers."""

    @extend_schema(operation_id="publish", parameters=[RECORD], request=Publishing, responses=VersionShape)
    def post(self, request: Request, record: str) -> Response:
        found = self.record_to_change(record)
        said = self.read(Publishing)
        version = self.chosen(found, said.get("version"))
        days = {name: said.get(name) for name in ("valid_from", "valid_to")}
        return self.told(publish_version(version=version, by=self.person, **days))


class WithdrawView(ChangeView):
    """Take a published version back: only those who may edit see it from then on."""

    @extend_schema(operation_id="withdraw", parameters=[RECORD], request=Withdrawing, responses=VersionShape)
    def post(self, request: Request, record: str) -> Response:
        found = self.record_to_change(record)
        said = self.read(Withdrawing)
        version = self.chosen(found, said["version"])
        return self.told(withdraw_version(version=version, by=self.person, reason=said["reason"]))


class ClassifyView(ChangeView):
    """Set a record's access class; effective at the next request."""

    @extend_schema(operation_id="classify", parameters=[RECORD], request=Classifying, responses=Classified)
    def post(self, request: Request, record: str) -> Response:
        found = self.record_to_change(record)
        said = self.read(Classifying)
        changed = classify_record(record=found, by=self.person, **said)
        return answer({"classification": changed.classification}, record=changed)


class Checked(serializers.Serializer[Any]):
    """Whether a person should look at what was read of a record, and who has."""

    needs_review = serializers.BooleanField()
    checked_by = serializers.SerializerMethodField(help_text="Null where nobody has, or a later reading left worse.")
    checked_at = serializers.SerializerMethodField()

    def get_checked_by(self, record: Record) -> str | None:
        return record.checked["by"] if record.checked else None

    def get_checked_at(self, record: Record) -> str | None:
        return record.checked["at"] if record.checked else None


class CheckView(ChangeView):
    """Say that what was read with doubt has been compared with the file; take it back with DELETE."""

    @extend_schema(operation_id="check", parameters=[RECORD], request=None, responses=Checked)
    def post(self, request: Request, record: str) -> Response:
        found = check_record(record=self.record_to_change(record), by=self.person)
        return answer(Checked(found).data, record=found)

    @extend_schema(operation_id="uncheck", parameters=[RECORD], request=None, responses=Checked)
    def delete(self, request: Request, record: str) -> Response:
        found = uncheck_record(record=self.record_to_change(record), by=self.person)
        return answer(Checked(found).data, record=found)


class GrantsView(ChangeView):
    """Who may read, edit or manage a record beyond its class, its belonging and its series."""

    known_on_change = frozenset({"reader", "action"})

    @extend_schema(operation_id="grants_list", parameters=[RECORD], responses=GrantList)
    def get(self, request: Request, record: str) -> Response:
        found = self.record(record)
        if not may(self.person, found, "manage"):
            self.must_be_signed_in()
            raise NotAllowed("Only those who manage a record see who else may read it.")
        return answer({"results": GrantShape(found.grants.order_by("token", "action"), many=True).data}, record=found)

    @extend_schema(operation_id="grant", parameters=[RECORD], request=Granting, responses={201: GrantShape})
    def post(self, request: Request, record: str) -> Response:
        found = self.record_to_change(record)
        said = self.read(Granting)
        return answer(GrantShape(give_grant(record=found, by=self.person, **said)).data, status=201)

    @extend_schema(
        operation_id="revoke",
        parameters=[
            RECORD,
            parameter("reader", "Whose grant is taken back.", required=True),
            parameter("action", "Of which action; read by default.", enum=ACTIONS),
        ],
        responses={204: None},
    )
    def delete(self, request: Request, record: str) -> Response:
        found = self.record_to_change(record)
        query = request.query_params
        action = parameters.choice(query, "action", ACTIONS, Grant.Action.READ)
        if not revoke_grant(record=found, by=self.person, reader=query.get("reader", ""), action=action):
            raise NotFound("There is no such grant on this record.")
        return Response(status=204)
