"""Records and versions as the API shows them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from records.api.choices import ACCESS_CLASSES, ACTIONS, READING_STATES, VERSION_STATES
from records.in_force import STANDINGS, Shown
from records.models import Rendition, Version

STATUS_UNTIL_DERIVED = "unknown"


class StrictSerializer(serializers.Serializer[Any]):
    """A body whose every field must be known: a misspelt one is refused, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {unknown[0][:60]: serializers.ErrorDetail("This field is not known here.", code="unknown_field")}
                )
        return super().to_internal_value(data)


class ReadingShape(serializers.Serializer[Any]):
    """How far the text of a version has been read, and by name why there is none."""

    state = serializers.ChoiceField(choices=READING_STATES, source="reading")
    code = serializers.CharField(source="reading_code", help_text="Why there is no text; empty when there is.")
    detail = serializers.CharField(source="reading_detail")
    format = serializers.CharField()
    language = serializers.CharField()
    pages = serializers.IntegerField(source="page_count")


class FileShape(serializers.Serializer[Any]):
    """The bytes of a version that this reader may fetch."""

    rendition = serializers.ChoiceField(choices=[Rendition.Kind.ORIGINAL, Rendition.Kind.REDACTED])
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    url = serializers.CharField()


class VersionShape(serializers.Serializer[Any]):
    """A version. `file` is null where this reader may not fetch its bytes."""

    number = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=VERSION_STATES)
    valid_from = serializers.DateField(allow_null=True, help_text="First day; null: from ever.")
    valid_to = serializers.DateField(allow_null=True, help_text="First day no longer; null: open.")
    published_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    in_force = serializers.SerializerMethodField(help_text="Whether it is in force on the day asked for, or today.")
    file = FileShape(allow_null=True)
    reading = ReadingShape(allow_null=True)
    url = serializers.SerializerMethodField()

    def get_in_force(self, version: Version) -> bool:
        day = self.context["day"]
        begun = version.valid_from is None or version.valid_from <= day
        return (
            version.state == Version.State.PUBLISHED and begun and (version.valid_to is None or day < version.valid_to)
        )

    def get_url(self, version: Version) -> str:
        return reverse("api-version", args=[version.record_id, version.number])


class RecordLine(serializers.Serializer[Any]):
    """A record in a list."""

    id = serializers.UUIDField()
    external_id = serializers.CharField()
    identifier = serializers.CharField(help_text="The name the source gives it.")
    kind = serializers.CharField()
    number = serializers.CharField()
    title = serializers.CharField()
    descriptive_title = serializers.CharField(help_text="What it is about, where the title is a designation only.")
    descriptive_title_origin = serializers.CharField(
        help_text="`text`: derived from the text; `person`: as somebody wrote it; empty where there is none."
    )
    issuer = serializers.CharField()
    date = serializers.CharField(source="date_text", help_text="As known, EDTF: a day, a month, a year, uncertain.")
    date_min = serializers.DateField(allow_null=True)
    date_max = serializers.DateField(allow_null=True)
    body = serializers.CharField(source="body.code", allow_null=True, default=None)
    session = serializers.CharField(source="session.code", allow_null=True, default=None)
    series = serializers.CharField(source="series.code", allow_null=True, default=None)
    language = serializers.CharField()
    classification = serializers.ChoiceField(choices=ACCESS_CLASSES)
    status = serializers.SerializerMethodField(help_text="Derived; `unknown` until it can be.")
    status_claimed = serializers.CharField(help_text="What the source says of the status.")
    needs_ocr = serializers.BooleanField()
    needs_review = serializers.BooleanField()
    version = serializers.SerializerMethodField(help_text="Number of the version shown.")
    standing = serializers.SerializerMethodField(help_text="How that version stands to the day asked for, or today.")
    url = serializers.SerializerMethodField()

    def get_status(self, record: Any) -> str:
        return STATUS_UNTIL_DERIVED

    def get_version(self, record: Any) -> int | None:
        shown: Shown | None = record.shown
        return shown.version.number if shown else None

    @extend_schema_field(serializers.ChoiceField(choices=STANDINGS, allow_null=True))
    def get_standing(self, record: Any) -> str | None:
        shown: Shown | None = record.shown
        return shown.standing if shown else None

    def get_url(self, record: Any) -> str:
        return reverse("api-record", args=[record.pk])


class ForEditors(serializers.Serializer[Any]):
    """What only those who may edit a record see of it."""

    notes = serializers.CharField()
    metadata = serializers.JSONField(help_text="Columns of the manifest that have no field here.")
    field_sources = serializers.JSONField(help_text="Where each described value came from.")
    warnings = serializers.JSONField(help_text="What was strange in the file.")
    created_at = serializers.DateTimeField()


class RecordShape(RecordLine):
    """A record in full."""

    may = serializers.ListField(child=serializers.ChoiceField(choices=ACTIONS))
    shown = serializers.SerializerMethodField(help_text="The version shown, in full.")
    editing = serializers.SerializerMethodField(help_text="Null for who may not edit.")

    @extend_schema_field(VersionShape(allow_null=True))
    def get_shown(self, record: Any) -> Any:
        return VersionShape(record.shown.version, context=self.context).data if record.shown else None

    @extend_schema_field(ForEditors(allow_null=True))
    def get_editing(self, record: Any) -> Any:
        return ForEditors(record).data if "edit" in record.may else None


class RecordList(serializers.Serializer[Any]):
    """A page of records."""

    results = RecordLine(many=True)
    next = serializers.CharField(allow_null=True, help_text="Give it back as `cursor` for the rows that follow.")


class VersionList(serializers.Serializer[Any]):
    """The versions of a record that this reader may see, by number."""

    results = VersionShape(many=True)
