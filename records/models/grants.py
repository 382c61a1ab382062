"""Grants: the only thing that opens a record to anybody beyond its class and belonging."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.models.plan import Series
from records.models.records import Record


class GrantQuerySet(models.QuerySet["Grant"]):
    def running(self, day: dt.date) -> GrantQuerySet:
        """Keep the grants in effect on a day; both ends are included."""
        return self.filter(
            Q(starts=None) | Q(starts__lte=day),
            Q(ends=None) | Q(ends__gte=day),
        )


class Grant(models.Model):
    """Whoever holds `token` may do `action` with a record, or with all records of a series and below."""

    class Action(models.TextChoices):
        READ = "read", _("Read")
        EDIT = "edit", _("Edit")
        MANAGE = "manage", _("Manage")

    record = models.ForeignKey(Record, null=True, blank=True, on_delete=models.CASCADE, related_name="grants")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.CASCADE, related_name="grants")
    token = models.CharField(max_length=200, db_index=True)
    action = models.CharField(max_length=16, choices=Action.choices, default=Action.READ)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    # Whether the index has been told of the start and of the end (`tick`); until it has been
    # told of an end, searches leave the record out (see `records.access.unsettled_records`).
    start_told = models.BooleanField(default=False)
    end_told = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects: ClassVar = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["ends"], condition=Q(end_told=False, ends__isnull=False), name="grant_ends"),
            models.Index(fields=["starts"], condition=Q(start_told=False), name="grant_begins"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(record=None, series__isnull=False) | Q(record__isnull=False, series=None),
                name="grant_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["record", "token", "action"],
                condition=Q(record__isnull=False),
                name="record_grant_once",
            ),
            models.UniqueConstraint(
                fields=["series", "token", "action"],
                condition=Q(series__isnull=False),
                name="series_grant_once",
            ),
            models.CheckConstraint(condition=Q(action__in=["read", "edit", "manage"]), name="grant_action_known"),
            models.CheckConstraint(condition=~Q(token=""), name="grant_token_given"),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")),
                name="grant_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.token} may {self.action}"
