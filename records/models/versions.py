"""Versions of a record, what was captured with each, its renditions, and the bytes behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.models.records import Record

if TYPE_CHECKING:
    from records.access import Person


class Blob(models.Model):
    """Bytes, stored once under their digest. A trigger refuses any change of digest, size or key."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=150, blank=True, default="")
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="blob_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="blob_digest_shape"),
        ]

    def __str__(self) -> str:
        return self.sha256


class VersionQuerySet(models.QuerySet["Version"]):
    def visible_to(self, person: Person) -> VersionQuerySet:
        """Keep published versions of readable records, and others where this person may edit."""
        from records import access, access_sql

        return access_sql.kept(self, access.versions_open_to, person)


class Version(models.Model):
    """One state of a record. Its bytes are fixed once given; published validities do not overlap (triggers)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    blob = models.ForeignKey(Blob, null=True, blank=True, on_delete=models.PROTECT, related_name="versions")
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["record", "number"]
        indexes = [models.Index(fields=["state", "record"], name="version_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="version_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "withdrawn"]), name="version_state_known"
            ),
            models.CheckConstraint(condition=~Q(state="published") | Q(blob__isnull=False), name="published_has_bytes"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="published_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="validity_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.number}"


class Capture(models.Model):
    """How a version's bytes arrived. Written once: a trigger refuses every UPDATE (ICA-Req, point of capture)."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="capture")
    name = models.CharField(max_length=1024)
    claimed_type = models.CharField(max_length=150, blank=True, default="")
    detected_type = models.CharField(max_length=150, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    captured_at = models.DateTimeField()
    origin = models.CharField(max_length=200)
    captured_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return self.name


class RenditionQuerySet(models.QuerySet["Rendition"]):
    def visible_to(self, person: Person) -> RenditionQuerySet:
        """Keep the renditions whose own audience includes this person."""
        from records import access, access_sql

        return access_sql.kept(self, access.renditions_open_to, person)


class Rendition(models.Model):
    """A form of a version: the original, a redacted copy, a preview, or the text read from one of them."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("Original")
        REDACTED = "redacted", _("Redacted")
        PREVIEW = "preview", _("Preview")
        SEARCHABLE = "searchable", _("Searchable scan")
        TEXT = "text", _("Text")

    class Audience(models.TextChoices):
        READERS = "readers", _("Whoever may read the version")
        EDITORS = "editors", _("Whoever may edit the record")

    class Reading(models.TextChoices):
        PENDING = "pending", _("Waiting to be read")
        READ = "read", _("Read")
        UNREADABLE = "unreadable", _("No text could be read")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="renditions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    source = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="derived")
    blob = models.ForeignKey(Blob, null=True, blank=True, on_delete=models.PROTECT, related_name="renditions")
    audience = models.CharField(max_length=16, choices=Audience.choices, default=Audience.READERS)
    reading = models.CharField(max_length=16, choices=Reading.choices, blank=True, default="")
    # Why there is no text, by name (`encrypted`, `damaged`, `no_reader`, …).
    reading_code = models.CharField(max_length=64, blank=True, default="")
    reading_detail = models.TextField(blank=True, default="")
    reader = models.CharField(max_length=64, blank=True, default="")
    format = models.CharField(max_length=32, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    page_count = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list, blank=True)
    described = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar = RenditionQuerySet.as_manager()

    class Meta:
        ordering = ["version", "id"]
        indexes = [
            # What the indexer waits for: few, among all that were ever read.
            models.Index(fields=["version"], condition=Q(kind="text", reading="pending"), name="rendition_pending"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], condition=Q(source=None), name="rendition_once"),
            models.UniqueConstraint(
                fields=["version", "kind", "source"],
                condition=Q(source__isnull=False),
                name="derived_rendition_once",
            ),
            models.CheckConstraint(condition=Q(kind="text") | Q(blob__isnull=False), name="rendition_has_bytes"),
            models.CheckConstraint(condition=~Q(kind="text") | Q(source__isnull=False), name="text_names_its_source"),
            models.CheckConstraint(condition=Q(audience__in=["readers", "editors"]), name="rendition_audience_known"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.kind}"
