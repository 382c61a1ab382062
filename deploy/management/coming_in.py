"""What `import` and `watch` both ask of what comes in: its series, its class, its readers, drafts or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from ingest.columns import checked_access, checked_grants
from records.errors import InvalidValue
from records.models import Series


def add_options(parser: CommandParser) -> None:
    """Add the options to a command's own."""
    parser.add_argument("--series", default="", metavar="CODE")
    parser.add_argument("--access", default="", metavar="CLASS", help="public, internal or reserved")
    parser.add_argument("--grant", action="append", default=[], metavar="READER")
    parser.add_argument("--draft", action="store_true", help="keep everything as drafts, to be published later")


def series_of(options: Mapping[str, Any]) -> Series | None:
    """Return the series that was named, None where none was. Raises InvalidValue where there is none of that code."""
    code = options["series"]
    if not code:
        return None
    series = Series.objects.filter(code=code).first()
    if series is None:
        raise InvalidValue(f"There is no series with the code {code!r}.", attr="--series")
    return series


def defaults_of(options: Mapping[str, Any]) -> dict[str, str]:
    """Return what is said of every document that says nothing else. Raises InvalidValue."""
    return {
        "series": options["series"],
        "access": checked_access(options["access"]),
        "grants": ";".join(checked_grants(";".join(options["grant"]))),
    }
