"""Work in progress, as rows: uploads and their parts, batches and their items, and the jobs that read files.

A queue message is only a wake-up; these rows are the truth (DESIGN.md, "Change, work and time").
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.identity import new_id
from records.models import Blob, Record, Rendition, Series, Version

if TYPE_CHECKING:
    from records.persons import Person


_Owned = TypeVar("_Owned", bound=models.Model)


class OwnedQuerySet(models.QuerySet[_Owned]):
    def visible_to(self, person: Person) -> Self:
        """Keep one's own; operators see everybody's, without what would name a file (`ingest.withholding`)."""
        if person.has_role("operator"):
            return self
        return self.filter(by=person.user_id) if person.user_id is not None else self.none()


class Upload(models.Model):
    """A file on its way in. Parts may arrive in any order and again after a break."""

    class State(models.TextChoices):
        OPEN = "open", _("Receiving")
        COMPLETE = "complete", _("Complete")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=1024)
    size = models.PositiveBigIntegerField()
    part_size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    objects: ClassVar = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["by", "sha256"], name="upload_of_bytes")]
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="upload_not_empty"),
            models.CheckConstraint(condition=Q(part_size__gte=1), name="upload_part_size_positive"),
            models.CheckConstraint(
                condition=~Q(state="complete") | ~Q(sha256=""), name="complete_upload_has_its_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def parts_expected(self) -> int:
        return -(-self.size // self.part_size)

    def part_length(self, number: int) -> int:
        """Return how many bytes part `number` (from 1) must have: all but the last are `part_size`."""
        return min(self.part_size, self.size - (number - 1) * self.part_size)


class UploadPart(models.Model):
    """A part that lies in the staging area."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    key = models.CharField(max_length=200)

    class Meta:
        ordering = ["upload", "number"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="part_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="part_number_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.number}"


class Batch(models.Model):
    """A bulk import: what was asked, by whom, and what became of each file.

    `files` is how many were handed over; `alive_at` when the importing process last said that it goes on;
    `fingerprint` tells a broken-off import of the same files, which is then gone on with.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        WITH_FAILURES = "with_failures", _("Done with failures")
        CANCELLED = "cancelled", _("Cancelled")
        TAKEN_BACK = "taken_back", _("Taken back")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="batches")
    by_name = models.CharField(max_length=150)
    name = models.CharField(max_length=300, blank=True, default="")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.RUNNING)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    notes = models.TextField(blank=True, default="", db_default="")
    defaults = models.JSONField(default=dict, blank=True, db_default=models.Value({}, models.JSONField()))
    files = models.PositiveIntegerField(default=0, db_default=0)
    fingerprint = models.CharField(max_length=64, blank=True, default="", db_default="")
    alive_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return self.name or str(self.id)


class BatchItem(models.Model):
    """One file of a batch and how it ended. *Failed* is what could not be stored, *left out* what was not asked for.

    Size, digest and names stay when the record is gone: they are what the receipt tells. `key` is the digest of the
    path as it was handed over, so that a file stands once in its batch however often the import is begun again.
    """

    class State(models.TextChoices):
        IMPORTED = "imported", _("Imported")
        UNCHANGED = "unchanged", _("Already here")
        FAILED = "failed", _("Failed")
        LEFT_OUT = "left_out", _("Left out")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    path = models.TextField()
    state = models.CharField(max_length=16, choices=State.choices)
    code = models.CharField(max_length=64, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=64, null=True, blank=True)  # unknown of older rows, else one a path
    size = models.PositiveBigIntegerField(default=0, db_default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    external_id = models.CharField(max_length=700, blank=True, default="", db_default="")
    record = models.UUIDField(null=True, blank=True)
    version_number = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "key"], name="batch_file_once"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(code=""), name="failure_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.path}: {self.state}"


class JobQuerySet(OwnedQuerySet["Job"]):
    def visible_to(self, person: Person) -> JobQuerySet:
        """Keep one's own while one may see the record; operators see everybody's."""
        own = super().visible_to(person)
        return own if person.has_role("operator") else own.filter(record__in=Record.objects.visible_to(person))

    def due(self, now: dt.datetime) -> JobQuerySet:
        """Keep the jobs that wait, or whose worker's lease ran out; those of a paused batch wait for it."""
        held = Batch.objects.filter(state=Batch.State.PAUSED).values("pk")
        due = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, lease_until__lt=now)
        return self.filter(due, Q(batch=None) | ~Q(batch__in=held))


class Job(models.Model):
    """The reading of one rendition. `attempt` fences: a step's write names the attempt it belongs to."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    class Step(models.TextChoices):
        READ = "read", _("Reading")
        RECOGNISE = "recognise", _("Recognising text")
        INDEX = "index", _("Becoming searchable")
        END = "end", _("Finished")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rendition = models.OneToOneField(Rendition, on_delete=models.CASCADE, related_name="job")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="jobs")
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    lane = models.PositiveSmallIntegerField(default=0)
    # Takes long to read. On a site with a queue such jobs have workers of their own, so that they hold up no others.
    heavy = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=16, choices=Step.choices, default=Step.READ)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=64, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    # How far the reading of a long file, or the recognition of a scan, has come; 0 of 0 where it has not begun.
    pages_read = models.PositiveIntegerField(default=0, db_default=0)
    pages = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = JobQuerySet.as_manager()

    class Meta:
        ordering = ["lane", "id"]
        indexes = [
            models.Index(fields=["lane", "id"], condition=Q(state__in=["waiting", "running"]), name="job_in_turn"),
            models.Index(fields=["state"], name="job_by_state"),
            models.Index(fields=["batch", "id"], condition=Q(state__in=["waiting", "running"]), name="job_in_batch"),
            models.Index(fields=["attempt"], condition=Q(attempt__gt=1), name="job_tried_again"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="running_job_has_a_lease"
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(code=""), name="failed_job_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class ListMapping(models.Model):
    """How the lists of one source are read, kept by name for the next one (`ingest/list_mappings.py`)."""

    name = models.CharField(max_length=150, unique=True)
    mapping = models.JSONField(default=dict, blank=True)
    join_rows = models.BooleanField(default=False)
    match = models.BooleanField(default=False)
    by_name = models.CharField(max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RecognisedPage(models.Model):
    """What was recognised on a page of some bytes, kept so that it is done once: for them, and for a long scan's rest.

    It goes when the bytes go. `recogniser` is the version that looked; `code` says why nothing could be read.
    """

    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="recognised_pages")
    number = models.PositiveIntegerField()
    recogniser = models.CharField(max_length=64)
    text = models.TextField(blank=True, default="")
    words = models.BinaryField(default=b"")
    confidence = models.FloatField(default=0.0)
    language = models.CharField(max_length=8, blank=True, default="")
    turned = models.PositiveSmallIntegerField(default=0)
    notes = models.JSONField(default=list, blank=True)
    code = models.CharField(max_length=64, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    # Of a page in a file inside the file: that file's digest and the page in it.
    place = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        ordering = ["blob", "number"]
        constraints = [models.UniqueConstraint(fields=["blob", "number"], name="page_recognised_once")]

    def __str__(self) -> str:
        return f"{self.blob_id} p. {self.number}"
