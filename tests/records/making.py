"""Rows made by the services themselves, without a store or a reader: what the tests of records stand on."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any

from records.models import Version
from records.persons import Person, operator
from records.services.accession import create_records
from records.services.drafts import CapturedBytes, RecordDraft

_number = itertools.count(1)


def bytes_called(name: str) -> CapturedBytes:
    """Bytes that differ for every name; nothing lies in any store, as no test here reads them."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return CapturedBytes(name=name, sha256=digest, size=len(name), key=f"sha256/{digest}", detected_type="text/plain")


def draft(name: str = "", **said: Any) -> RecordDraft:
    return RecordDraft(captured=bytes_called(name or f"file {next(_number)}"), **said)


def new_version(*, by: Person | None = None, **said: Any) -> Version:
    """Take in one record; return its first version."""
    return create_records(drafts=[draft(**said)], by=by or operator("test"))[0]
