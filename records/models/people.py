"""People who sign in, and the roles that say what they may do. No role reads anything by itself."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with an account. Access comes from grants, groups and memberships, never from this row."""

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class RoleAssignment(models.Model):
    """What a person may do besides reading what their grants give them."""

    class Role(models.TextChoices):
        READER = "reader", _("Reader")
        ARCHIVIST = "archivist", _("Archivist")
        EDITOR = "editor", _("Editor")
        AUDITOR = "auditor", _("Auditor")
        OPERATOR = "operator", _("Operator")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=16, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="role_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["reader", "archivist", "editor", "auditor", "operator"]),
                name="role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"
