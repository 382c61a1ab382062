"""Identifiers that say nothing of what they name: UUIDv7, ordered by time, random in the rest (RFC 9562, 5.7)."""

from __future__ import annotations

import uuid

import uuid6


def new_id() -> uuid.UUID:
    """Return a fresh public id. Ordered by time, so that rows written together lie together on disk."""
    return uuid.UUID(int=uuid6.uuid7().int)
