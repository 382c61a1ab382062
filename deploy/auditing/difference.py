"""What an audit finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it must be."""

    kind: str
    detail: str
    id: str | None = None
    version: int | None = None
    key: str | None = None
