"""The days of a document: published, signed or held. Which words tell them apart: guide on Peru, 3.7 and 3.9."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.describing.description import ReadablePage, Value
from ingest.describing.lines import at_lines
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
_PLACE_LINE = re.compile(
    r"^[^\S\n]*[*_>|]{0,4}[A-ZÁÉÍÓÚÑ][\w. ÁÉÍÓÚÑáéíóúñ]{2,40},\s*(?:a\s+|el\s+)?(?=\d|[a-z]{3,9} \d)", re.M
)
# Congress: `En Lima, a los nueve días del mes de octubre`, and no more where it publishes a law itself.
_IN_PLACE = re.compile(r"^[ \t*_>]{0,8}(?:en|casa) [a-z][a-z, ]{2,60}, a(?:l| los)? (?=[a-z0-9])", re.M)
_HELD = re.compile(r"celebrad[oa]|realizad[oa]|llevad[oa] a cabo|siendo las|a las \d|al ser las|del dia|el dia")
_ENGLISH_SIGNED = re.compile(r"(?:adopted|passed|approved|enacted|dated?|effective)\b")
_HEAD = 2500
_AREA = 160
_MOST = 60_000
_TAIL = 5000


@dataclass(frozen=True, slots=True)
class Days:
    """What a text says of its days; None where it says nothing. `disagreement` names two that should be one."""

    published: Value | None = None
    signed: Value | None = None
    held: Value | None = None
    disagreement: str = ""


def days_of(pages: Sequence[ReadablePage], *, start: tuple[int, int], minutes: bool, month_first: bool = False) -> Days:
    """Return the days stated in a text that begins at `start` (page, offset): for minutes the day of the session."""
    if not pages:
        return Days()
    published = _published(pages[0])
    if minutes:
        held, other = _held(pages[0])
        return Days(published, None, held, other)
    return Days(published, _signed(pages, start, month_first=month_first), None)


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


def _signed(pages: Sequence[ReadablePage], start: tuple[int, int], *, month_first: bool) -> Value | None:
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
        if closing := _after(_SIGNED, plain, text, page.number, begin):
            return closing
        place = place or _after(_PLACE_LINE, text, text, page.number, begin, near=4)
        place = place or _after(_IN_PLACE, plain, text, page.number, begin, near=4)
        place = place or _after(_ENGLISH_SIGNED, plain, text, page.number, begin, month_first=month_first)
        if place:
            return place
    return _at_the_end(pages[-1], start) if pages else None


def _at_the_end(page: ReadablePage, start: tuple[int, int]) -> Value | None:
    """Find the closing formula of a long law, on its last page."""
    begin = max(len(page.text) - _TAIL, start[1] if page.number == start[0] else 0)
    text = page.text[begin:]
    plain = folded(text)
    return _after(_SIGNED, plain, text, page.number, begin) or _after(_IN_PLACE, plain, text, page.number, begin)


def _after(
    pattern: re.Pattern[str],
    plain: str,
    text: str,
    page: int,
    begin: int,
    *,
    near: int = 60,
    month_first: bool = False,
) -> Value | None:
    """Return the first day that follows a phrase closely."""
    found_at = at_lines(pattern, plain) if pattern.pattern.startswith("^") else pattern.finditer(plain)
    for match in found_at:
        area = text[match.end() : match.end() + _AREA]
        found = next(find_dates(area, month_first=month_first), None)
        if found is not None and found.start <= near:
            return _value(found, page, begin + match.end())
    return None


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
