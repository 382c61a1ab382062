"""Access classes, from open to closed.

The classes of Ley 27806 (public; reserved, art. 16) and one of workflow: *internal* has no basis in that law and
means only "not yet published". Classes above reserved come with the classification work.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Classification(models.TextChoices):
    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    RESERVED = "reserved", _("Reserved")


_ORDER = [str(value) for value in Classification.values]


def rank(classification: str) -> int:
    """Return how closed a class is: 0 is public. Raises ValueError for an unknown class."""
    return _ORDER.index(classification)


def at_most(classification: str) -> list[str]:
    """Return the classes no more closed than this one."""
    return _ORDER[: rank(classification) + 1]
