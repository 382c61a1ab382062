"""The columns of a manifest, which are the fields of an upload: what each may hold, and what it says of a record."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from records.classification import Classification
from records.dates import parse_edtf
from records.errors import InvalidValue
from records.kinds import kind_like, kind_of, kind_spelled
from records.numbering.spelling import folded, words_of
from records.numbers import DocumentNumber, parse_number
from records.services.opening import checked_reader

# Those that mean something to us; others are kept as metadata.
FIELDS = (
    "external_id",
    "kind",
    "number",
    "title",
    "issuer",
    "body",
    "session",
    "date",
    "series",
    "access",
    "grants",
    "language",
    "version_of",
    "valid_from",
    "valid_to",
    "notes",
)
# Of these, what stands in the record's own columns as it was said.
SAID_OF_A_RECORD = ("kind", "number", "title", "issuer", "language", "notes")
LANGUAGES = ("es", "en")


def number_said(fields: Mapping[str, str]) -> DocumentNumber | None:
    """Return the number that a row says, of the kind that it says; None where it says none that can be read."""
    kind = kind_like(fields.get("kind", ""))
    return parse_number(fields.get("number", ""), kind=kind.code if kind else None)


def described_values(fields: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the record columns that a manifest or form sets, and that they come from there. Raises InvalidValue."""
    values: dict[str, Any] = {}
    for name in ("title", "issuer", "notes"):
        if name in fields:
            values[name] = fields[name]
    if "language" in fields:
        if fields["language"] not in LANGUAGES:
            raise InvalidValue(f"{fields['language']!r} is not a language here; use es or en.", attr="language")
        values["language"] = fields["language"]
    kind = kind_like(fields["kind"]) if "kind" in fields else None
    if kind is not None:
        values["kind"] = kind.code
    if "number" in fields:
        number = parse_number(fields["number"], kind=kind.code if kind else None)
        values |= {"number": fields["number"][:200], "number_key": number.key if number else ""}
    if "date" in fields:
        uncertain = parse_edtf(fields["date"])
        values |= {"date_text": uncertain.text, "date_min": uncertain.earliest, "date_max": uncertain.latest}
    return values, {name: {"from": "manifest"} for name in values}


def checked_kind(text: str) -> None:
    """Raise InvalidValue for a code, a single word, that is none: a slip such as `decreto_supermo`.

    A description in words that names no kind, `modelo oficial (DOCX)`, is kept as metadata, and the text decides.
    """
    code = text.strip().lower()
    if re.fullmatch(r"[\w.-]+", code) and not kind_of(code):
        words = words_of(folded(code).replace("_", " ").replace("-", " "))
        if kind_spelled(tuple(words)) is None:
            raise InvalidValue(f"{text!r} is not a kind of document here", attr="kind")


def other_columns(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what is kept beside the record: columns that are none of ours, and a kind in words that names none."""
    kept = {name: value for name, value in fields.items() if name not in FIELDS and value}
    if (kind := fields.get("kind", "").strip()) and kind_like(kind) is None:
        kept["kind"] = kind
    return kept


def checked_access(access: str) -> str:
    """Return an access class, or nothing for none. Raises InvalidValue with attr `access`."""
    if access and access not in Classification.values:
        raise InvalidValue(f"{access!r} is not an access class; use public, internal or reserved.", attr="access")
    return access


def checked_grants(text: str) -> tuple[str, ...]:
    """Return the readers of a list with `;`, `,` or `|` between. Raises InvalidValue with attr `grants`."""
    try:
        return tuple(checked_reader(part) for part in re.split(r"[;,|]", text) if part.strip())
    except InvalidValue as wrong:
        raise InvalidValue(wrong.detail, attr="grants") from wrong


def checked_day(fields: Mapping[str, str], column: str) -> dt.date | None:
    """Return an ISO day, or None where none is given. Raises InvalidValue with the column."""
    if column not in fields:
        return None
    try:
        return dt.date.fromisoformat(fields[column])
    except ValueError:
        raise InvalidValue(f"{fields[column]!r} is not a day such as 2024-03-15.", attr=column) from None


def checked_validity(fields: Mapping[str, str]) -> tuple[dt.date | None, dt.date | None]:
    """Return the days from which and until which a version is valid. Raises InvalidValue with the column."""
    begins, ends = checked_day(fields, "valid_from"), checked_day(fields, "valid_to")
    if begins is not None and ends is not None and ends <= begins:
        raise InvalidValue(f"The validity ends on {ends} and begins on {begins}, or later.", attr="valid_to")
    return begins, ends
