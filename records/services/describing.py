"""What a record is said to be: the best word of people, manifests and machines, from the version readers are shown.

A draft's title must not reach those who may read only what is published, so a version that is not shown says
nothing of its record until it is.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from records.models import Record, Rendition, Version
from records.services.overwriting import overwrite
from records.services.turns import in_turn

# Who is believed over whom. A person's word stands against every later run.
_WEIGHT = {"person": 5, "manifest": 4, "front_matter": 3, "text": 2, "file_name": 1, "metadata": 0}
_DAYS = ("date_min", "date_max")
_DESCRIBED = (
    "identifier",
    "kind",
    "number",
    "number_key",
    "title",
    "issuer",
    "language",
    "date_text",
    "date_min",
    "date_max",
    "status_claimed",
)
_SAME = 1.0
"""Confidences that differ by less are the same."""
# The one value that is told only from the text that readers get.
DERIVED = "descriptive_title"
_CHANGED = [*_DESCRIBED, DERIVED, "field_sources", "warnings", "needs_ocr", "needs_review", "checked"]
# Where a text rendition's `described` keeps what it would say of its record.
PROPOSED = "proposed"


def proposal(
    values: Mapping[str, Any],
    sources: Mapping[str, Mapping[str, Any]],
    *,
    needs_ocr: bool = False,
    doubts: Mapping[int, float] | None = None,
) -> dict[str, Any]:
    """Return what a reading says of a record, as JSON to be kept until its version is shown.

    `doubts` are the pages that a person should compare with the file, by number, each with how sure its text is (0 to
    100; 0 where there is none).
    """
    return {
        "values": {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in values.items()
            if name in (*_DESCRIBED, DERIVED) and value not in ("", None)
        },
        "sources": {name: dict(source) for name, source in sources.items() if name in values},
        "needs_ocr": needs_ocr,
        "needs_review": bool(doubts),
        "doubts": {str(number): sure for number, sure in (doubts or {}).items()},
    }


def describe_from_shown(records: Collection[uuid.UUID]) -> None:
    """Describe records by what was read from the version shown: the newest published, else the newest.

    A batch takes three queries and one update. Call inside a transaction; the caller tells search (`outbox.touch`).
    """
    texts: dict[uuid.UUID, dict[str, Rendition]] = {}
    for text in _texts_of(_shown(records)):
        texts.setdefault(text.version.record_id, {})[text.source.kind if text.source else ""] = text
    whole = [record for record, read in texts.items() if Rendition.Kind.ORIGINAL in read]
    described = list(in_turn(Record.objects.filter(pk__in=whole)))
    for record in described:
        text = texts[record.pk][Rendition.Kind.ORIGINAL]
        _set_descriptive_title(record, texts[record.pk])
        said = text.described.get(PROPOSED) or {}
        describe_record(record, said.get("values", {}), said.get("sources", {}))
        record.warnings = [dict(warning) for warning in text.warnings]
        record.needs_ocr = bool(said.get("needs_ocr"))
        if record.checked is not None and _is_worse(doubts_of(text), record.checked):
            record.checked = None
        record.needs_review = record.checked is None and leaves_doubt(text)
    overwrite(Record, described, _CHANGED)


def leaves_doubt(text: Rendition) -> bool:
    """Tell whether a person should look at what was read."""
    said = text.described.get(PROPOSED) or {}
    return bool(text.reading_code or said.get("needs_ocr") or said.get("needs_review"))


def doubts_of(text: Rendition) -> dict[str, Any]:
    """Return what is doubtful about a reading, as it is kept with a person's check of it."""
    said = text.described.get(PROPOSED) or {}
    return {"text": text.pk, "code": text.reading_code, "pages": dict(said.get("doubts") or {})}


def text_shown(record: uuid.UUID) -> Rendition | None:
    """Return the text that says what a record is, if it has been read."""
    return next(iter(_texts_of(_shown([record]))), None)


def _is_worse(doubts: Mapping[str, Any], checked: Mapping[str, Any]) -> bool:
    """Tell whether a reading leaves doubts that a check did not know: another text, reason or page, or less sure."""
    if doubts["text"] != checked["text"] or doubts["code"] not in ("", checked["code"]):
        return True
    known = checked["pages"]
    return any(number not in known or _changed(known[number], sure) for number, sure in doubts["pages"].items())


def _changed(known: float, sure: float) -> bool:
    """Tell whether a page is less sure than it was, or has words for the first time."""
    return sure < known - _SAME or (known == 0 and sure > 0)


def _shown(records: Collection[uuid.UUID]) -> list[int]:
    """Return the ids of the versions that say what these records are, one a record."""
    rows = Version.objects.filter(record__in=records).order_by("record", "number")
    best: dict[uuid.UUID, tuple[bool, int, int]] = {}
    for pk, record, number, state in rows.values_list("pk", "record", "number", "state"):
        candidate = (state == Version.State.PUBLISHED, number, pk)
        best[record] = max(candidate, best.get(record, candidate))
    return [pk for _, _, pk in best.values()]


def _texts_of(versions: Collection[int]) -> Iterable[Rendition]:
    """Return the texts read from the originals of these versions, and from their redacted copies."""
    read = Rendition.objects.filter(version__in=versions, kind=Rendition.Kind.TEXT, source__kind__in=_READ_BY_READERS)
    return (
        read.exclude(reading=Rendition.Reading.PENDING)
        .select_related("version", "source")
        .defer("source__described", "source__warnings")
    )


_READ_BY_READERS = (Rendition.Kind.ORIGINAL, Rendition.Kind.REDACTED)


def _set_descriptive_title(record: Record, texts: Mapping[str, Rendition]) -> None:
    """Set what the text that readers get says it is about; what only editors may see must not be told by a title.

    It goes when a later reading finds none. What a person said stands, also that there is to be none.
    """
    if weight(record.field_sources.get(DERIVED)) > _WEIGHT["text"]:
        return
    open_texts = (texts[kind] for kind in _READ_BY_READERS if kind in texts)
    text = next((text for text in open_texts if text.audience == Rendition.Audience.READERS), None)
    said = (text.described.get(PROPOSED) or {}) if text is not None else {}
    record.descriptive_title = str(said.get("values", {}).get(DERIVED, ""))
    record.field_sources.pop(DERIVED, None)
    if record.descriptive_title:
        record.field_sources[DERIVED] = dict(said.get("sources", {}).get(DERIVED, {"from": "text"}))


def describe_record(record: Record, values: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> None:
    """Set the described fields whose present source weighs no more than the new one. Does not save."""
    for name, value in values.items():
        if name not in _DESCRIBED or value in ("", None):
            continue
        source = sources.get(name, {"from": "text"})
        if weight(source) >= weight(record.field_sources.get(name)):
            setattr(record, name, _fitted(name, value))
            record.field_sources[name] = dict(source)


def weight(source: Mapping[str, Any] | None) -> int:
    """Return how far a source is believed; nothing said yet weighs least."""
    return _WEIGHT.get(str((source or {}).get("from", "")), -1)


def _fitted(name: str, value: Any) -> Any:
    """Cut a machine's value to its column: a heading misread as a number must not stop a batch."""
    if name in _DAYS:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(value, str) and name != "title":
        return value[: getattr(Record._meta.get_field(name), "max_length", None)]
    return value
