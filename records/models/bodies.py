"""Bodies (a tree), who sits in them and when, and the sessions they hold."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Body(models.Model):
    """An organ that decides or prepares decisions. Kinds are data: the defaults are a commission's six instances."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=64)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "bodies"
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="body_code_given"),
            models.CheckConstraint(condition=~Q(parent=F("id")) | Q(parent=None), name="body_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's seat in a body, in one capacity, from one day to another, both included."""

    class Capacity(models.TextChoices):
        FULL = "full", _("Full member")
        ALTERNATE = "alternate", _("Alternate")
        OBSERVER = "observer", _("Observer")
        GUEST = "guest", _("Guest")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="memberships")
    entity = models.CharField(max_length=300, blank=True)
    capacity = models.CharField(max_length=16, choices=Capacity.choices, default=Capacity.FULL)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["body", "user", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["user", "body", "capacity", "starts"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="membership_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(capacity__in=["full", "alternate", "observer", "guest"]),
                name="membership_capacity_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.body_id} ({self.capacity})"


class Session(models.Model):
    """A meeting of a body: ordinary, extraordinary or extended, numbered within its kind and year."""

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary")
        EXTRAORDINARY = "extraordinary", _("Extraordinary")
        EXTENDED = "extended", _("Extended")

    code = models.CharField(max_length=64, unique=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="sessions")
    kind = models.CharField(max_length=32, default=Kind.ORDINARY)
    number = models.PositiveIntegerField()
    year = models.PositiveIntegerField()
    date = models.DateField()
    quorum = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-date", "code"]
        constraints = [
            models.UniqueConstraint(fields=["body", "kind", "year", "number"], name="session_numbered_once"),
            models.CheckConstraint(condition=~Q(code=""), name="session_code_given"),
            models.CheckConstraint(condition=Q(number__gte=1), name="session_number_positive"),
        ]

    def __str__(self) -> str:
        return self.code
