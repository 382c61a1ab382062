"""Where a document says its own number: the designations that stand as headings, and which of them is meant.

A page of the official gazette may open with the end of another norm (guide on real files, trap 3), so the number in
the file's name, if it has one, picks among the headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from ingest.describing.contradictions import number_differs
from ingest.describing.description import Readable, ReadablePage, Value
from records.citations import Mentions
from records.kinds import Kind, kind_with_prefix
from records.numbering.bodies import BODIES
from records.numbering.identity import DocumentNumber, number_of
from records.numbers import parse_number

_MOST_PAGES = 3
_MOST_CHARACTERS = 25_000
_OPENING = 500
_NO_KINDS = frozenset({"ART", "ANX", "CON", "DOC", "PT", "REG"})
_BEFORE = re.compile(r"[ \t*#_>|\"'“”«.=~-]{0,12}")
_AFTER = re.compile(r"[ \t*#_|\"'“”».,:=~-]{0,12}(?:\(\*\))?[ \t*]*(?:\n|$)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Opening:
    """A number with its kind as the text writes it, and where; `heads` if it has its line, or lines, to itself."""

    number: DocumentNumber
    kind: Kind
    value: Value
    heads: bool


@dataclass(frozen=True, slots=True)
class NumberChoice:
    """The number a document has, from where, and what contradicts it."""

    number: DocumentNumber | None = None
    kind: Kind | None = None
    value: Value | None = None
    opening: Opening | None = None
    warning: str = ""


def openings_of(readable: Readable, *, kind: str | None, mentions: Callable[[ReadablePage], Mentions]) -> list[Opening]:
    """Return the designations of the first pages in order; `kind` is a kind's code known from elsewhere."""
    found: list[Opening] = []
    for page in readable.pages[:_MOST_PAGES]:
        found += _on_page(mentions(page), page.number, kind)
    return found


def _on_page(mentions: Mentions, page: int, kind: str | None) -> Iterator[Opening]:
    text = mentions.text
    for found in mentions.named:
        if found.end > _MOST_CHARACTERS:
            return
        if found.kind is None or found.kind.prefix in _NO_KINDS:
            continue
        line = text.rfind("\n", 0, found.start) + 1
        heads = _BEFORE.fullmatch(text, line, found.start) is not None and _AFTER.match(text, found.end) is not None
        written = _SPACE.sub(" ", text[found.start : found.end]).strip()
        value = Value(written, "text", page, found.start, found.end)
        yield Opening(number_of(found, kind=kind), found.kind, value, heads)


def openings_of_minutes(openings: Sequence[Opening], heading: Value | None) -> Sequence[Opening]:
    """Return those that name minutes, if any does: minutes are full of the numbers of what they decide.

    One in the minutes' heading heads them, whatever follows on its line.
    """
    own = [opening for opening in openings if opening.kind.code == "acta"]
    if heading is None:
        return own or openings
    inside = [one.value.page == heading.page and heading.start <= one.value.start < heading.end for one in own]
    return [replace(one, heads=one.heads or within) for one, within in zip(own, inside, strict=True)] or openings


def same_number(one: DocumentNumber, other: DocumentNumber) -> bool:
    """Tell whether two readings may be of one number: what both state agrees, one may state more."""
    if one.seq != other.seq or (one.year and other.year and one.year != other.year):
        return False
    if one.kind_prefix and other.kind_prefix and one.kind_prefix != other.kind_prefix:
        return False
    short, long = sorted((one.tail, other.tail), key=len)
    return long.startswith(short) or short.split("-")[0] == long.split("-")[0]


def choose_number(
    openings: Sequence[Opening], *, stated: Value | None, named: Value | None, kind: str | None
) -> NumberChoice:
    """Choose the number: as stated by manifest or front matter, else the heading that the file's name agrees with.

    Where name and heading differ, the heading stands and a warning says so; a name alone stands if no heading is.
    """
    if stated is not None and (number := _usable(stated, kind)):
        opening = _agreeing(openings, number)
        if stated.origin == "front_matter" and opening is not None and opening.heads:
            value = Value(opening.value.text, "text", opening.value.page, opening.value.start, opening.value.end)
            return NumberChoice(number, opening.kind, value, opening)
        shown = stated if stated.origin == "manifest" else Value(number.display, stated.origin)
        warning = _against(stated, number, openings) if opening is None else ""
        return NumberChoice(number, opening.kind if opening else None, shown, opening, warning)
    in_name = parse_number(named.text, kind=kind) if named else None
    heading = _heading(openings) or _first_words(openings)
    if in_name is not None and (opening := _agreeing(openings, in_name)) is not None:
        return NumberChoice(opening.number, opening.kind, opening.value, opening)
    if heading is not None:
        warning = f"number: the heading says {heading.number.key}, the file name {in_name.key}" if in_name else ""
        return NumberChoice(heading.number, heading.kind, heading.value, heading, warning)
    if in_name is not None and named is not None:
        in_name = _without_words(in_name)
        return NumberChoice(in_name, kind_with_prefix(in_name.kind_prefix), Value(in_name.display, named.origin), None)
    return NumberChoice()


def _against(stated: Value, number: DocumentNumber, openings: Sequence[Opening]) -> str:
    """Return what is to be said of a list's number that stands nowhere in the text, where another heads it."""
    heading = _heading(openings)
    if stated.origin != "manifest" or heading is None:
        return ""
    return number_differs(number.key, heading.number.key)


def _without_words(number: DocumentNumber) -> DocumentNumber:
    """Cut what a file's name says after the number: `1051-2024-FORTALECIMIENTO-EDUCATIVO`."""
    kept = list(takewhile(_of_a_body, filter(None, number.tail.split("-"))))
    return replace(number, body=kept[0] if kept else "", rest="-".join(kept[1:]))


def _of_a_body(part: str) -> bool:
    return (part in BODIES and part != "DE") or part.isdigit() or part.startswith(("GR", "GOB", "GORE", "CR", "REG"))


def _usable(stated: Value, kind: str | None) -> DocumentNumber | None:
    """Read a stated number; `DLEG-PENAL-1991` names a code and a year, and holds no number."""
    number = parse_number(stated.text, kind=kind)
    if number is None or (number.year is None and 1800 <= number.seq <= 2100 and not number.tail):
        digits = re.findall(r"\d+", stated.text)
        return number if number is not None and len(digits) > 1 else None
    return number


def _agreeing(openings: Sequence[Opening], number: DocumentNumber) -> Opening | None:
    agreeing = [opening for opening in openings if same_number(opening.number, number)]
    return _heading(agreeing) or (agreeing[0] if agreeing else None)


def _heading(openings: Sequence[Opening]) -> Opening | None:
    return next((opening for opening in openings if opening.heads), None)


def _first_words(openings: Sequence[Opening]) -> Opening | None:
    """Return a designation that the text opens with: `LEY 28611, LEY GENERAL …`, `Acta de la sesión 3-2024`."""
    if not openings:
        return None
    first = openings[0]
    return first if first.value.page == 1 and first.value.start <= 40 else None
