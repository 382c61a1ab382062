"""What an edge hands to the services that take documents in: plain values, already read and checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from records.models import Body, Record, Series, Session


@dataclass(frozen=True, slots=True)
class CapturedBytes:
    """Bytes that already lie in the store under their digest, and what was seen of them on arrival."""

    name: str
    sha256: str
    size: int
    key: str
    claimed_type: str = ""
    detected_type: str = ""


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """A record to be taken in, or a further version of `version_of`.

    `values` holds described fields (title, number, kind, issuer, language, date_text, …) and `sources` where each
    came from. `access` empty means the series' class, else internal. `publish` False leaves a draft.
    """

    captured: CapturedBytes
    external_id: str = ""
    namespace: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    series: Series | None = None
    body: Body | None = None
    session: Session | None = None
    access: str = ""
    grants: tuple[str, ...] = ()
    publish: bool = True
    label: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    version_of: Record | None = None
    bulk: bool = False
