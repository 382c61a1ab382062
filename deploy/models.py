"""What a site knows of its own moves: away from here, or to here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from records.identity import new_id


class Move(models.Model):
    """A site on its way, noted at both ends: `here` where it comes to, `away` where it was. Never moved itself."""

    class Direction(models.TextChoices):
        HERE = "here", "here"
        AWAY = "away", "away"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    # The digest of the site's first event, by which two copies of one site know each other.
    site = models.CharField(max_length=64, blank=True, default="")
    place = models.CharField(max_length=500)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # By table, the key of the last row that has come; written with the rows.
    progress = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["began_at"]
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=["here", "away"]), name="move_direction_known"),
            models.UniqueConstraint(fields=["direction"], name="moved_once_each_way"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.place}"
