"""Citations in a text: each mention of a numbered document, what it is the number of, and the part it points at.

The grammar is that of the guide on Peru, 3.4: type, body, marker, number, then further numbers of the same type;
before it a chain of parts whose outermost stands next to the type. The text itself is never rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from records.kinds import Kind
from records.numbering.designation import Designation, designations
from records.numbering.identity import DocumentNumber, number_of
from records.numbering.pinpoints import pinpoint_before, pinpoints_around
from records.numbering.spelling import folded
from records.numbering.written import SEQUENCE, written

# A year, or the number of a running series: less than that is an article, an amount, a day.
_SMALLEST_LAW = 100
_NEXT = re.compile(r"\s*(?:,|;|y|e|and)\s+(?:n(?:ro|o)?s?[.°]{0,3}o?s?\.?\s*)?(?=\d)")
_MOST_IN_A_LIST = 40
# Not `la constitución de una empresa`: what it is made of must be a State, or nothing.
_CONSTITUTION = re.compile(
    r"(?:(?<=\bla )constitucion|(?<![a-z0-9])constitucion(?= politica| del peru| del estado))"
    r"(?: politica)?(?: del (?:peru|estado)(?: peruano)?)?(?: de (1979|1993))?(?! de(?:l| )|[a-z0-9])"
)
_IN_FORCE = 1993


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention: its own words, where they stand, the number of what is cited and the anchor in it, if any."""

    text: str
    start: int
    end: int
    number: DocumentNumber
    pinpoint: str = ""

    @property
    def key(self) -> str:
        return self.number.key


@dataclass(frozen=True, slots=True)
class Mentions:
    """The numbered documents that a text names, found once for all that is made of them."""

    text: str
    plain: str
    named: tuple[Designation, ...]


def mentions_in(text: str) -> Mentions:
    """Return the documents a text names by kind and number; articles and other parts are not among them."""
    plain = folded(text)
    return Mentions(text, plain, tuple(designations(text, plain, parts=False)))


def find_citations(said: str | Mentions) -> list[Citation]:
    """Return the citations of a text in order; lists (`Leyes N.os 27341 y 27343`) give one each. Linear in the text.

    `start` includes the type where it is written, not the pinpoint before it.
    """
    mentions = mentions_in(said) if isinstance(said, str) else said
    text, plain = mentions.text, mentions.plain
    found: list[Citation] = []
    taken = 0
    for designation in mentions.named:
        if designation.number_start < taken or not _is_citation(designation, text):
            continue
        pinpoint = pinpoint_before(plain, designation.start)
        cited = text[designation.start : designation.end]
        number = number_of(designation)
        found.append(Citation(cited, designation.start, designation.end, number, pinpoint[0] if pinpoint else ""))
        taken = designation.end
        for further in _further(text, plain, designation):
            found.append(further)
            taken = further.end
    return found


@dataclass(frozen=True, slots=True)
class Pointed:
    """A citation as somebody reads it who looks it up: with every part of the document that is pointed at."""

    cited: Citation
    anchors: tuple[str, ...]


def pointed_citations(text: str) -> list[Pointed]:
    """Return the citations of prose with all the parts they point at, and those of the Constitution, in order."""
    mentions = mentions_in(text)
    cited = [*find_citations(mentions), *_constitutions(mentions)]
    cited.sort(key=lambda one: one.start)
    return [Pointed(one, pinpoints_around(mentions.plain, one.start, one.end)) for one in cited]


def _constitutions(mentions: Mentions) -> Iterator[Citation]:
    """Yield the mentions of the Constitution, which is cited by name; without a year the one in force is meant."""
    for found in _CONSTITUTION.finditer(mentions.plain):
        cited = mentions.text[found.start() : found.end()]
        if cited[0] == "C":
            yield Citation(cited, found.start(), found.end(), DocumentNumber("CON", int(found[1] or _IN_FORCE)))


def _is_citation(found: Designation, text: str) -> bool:
    kind, number = found.kind, found.written
    if kind is None or kind.prefix in ("ART", "ANX", "CON", "DOC", "PT"):
        return False
    if not _is_written_as_name(kind, found, text):
        return False
    if number.year is not None:
        return True
    if kind.shape == "law":
        return number.seq >= _SMALLEST_LAW or found.marker
    return found.marker and (bool(number.tail) or kind.prefix in ("ORD", "ACTA", "DIR", "CIR", "RES"))


def _is_written_as_name(kind: Kind, found: Designation, text: str) -> bool:
    """An abbreviation counts in capitals only: `da 20`, `or 12` are words."""
    if len(found.kind_text.replace(" ", "")) > 4 or found.kind_text == "ley":
        return True
    return text[found.start : found.start + 1].isupper()


def _further(text: str, plain: str, first: Designation) -> Iterator[Citation]:
    """Yield the other numbers of a list; each must be as full as the first, so that `y 15` is no law."""
    end = first.end
    law = first.kind is not None and first.kind.shape == "law"
    for _ in range(_MOST_IN_A_LIST):
        joint = _NEXT.match(plain, end)
        match = SEQUENCE.match(plain, joint.end()) if joint else None
        if match is None:
            return
        number = written(text, plain, match, law=law, loose=False)
        if (number.year is None) != (first.written.year is None) or (law and number.seq < _SMALLEST_LAW * 2):
            return
        same = Designation(number, first.kind, first.kind_text, first.issuer, True, match.start(), match.start())
        yield Citation(text[match.start() : number.end], match.start(), number.end, number_of(same))
        end = number.end
