"""The days of a document: published, signed or held. Which words tell them apart: guide on Peru, 3.7 and 3.9."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.describing.description import ReadablePage, Value
from ingest.describing.lines import at_lines
from ingest.describing.stamps import stamp_at_start
from records.dates import FoundDate, find_dates
from records.numbering.spelling import folded

_GAZETTE = re.compile(
    r"el peruano[^\n]{0,80}"
    r"|(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo),?\s+\d{1,2} de [a-z]+ de[l ]{0,3}\d{4}"
)
_TO_ITS_DAY = r"[^.]{0,120}?,?\s+a(?:l)?\s+(?:los\s+)?(?=[a-z0-9])"
# Each alternative begins with a letter: sre then skips to the next of them by a character set.
_SIGNED = re.compile(
    rf"dad[oa](?:{_TO_ITS_DAY}|(?<![a-z]dad[oa]) en )|firmad[oa]{_TO_ITS_DAY}"
    rf"|aprobad[oa](?:{_TO_ITS_DAY}| por [^\n]{{0,160}}? del? (?=\d))|comuniquese(?! al? ){_TO_ITS_DAY}"
)
# `lca` is how recognition reads Ica, and the line of place and day of that region.
_PLACE_LINE = re.compile(
    r"^[^\S\n]*[*_>|]{0,4}(?:lca|[A-ZÁÉÍÓÚÑ][\w. ÁÉÍÓÚÑáéíóúñ]{2,40}),\s*(?:a\s+|el\s+)?(?=\d|[a-z]{3,9} \d)", re.M
)
# Congress: `En Lima, a los nueve días del mes de octubre`, and no more where it publishes a law itself.
_IN_PLACE = re.compile(r"^[ \t*_>]{0,8}(?:en|casa) [a-z][a-z, ]{2,60}, a(?:l| los)? (?=[a-z0-9])", re.M)
_HELD = re.compile(r"celebrad[oa]|realizad[oa]|llevad[oa] a cabo|siendo las|a las \d|al ser las|del dia|el dia")
_ENGLISH_SIGNED = re.compile(r"(?:adopted|passed|approved|enacted|dated?|effective)\b")
_HEAD = 2500
_AREA = 160
_NEAR = 4
_MOST = 60_000
_TAIL = 5000


@dataclass(frozen=True, slots=True)
class Days:
    """What a text says of its days; None where it says nothing. `disagreement` names two that should be one."""

    published: Value | None = None
    signed: Value | None = None
    held: Value | None = None
    disagreement: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the days of one document are read: the month first in English figures, and the year of its number."""

    month_first: bool
    year: int | None

    def after(
        self, pattern: re.Pattern[str], plain: str, text: str, page: int, begin: int, *, near: int = 60
    ) -> Value | None:
        """Return the first day that follows a phrase closely, stamped or written."""
        found_at = at_lines(pattern, plain) if pattern.pattern.startswith("^") else pattern.finditer(plain)
        for match in found_at:
            area = text[match.end() : match.end() + _AREA]
            month_first = self.month_first and pattern is _ENGLISH_SIGNED
            found = stamp_at_start(area, year=self.year) or next(find_dates(area, month_first=month_first), None)
            if found is not None and found.start <= near:
                return _value(found, page, begin + match.end())
        return None


def days_of(
    pages: Sequence[ReadablePage],
    *,
    start: tuple[int, int],
    minutes: bool,
    month_first: bool = False,
    year: int | None = None,
) -> Days:
    """Return the days stated in a text that begins at `start` (page, offset): for minutes the day of the session.

    `year` is that of the document's number, by which stamps are known that were misread.
    """
    if not pages:
        return Days()
    published = _published(pages[0])
    if minutes:
        held, other = _held(pages[0])
        return Days(published, None, held, other)
    return Days(published, _signed(pages, start, _Reading(month_first, year)), None)


def _value(found: FoundDate, page: int, offset: int = 0) -> Value:
    return Value(found.date.isoformat(), "text", page, offset + found.start, offset + found.end)


def _published(page: ReadablePage) -> Value | None:
    """Read the running head of the gazette, on the first lines of its page."""
    head = page.text[:400]
    plain = folded(head)
    if "normas legales" not in plain and "el peruano" not in plain and "boletin oficial" not in plain:
        return None
    for match in _GAZETTE.finditer(plain):
        for found in find_dates(head[match.start() : match.end()]):
            return _value(found, page.number, match.start())
    return None


def _signed(pages: Sequence[ReadablePage], start: tuple[int, int], reading: _Reading) -> Value | None:
    """Find the closing formula after the heading, else the line of place and day, else an English adoption."""
    seen = 0
    place: Value | None = None
    for page in pages:
        if page.number < start[0] or seen > _MOST:
            continue
        begin = start[1] if page.number == start[0] else 0
        text = page.text[begin : begin + _MOST]
        plain = folded(text)
        seen += len(text)
        if closing := reading.after(_SIGNED, plain, text, page.number, begin):
            return closing
        place = place or reading.after(_PLACE_LINE, text, text, page.number, begin, near=_NEAR)
        place = place or reading.after(_IN_PLACE, plain, text, page.number, begin, near=_NEAR)
        place = place or reading.after(_ENGLISH_SIGNED, plain, text, page.number, begin)
        if place:
            return place
    return _at_the_end(pages[-1], start, reading) if pages else None


def _at_the_end(page: ReadablePage, start: tuple[int, int], reading: _Reading) -> Value | None:
    """Find the closing formula of a long law, on its last page."""
    begin = max(len(page.text) - _TAIL, start[1] if page.number == start[0] else 0)
    text = page.text[begin:]
    plain = folded(text)
    return reading.after(_SIGNED, plain, text, page.number, begin) or reading.after(
        _IN_PLACE, plain, text, page.number, begin
    )


def _held(page: ReadablePage) -> tuple[Value | None, str]:
    """Return the day of a session from its opening, and what contradicts it there."""
    head = page.text[:_HEAD]
    plain = folded(head)
    days = list(find_dates(head))
    if not days:
        return None, ""
    held = [day for day in days if _HELD.search(plain, max(0, day.start - 90), day.start)]
    first = held[0] if held else days[0]
    different = sorted({day.date.isoformat() for day in held} - {first.date.isoformat()})
    near = [text for text in different if abs(int(text[:4]) - first.date.year) <= 1]
    disagreement = f"date: the opening names {first.date.isoformat()} and {near[0]}" if near else ""
    return _value(first, page.number), disagreement
