"""What a PDF file says of itself: title, author and dates, its outline, the labels of its pages, what is attached."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pypdfium2

from ingest.formats.base import Extracted, Heading, PageText
from ingest.formats.inner import may_take, nested, read_part, refused_part

_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?)?")
_INFORMATION = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
    "Producer": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}
_MOST_BOOKMARKS = 2_000
_DEEPEST = 8
_LONGEST_LABEL = 40


def information(document: pypdfium2.PdfDocument) -> dict[str, str | int | float | bool | None]:
    """Title, author, dates and the like, as far as the file tells them."""
    found: dict[str, str | int | float | bool | None] = {}
    for key, name in _INFORMATION.items():
        value = document.get_metadata_value(key).replace("\x00", "").strip()
        if key.endswith("Date"):
            value = _iso(value)
        if value:
            found[name] = value
    return found


def _iso(value: str) -> str:
    """A PDF date (ISO 32000-1, 7.9.4) as ISO 8601, as precise as it was given; empty if it is none."""
    match = _DATE.match(value)
    if match is None:
        return ""
    year, month, day, hour, minute, second, sign, zone_hour, zone_minute = match.groups()
    date = "-".join(part for part in (year, month, day) if part)
    if not (day and hour and minute):
        return date
    zone = f"{sign}{zone_hour}:{zone_minute or '00'}" if sign else "Z" if "Z" in match.group() else ""
    return f"{date}T{hour}:{minute}:{second or '00'}{zone}"


def label_of(document: pypdfium2.PdfDocument, number: int) -> str:
    """The label that the file gives a page (`iv`, `417`); empty where it gives none."""
    try:
        label = document.get_page_label(number - 1) or ""
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return ""
    return " ".join(label.split())[:_LONGEST_LABEL]


def outline(document: pypdfium2.PdfDocument, pages: Sequence[PageText]) -> Iterator[Heading]:
    """The bookmarks whose words stand on the page they lead to, as headings with their place there."""
    texts = {page.number: page.text for page in pages}
    try:
        for count, item in enumerate(document.get_toc(max_depth=_DEEPEST)):
            if count >= _MOST_BOOKMARKS:
                return
            target = item.get_dest()
            index = target.get_index() if target is not None else None
            if index is None or not 0 <= index < len(pages):
                continue
            title = item.get_title()
            place = _place_of(title, texts.get(index + 1, ""))
            if place is not None:
                yield Heading(index + 1, *place, item.level + 1, " ".join(title.split()))
    except (pypdfium2.PdfiumError, UnicodeDecodeError, RecursionError):
        return


def _place_of(title: str, text: str) -> tuple[int, int] | None:
    """Where a page has the words of a title, whatever space the lines put between them."""
    words = title.split()
    if not 0 < len(words) <= 60 or len(title) < 3:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), text, re.IGNORECASE)
    return found.span() if found else None


def attached(document: pypdfium2.PdfDocument, warnings: list[str]) -> list[Extracted]:
    """The files attached to a PDF, each read like any other; one that cannot be taken out is warned of."""
    parts: list[Extracted] = []
    with nested():
        for index in range(max(document.count_attachments(), 0)):
            try:
                attachment = document.get_attachment(index)
                name = attachment.get_name() or f"{index + 1}"
                failure = may_take(0)
                if failure is not None:
                    parts.append(refused_part(name, failure))
                    break
                # What unpacks to more than a child may hold ends in the child's own limit of memory.
                parts.append(read_part(name, bytes(attachment.get_data())))
            except (pypdfium2.PdfiumError, UnicodeDecodeError):
                warnings.append(f"attachment_unreadable: attachment {index + 1} cannot be taken out")
    return parts
