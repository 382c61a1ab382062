"""What happened (events and their seals) and what search has still to be told (dirty rows)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One change, written in its transaction. Append-only: a trigger refuses UPDATE and DELETE.

    `record` and `series` are no foreign keys: events outlive what they tell of.
    """

    at = models.DateTimeField()
    name = models.CharField(max_length=64)
    by = models.CharField(max_length=150)
    origin = models.CharField(max_length=200)
    record = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=300, blank=True, default="")
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["record", "id"], name="event_by_record")]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="event_named")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.name}"


class Seal(models.Model):
    """A link of the chain over events, in sealing order: hash = SHA-256(hash before, event)."""

    position = models.PositiveBigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="seal")
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        constraints = [models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="seal_hash_shape")]

    def __str__(self) -> str:
        return f"{self.position} {self.hash[:12]}"


class Tombstone(models.Model):
    """What stays of a record that was taken back before it was published (ISO 15489-1, 9.9; MoReq2010, residual).

    `record` is no foreign key: there is none any more. `revision` is above every one that search was told.
    """

    record = models.UUIDField(primary_key=True)
    namespace = models.CharField(max_length=160, blank=True, default="")
    external_id = models.CharField(max_length=700, blank=True, default="")
    title = models.TextField(blank=True, default="")
    classification = models.CharField(max_length=16)
    revision = models.PositiveBigIntegerField()
    # Digests of the versions that went, by number.
    versions = models.JSONField(default=dict)
    removed_at = models.DateTimeField()
    removed_by = models.CharField(max_length=150)
    reason = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.record} {self.removed_at:%Y-%m-%d}"


class Dirty(models.Model):
    """A record whose index entries are behind. No foreign key: the row outlives the record.

    Deleted only at the revision it was indexed at; `narrows` says that some reader lost something.
    """

    class Lane(models.IntegerChoices):
        PERSON = 0, "person"
        BULK = 1, "bulk"

    record = models.UUIDField(primary_key=True)
    revision = models.PositiveBigIntegerField()
    narrows = models.BooleanField(default=False)
    lane = models.PositiveSmallIntegerField(choices=Lane.choices, default=Lane.PERSON)
    created = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["lane", "created"], name="dirty_in_turn"),
            models.Index(fields=["record"], condition=Q(narrows=True), name="dirty_narrowed"),
        ]

    def __str__(self) -> str:
        return f"{self.record} r{self.revision}"


class Pulse(models.Model):
    """When something that is due by the clock was last done, on whatever machine: no change, so without an event."""

    name = models.CharField(primary_key=True, max_length=32)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
