"""From the rows of a record to its index entries: one a version, two where readers and editors see different texts."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from records.access import index_tokens
from records.furniture import without_furniture
from records.models import Page, Record, Rendition, Section, Version
from records.numbers import index_forms, parse_number
from search.entries import Entry
from search.units import Part, units_of


@dataclass(frozen=True, slots=True)
class Built:
    """The entries of a batch by record; records that are gone, or have no version, have none."""

    entries: Mapping[uuid.UUID, list[Entry]]


def build_entries(ids: Iterable[uuid.UUID]) -> Built:
    """Build the entries of these records from the database, with a fixed number of queries.

    The revisions are read first: what changes meanwhile is indexed at the older revision and again at the newer.
    """
    records = {
        record.pk: record
        for record in Record.objects.filter(pk__in=list(ids))
        .select_related("series", "body", "session")
        .defer("metadata", "field_sources", "warnings", "checked", "notes")
    }
    tokens = index_tokens(records.values())
    versions: dict[uuid.UUID, list[Version]] = {pk: [] for pk in records}
    for version in Version.objects.filter(record__in=records).order_by("number"):
        versions[version.record_id].append(version)
    texts = _texts(records)
    built: dict[uuid.UUID, list[Entry]] = {}
    for pk, record in records.items():
        windows = shown_windows(versions[pk])
        built[pk] = [
            entry
            for version in versions[pk]
            for entry in _entries_of(record, version, windows, texts, tokens[pk].read, tokens[pk].edit)
        ]
    return Built(built)


def shown_windows(versions: Sequence[Version]) -> dict[int, tuple[int | None, int | None]]:
    """Return, by version number, the days (from, to; ordinals; None open) on which it is the ordinary view.

    Published versions share out all of time: each is shown from its first day until the next begins, the first
    also before that, so that no write is needed on the day a law enters into force. A record with none published
    shows its newest version to those who may edit. A version without a window is found with `versions=all` only.
    """
    published = sorted(
        (version for version in versions if version.state == Version.State.PUBLISHED),
        key=lambda version: (version.valid_from or dt.date.min, version.number),
    )
    if not published:
        return {versions[-1].number: (None, None)} if versions else {}
    windows: dict[int, tuple[int | None, int | None]] = {}
    for at, version in enumerate(published):
        start = version.valid_from.toordinal() if at and version.valid_from else None
        following = published[at + 1].valid_from if at + 1 < len(published) else None
        windows[version.number] = (start, following.toordinal() if following else None)
    return windows


@dataclass(frozen=True, slots=True)
class _Text:
    rendition: Rendition
    pages: list[tuple[int, str]]
    parts: list[Part]
    inner: dict[int, str]


def _texts(records: Mapping[uuid.UUID, Record]) -> dict[int, list[_Text]]:
    """Return the texts of each version, by version id, in three queries."""
    renditions = list(
        Rendition.objects.filter(version__record__in=records, kind=Rendition.Kind.TEXT)
        .select_related("source")
        .only("version_id", "audience", "described", "source__kind")
    )
    pages: dict[int, list[tuple[int, str]]] = {}
    ids = [rendition.pk for rendition in renditions]
    inner: dict[int, dict[int, str]] = {}
    for rendition_id, number, text, furniture, part in (
        Page.objects.filter(rendition__in=ids)
        .order_by("rendition", "number")
        .values_list("rendition", "number", "text", "furniture", "part")
    ):
        pages.setdefault(rendition_id, []).append((number, without_furniture(text, furniture)))
        if part:
            inner.setdefault(rendition_id, {})[number] = part
    parts: dict[int, list[Part]] = {}
    rows = Section.objects.filter(rendition__in=ids).order_by("rendition", "position")
    for rendition_id, page, start, anchor, label in rows.values_list("rendition", "page", "start", "anchor", "label"):
        parts.setdefault(rendition_id, []).append(Part(page, start, anchor, label))
    texts: dict[int, list[_Text]] = {}
    for rendition in renditions:
        own = rendition.pk
        found = _Text(rendition, pages.get(own, []), parts.get(own, []), inner.get(own, {}))
        texts.setdefault(rendition.version_id, []).append(found)
    return texts


def _entries_of(
    record: Record,
    version: Version,
    windows: Mapping[int, tuple[int | None, int | None]],
    texts: Mapping[int, list[_Text]],
    readers: frozenset[str],
    editors: frozenset[str],
) -> Iterator[Entry]:
    """Yield one entry, or two where readers and editors do not see the same text."""
    own = texts.get(version.pk, [])
    open_texts = [text for text in own if text.rendition.audience == Rendition.Audience.READERS]
    closed_texts = [text for text in own if text.rendition.audience == Rendition.Audience.EDITORS]
    audience = readers if version.state == Version.State.PUBLISHED else editors
    chosen = _preferred(open_texts)
    base = _entry(record, version, windows, chosen)
    if not closed_texts:
        yield _sealed(replace(base, tokens=audience))
        return
    yield _sealed(replace(base, tokens=audience, hidden_from=editors))
    full = _entry(record, version, windows, _preferred(closed_texts))
    yield _sealed(replace(full, part=1, tokens=editors))


def _preferred(texts: Sequence[_Text]) -> _Text | None:
    """Return the text of the original, or of the redacted copy where readers get only that."""
    order = {Rendition.Kind.ORIGINAL: 0, Rendition.Kind.REDACTED: 1}

    def place(text: _Text) -> int:
        return order.get(Rendition.Kind(text.rendition.source.kind), 2) if text.rendition.source else 3

    return min(texts, key=place, default=None)


def _entry(
    record: Record,
    version: Version,
    windows: Mapping[int, tuple[int | None, int | None]],
    text: _Text | None,
) -> Entry:
    never = (dt.date.max.toordinal(), dt.date.max.toordinal())
    shown_from, shown_to = windows.get(version.number, never)
    number = parse_number(record.number, kind=record.kind or None) if record.number else None
    return Entry(
        record=str(record.pk),
        version=version.number,
        part=0,
        revision=record.revision,
        tokens=frozenset(),
        hidden_from=frozenset(),
        state=version.state,
        shown_from=shown_from,
        shown_to=shown_to,
        valid_from=version.valid_from.toordinal() if version.valid_from else None,
        valid_to=version.valid_to.toordinal() if version.valid_to else None,
        kind=record.kind,
        issuer=record.issuer,
        body=record.body.code if record.body else "",
        session_kind=record.session.kind if record.session else "",
        status="unknown",
        language=record.language,
        series=record.series.code if record.series else "",
        year=record.date_min.year if record.date_min else None,
        date_min=record.date_min.toordinal() if record.date_min else None,
        date_max=record.date_max.toordinal() if record.date_max else None,
        numbers=index_forms(number) if number else (),
        number_sort=number_order(record),
        title=record.full_title,
        lead=str(text.rendition.described.get("lead", "")) if text else "",
        units=tuple(units_of(text.pages, text.parts, text.inner)) if text else (),
        checksum="",
    )


def number_order(record: Record) -> str:
    """Return a text by which numbers sort as people read them: by year, then sequence; "~" where there is none."""
    number = parse_number(record.number, kind=record.kind or None) if record.number else None
    if number is None:
        return "~"
    return f"{number.year or 0:04}/{number.seq:09}"


def _sealed(entry: Entry) -> Entry:
    """Return the entry with the checksum of all it holds, which `audit` compares with the database's."""
    digest = hashlib.blake2b(digest_size=12)
    for value in (
        entry.record,
        entry.version,
        entry.part,
        sorted(entry.tokens),
        sorted(entry.hidden_from),
        entry.state,
        (entry.shown_from, entry.shown_to, entry.valid_from, entry.valid_to),
        (entry.kind, entry.issuer, entry.body, entry.session_kind, entry.language, entry.series, entry.year),
        (entry.date_min, entry.date_max, entry.numbers, entry.title, entry.lead),
    ):
        digest.update(repr(value).encode("utf-8", "surrogatepass"))
    for unit in entry.units:
        digest.update(f"{unit.page},{unit.start},{unit.end},{unit.anchor}:".encode())
        digest.update(unit.text.encode("utf-8", "surrogatepass"))
    return replace(entry, checksum=digest.hexdigest())
