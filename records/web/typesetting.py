"""A page's text as readable HTML: paragraphs, anchors at sections, marks on the words searched for.

Offsets go in as code points into the page's text and nothing is added to or taken from its characters but line
breaks: a line that a printer broke for want of room runs on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Span = tuple[int, int]

# A line this share of the page's usual width was broken by the margin, not by the author.
FULL = 0.72
_NEW_BEGINS = re.compile(r"\s*(?:[-–•*·▪►]\s|\(?\d{1,3}[.)°-]\s|\(?[a-zA-Z][.)]\s|[IVXLC]+[.)]\s|#)")


@dataclass(frozen=True, slots=True)
class Place:
    """A section that begins at `start`; `label` is set apart where the text begins with it."""

    start: int
    anchor: str
    label: str


def typeset(
    text: str,
    *,
    start: int = 0,
    end: int | None = None,
    places: Sequence[Place] = (),
    marks: Sequence[Span] = (),
    first_mark: str = "",
    marks_from: int = 0,
) -> SafeString:
    """Return `text[start:end]` as paragraphs. `first_mark` is the id given to the first mark from `marks_from` on."""
    end = len(text) if end is None else min(end, len(text))
    cuts = {place.start: place for place in places if start <= place.start < end}
    paragraphs = _paragraphs(text, start, end, set(cuts))
    parts: list[str] = []
    at = min((a for a, _ in marks if max(start, marks_from) <= a < end), default=-1) if first_mark else -1
    named = (at, f'<mark id="{escape(first_mark)}">')
    for first, last in paragraphs:
        place = cuts.get(first)
        body = "".join(_runs(text, first, last, _labelled(text, first, place), marks, named))
        opening = f'<p class="part" id="{escape(place.anchor)}">' if place else "<p>"
        parts.append(f"{opening}{body}</p>")
    return mark_safe("\n".join(parts))  # noqa: S308 - every character of the text went through escape()


def _paragraphs(text: str, start: int, end: int, cuts: set[int]) -> list[Span]:
    """Return the paragraphs: they end at blank lines, at line ends that stand, and before sections."""
    width = _usual_width(text[start:end])
    found: list[Span] = []
    first = start
    for line_start, line_end in _lines(text, start, end, cuts):
        if line_start > first and (line_start in cuts or _stands_apart(text, first, line_start, line_end, width)):
            found.append((first, line_start))
            first = line_start
    found.append((first, end))
    return [(a, b) for a, b in (_trimmed(text, a, b) for a, b in found) if a < b]


def _lines(text: str, start: int, end: int, cuts: set[int]) -> Iterator[Span]:
    """Yield the lines; a section that begins inside a line begins a new one."""
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop == -1 else stop
        inner = sorted(cut for cut in cuts if at < cut < stop)
        edges = [at, *inner, stop]
        yield from pairwise(edges) if inner else [(at, stop)]
        at = stop + 1


def _stands_apart(text: str, first: int, line_start: int, line_end: int, width: int) -> bool:
    """Tell whether the line begins a new paragraph rather than running on from the one before."""
    line = text[line_start:line_end]
    before_end = text.rfind("\n", first, line_start)
    before_start = text.rfind("\n", first, max(first, before_end)) + 1 if before_end != -1 else first
    before = text[max(first, before_start) : before_end if before_end != -1 else line_start].strip()
    if not before or not line.strip():
        return True
    return len(before) < FULL * width or bool(_NEW_BEGINS.match(line))


def _usual_width(text: str) -> int:
    lengths = sorted(len(line.strip()) for line in text.splitlines() if line.strip())
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _labelled(text: str, first: int, place: Place | None) -> Span | None:
    """Return where a section's label stands at the head of its paragraph."""
    if place is None or not place.label:
        return None
    head = text[first : first + len(place.label)]
    return (first, first + len(head)) if head.casefold() == place.label.casefold() else None


def _runs(
    text: str, first: int, last: int, label: Span | None, marks: Iterable[Span], named: tuple[int, str]
) -> Iterator[str]:
    """Yield a paragraph's runs as HTML; `named` is where the one mark with an id begins, and its tag."""
    inside = [(max(first, a), min(last, b)) for a, b in marks if a < last and b > first]
    edges = {first, last, *(edge for span in inside for edge in span), *(label or ())}
    ordered = sorted(edges)
    for a, b in pairwise(ordered):
        piece = str(escape(text[a:b].replace("\n", " ")))
        if any(x <= a and b <= y for x, y in inside):
            piece = f"{named[1] if a == named[0] else '<mark>'}{piece}</mark>"
        if label and label[0] <= a and b <= label[1]:
            piece = f'<span class="section-label">{piece}</span>'
        yield piece
