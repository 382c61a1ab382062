"""The file plan: a tree of series. A record's series says its default class and who its belonging lets read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.classification import Classification


class Series(models.Model):
    """A class of the file plan (ISO 15489-1, 9.4). Codes are stable; a moved series keeps its code."""

    class Belonging(models.TextChoices):
        """Which tokens a record gets from the session and body it belongs to."""

        NEAREST = "nearest", _("Its session, or its body where it has no session")
        SESSION = "session", _("Its session")
        BODY = "body", _("Its body")
        BOTH = "both", _("Its session and its body")
        NONE = "none", _("Neither")

    code = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=300)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    access = models.CharField(max_length=16, choices=Classification.choices, default=Classification.INTERNAL)
    belonging = models.CharField(max_length=16, choices=Belonging.choices, default=Belonging.NEAREST)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(condition=~models.Q(code=""), name="series_code_given"),
            models.CheckConstraint(condition=models.Q(access__in=Classification.values), name="series_access_known"),
            models.CheckConstraint(
                condition=models.Q(belonging__in=["nearest", "session", "body", "both", "none"]),
                name="series_belonging_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")) | models.Q(parent=None),
                name="series_not_its_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
