"""Closed sets of values that several shapes share: each has one name in the API's description (deploy/settings.py)."""

from __future__ import annotations

from records.classification import Classification
from records.models import Grant, Rendition, Version

ACCESS_CLASSES = list(Classification.values)
ACTIONS = list(Grant.Action.values)
READING_STATES = list(Rendition.Reading.values)
VERSION_STATES = list(Version.State.values)
