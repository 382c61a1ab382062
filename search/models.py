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
