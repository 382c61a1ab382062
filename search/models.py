"""What other processes ask of the one that holds the index, and what staff say of words."""

from __future__ import annotations

import uuid

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


class Synonym(models.Model):
    """What staff say of words that stand for each other: an entry of their own, or of the shipped list by its key.

    Terms as written. A removed entry is kept, so that its removal can be taken back.
    """

    key = models.CharField(primary_key=True, max_length=140)
    kind = models.CharField(max_length=8)
    words = models.JSONField()
    means = models.JSONField(default=list)
    off = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=150, blank=True, default="")
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["equal", "one_way"]), name="synonym_kind_known")]

    def __str__(self) -> str:
        return self.key


class SynonymState(models.Model):
    """One row, whose mark is set anew with every change of a synonym: by it each process knows what it holds is old."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    mark = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return str(self.mark)


class AskedQuestion(models.Model):
    """How often a question was asked on a day, by one version of the relevance settings; `person` is mostly empty.

    `times` holds how many answers took up to how many milliseconds.
    """

    day = models.DateField()
    text = models.CharField(max_length=200)
    person = models.CharField(max_length=150, blank=True, default="")
    relevance = models.PositiveIntegerField()
    asked = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    times = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "text", "person", "relevance"], name="asked_question_once")
        ]

    def __str__(self) -> str:
        return self.text
