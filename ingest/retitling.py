"""Descriptive titles of what was read before they were made: from the pages that are kept, without reading a file."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.describing.body import ReadPage
from ingest.describing.describe import describe_title
from records.models import Capture, Page, Record, Rendition
from records.services.reading import ReadTitle, keep_titles

_AT_ONCE = 100
_MOST_PAGES = 16
_READ_BY_READERS = (Rendition.Kind.ORIGINAL, Rendition.Kind.REDACTED)


def retitle() -> int:
    """Derive titles and leads anew for all that has text; return how many texts say something else than before.

    May be broken off and asked again: what was done stays, and is left alone the next time.
    """
    changed = 0
    last = 0
    while batch := list(_texts(last)):
        last = batch[-1].pk
        changed += keep_titles(titles=list(_titles(batch)))
    return changed


def _texts(after: int) -> Iterator[Rendition]:
    read = Rendition.objects.filter(kind=Rendition.Kind.TEXT, reading=Rendition.Reading.READ, pk__gt=after)
    read = read.filter(source__kind__in=_READ_BY_READERS).select_related("version__record").order_by("pk")
    yield from read.defer("warnings")[:_AT_ONCE]


def _titles(texts: list[Rendition]) -> Iterator[ReadTitle]:
    """Read the titles of a batch in two queries."""
    pages: dict[int, list[ReadPage]] = {}
    rows = Page.objects.filter(rendition__in=texts, number__lte=_MOST_PAGES, part="").order_by("rendition", "number")
    for rendition, number, words, furniture in rows.values_list("rendition", "number", "text", "furniture"):
        pages.setdefault(rendition, []).append(ReadPage(number, words, furniture))
    names = dict(Capture.objects.filter(version__in=[text.version_id for text in texts]).values_list("version", "name"))
    for text in texts:
        said = _said_before(text.version.record)
        title, lead = describe_title(pages.get(text.pk, []), name=names.get(text.version_id, ""), manifest=said)
        yield ReadTitle(text.pk, title.text if title else "", title.source() if title else {}, lead)


def _said_before(record: Record) -> dict[str, str]:
    """Return what is settled of a record; a title that was read from its text or name is looked for again."""
    said = {"kind": record.kind, "number": record.number}
    if record.field_sources.get("title", {}).get("from") in ("person", "manifest", "front_matter"):
        said["title"] = record.title
    return said
