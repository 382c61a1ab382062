"""What other processes ask of the one that holds the index."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class IndexRequest(models.Model):
    """A rebuild of the index asked for beside a running service; the holder of the writer obeys and answers."""

    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    indexed = models.PositiveBigIntegerField(default=0)
    failure = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="index_request_open")]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}"


class SetAside(models.Model):
    """A record that the engine does not take, and why: its entries are out of the index until it is taken again."""

    record = models.UUIDField(primary_key=True)
    reason = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.record}: {self.reason}"
