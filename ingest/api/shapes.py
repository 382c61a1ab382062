"""Uploads, batches and jobs as the API shows them, and what it takes for a new document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ingest.api.choices import BATCH_STATES, JOB_STATES, NEW_STATES, UPLOAD_STATES
from ingest.direct_parts import arrived_parts, part_addresses
from ingest.models import Batch, Job, Upload
from ingest.uploads import Completed, Said
from records.api.shapes import StrictSerializer


def _text(help_text: str, longest: int = 2000) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=longest, help_text=help_text)


class Opening(StrictSerializer):
    """A file that is to come."""

    filename = serializers.CharField(max_length=1024, trim_whitespace=False)
    size = serializers.IntegerField(min_value=0, max_value=2**62, help_text="Bytes.")
    sha256 = serializers.RegexField(
        r"\A[0-9a-f]{64}\Z",
        required=False,
        help_text="Where it is known: an upload of this very file that was begun and not completed goes on.",
    )


class DocumentFields(StrictSerializer):
    """What is said of a document: the columns of a manifest. What is left out is read from the document."""

    external_id = _text("The document's name at its source; the same name again is a new version.", 700)
    kind = _text("Kind of document.")
    number = _text("Number as written.")
    title = _text("Title.", 20_000)
    issuer = _text("Who issued it.")
    body = _text("Code of a body.")
    session = _text("Code of a session.")
    date = _text("EDTF: a day, a month, a year, uncertain.")
    series = _text("Code of a series.")
    access = _text("public, internal or reserved; the series' class by default.")
    grants = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, help_text="Readers: user:NAME, group:NAME, …"
    )
    language = _text("es or en.")
    valid_from = _text("First day (ISO).")
    valid_to = _text("First day no longer (ISO).")
    notes = _text("For those who edit.", 20_000)
    metadata = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=20_000), required=False, help_text="Anything else."
    )


class Completing(DocumentFields):
    """The digest of the whole, and what is said of the document."""

    sha256 = serializers.CharField(max_length=64, help_text="64 hexadecimal digits.")
    version_of = _text("Id or external id of the record that gets another version.", 700)
    state = serializers.ChoiceField(choices=NEW_STATES, required=False, default="published")
    label = _text("Label of the version.", 200)  # type: ignore[assignment]


class NewRecord(Completing):
    """A new record from an upload whose parts have arrived."""

    upload = serializers.UUIDField()


class NewVersion(StrictSerializer):
    """A new version from an upload whose parts have arrived."""

    upload = serializers.UUIDField()
    sha256 = serializers.CharField(max_length=64, help_text="64 hexadecimal digits.")
    state = serializers.ChoiceField(choices=NEW_STATES, required=False, default="published")
    label = _text("Label of the version.", 200)  # type: ignore[assignment]
    valid_from = _text("First day (ISO); today by default.")
    valid_to = _text("First day no longer (ISO).")


class BatchRow(DocumentFields):
    """One document of a batch."""

    upload = serializers.UUIDField()
    sha256 = serializers.CharField(max_length=64)
    version_of = _text("Id or external id of the record that gets another version.", 700)


class NewBatch(StrictSerializer):
    """A manifest whose rows name uploads; series, access and grants fill what a row leaves open."""

    name = _text("What the batch is called.", 300)
    series = _text("Code of a series.")
    access = _text("public, internal or reserved.")
    grants = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    state = serializers.ChoiceField(choices=NEW_STATES, required=False, default="published")
    rows = BatchRow(many=True, help_text="One for each upload, at least one.")


class UploadShape(serializers.Serializer[Any]):
    """An upload: how it is cut, and what has arrived."""

    id = serializers.UUIDField()
    filename = serializers.CharField()
    size = serializers.IntegerField()
    state = serializers.ChoiceField(choices=UPLOAD_STATES)
    part_size = serializers.IntegerField(help_text="Bytes of every part but the last.")
    parts = serializers.IntegerField(source="parts_expected")
    urls = serializers.SerializerMethodField(help_text="Where each part is to be PUT: here, or in the file store.")
    arrived = serializers.SerializerMethodField(help_text="Numbers of the parts that lie here.")

    def get_urls(self, upload: Upload) -> list[str]:
        address = self.context["part_address"]
        return part_addresses(upload) or [address(upload, number) for number in range(1, upload.parts_expected + 1)]

    def get_arrived(self, upload: Upload) -> list[int]:
        return list(arrived_parts(upload))


class PartShape(serializers.Serializer[Any]):
    """A part that lies here."""

    number = serializers.IntegerField()
    size = serializers.IntegerField()


class AcceptedShape(serializers.Serializer[Any]):
    """A document that was taken in and will be read: follow `job`."""

    record = serializers.UUIDField()
    version = serializers.IntegerField()
    job = serializers.UUIDField(allow_null=True)
    state = serializers.CharField(help_text="`imported`, or `unchanged` where name and bytes were there already.")


class JobShape(serializers.Serializer[Any]):
    """The reading of one document."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=JOB_STATES)
    step = serializers.ChoiceField(choices=Job.Step.values)
    attempt = serializers.IntegerField()
    code = serializers.CharField(help_text="Why it failed; empty when it did not.")
    detail = serializers.CharField()
    record = serializers.UUIDField(source="record_id")
    version = serializers.IntegerField(source="rendition.version.number")
    batch = serializers.UUIDField(source="batch_id", allow_null=True)
    pages_read = serializers.IntegerField(help_text="How many pages of a long file are read so far, or recognised.")
    pages = serializers.IntegerField(help_text="How many there are; 0 where it is short or has not begun.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class FailureShape(serializers.Serializer[Any]):
    """A file that failed, and at which stage."""

    stage = serializers.ChoiceField(choices=["store", "read"])
    path = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class BatchShape(serializers.Serializer[Any]):
    """A batch and how far it is."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    by = serializers.CharField(source="by_name")
    state = serializers.ChoiceField(choices=BATCH_STATES)
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    files = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField(help_text="Files by state: imported, unchanged, failed, left_out.")
    jobs = serializers.SerializerMethodField(help_text="Readings by state: waiting, running, done, failed.")
    rate = serializers.SerializerMethodField(help_text="Files read a second.")
    failures = serializers.SerializerMethodField(help_text="The first thousand of each stage.")

    def get_files(self, batch: Batch) -> int:
        return int(self.context["progress"]["files"])

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_counts(self, batch: Batch) -> dict[str, int]:
        return dict(self.context["progress"]["counts"])

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_jobs(self, batch: Batch) -> dict[str, int]:
        return dict(self.context["progress"]["jobs"])

    def get_rate(self, batch: Batch) -> float:
        return float(self.context["progress"]["rate"])

    @extend_schema_field(FailureShape(many=True))
    def get_failures(self, batch: Batch) -> list[Any]:
        return list(self.context["progress"]["failures"])


def said_of(body: Mapping[str, Any], *, version_of: str = "") -> Said:
    """Return what a checked body says of a document, by manifest names; `metadata` keeps its own names."""
    fields = fields_of(body)
    if version_of:
        fields["version_of"] = version_of
    return Said(fields=fields, publish=body.get("state", "published") == "published", label=body.get("label", ""))


def fields_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the manifest's columns of a checked body; a name of ours in `metadata` does not replace a field."""
    ours = set(DocumentFields().fields) - {"metadata", "grants"} | {"version_of"}
    fields = {str(name): str(value) for name, value in body.get("metadata", {}).items() if name not in ours}
    fields |= {name: str(body[name]) for name in ours if body.get(name)}
    if body.get("grants"):
        fields["grants"] = ";".join(body["grants"])
    else:
        fields.pop("grants", None)
    return fields


def accepted(completed: Completed) -> dict[str, Any]:
    """Return what is answered for a document taken in."""
    job = str(completed.job.pk) if completed.job else None
    version = completed.version
    return {"record": str(version.record_id), "version": version.number, "job": job, "state": completed.state}
