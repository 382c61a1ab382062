"""What the record page shows: the version meant, its text in leaves, its sections, and what may be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db.models.functions import Length
from django.http import QueryDict
from django.utils.safestring import SafeString

from records.api import parameters
from records.api.shown import with_files
from records.errors import NotFound
from records.in_force import UNPUBLISHED, version_on
from records.models import Page, Record, Rendition, Section, Version
from records.persons import Person
from records.web.evidence import Evidence, evidence_of
from records.web.finding import Spot
from records.web.leaves import Leaf, leaf_with, leaves_of
from records.web.typesetting import Place, Span, typeset

# Finds the words of a question in a text: (text, question) to spans, in code points. Given by the search app.
Marker = Callable[[str, str], Sequence[Span]]
MOST_PARTS_LISTED = 100
FIRST_MARK = "first-mark"


@dataclass(frozen=True, slots=True)
class Standing:
    """A version and how it stands to the day asked for; `standing` is a state where it is not published."""

    version: Version
    standing: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, or a stretch of it, made ready to be read. `first` says that the page begins here.

    `evidence` says why its text is not plainly the file's own, where it is not. `label` is the number that the file
    gives the page, where that is another than its place, and `part` the sheet, slide or attached file it is.
    """

    number: int
    html: SafeString
    first: bool
    evidence: Evidence | None = None
    label: str = ""
    part: str = ""


@dataclass(slots=True)
class TextSeen:
    """A leaf of a version's text and the way to the others; `inner` are the files, sheets or slides in it, by page."""

    rendition: Rendition | None = None
    sheets: list[Sheet] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    leaf: int = 0
    leaves: int = 0
    pages: int = 0
    before: int | None = None
    after: int | None = None
    marked: bool = False
    inner: list[tuple[int, str]] = field(default_factory=list)


def versions_seen(record: Record, person: Person, day: dt.date) -> list[Standing]:
    """Return the versions this person may see, newest first, with how each stands to the day."""
    rows = list(Version.objects.visible_to(person).filter(record=record).select_related("capture").order_by("-number"))
    with_files(rows, person)
    seen = []
    for version in rows:
        shown = version_on([version], day)
        standing = version.state if shown is None or shown.standing == UNPUBLISHED else shown.standing
        seen.append(Standing(version, str(standing)))
    return seen


def version_meant(seen: Sequence[Standing], query: QueryDict, day: dt.date) -> Standing:
    """Return the version `?version=` names, else the one shown on the day. Raises NotFound, InvalidValue."""
    number = parameters.number(query, "version")
    if number is None:
        shown = version_on([row.version for row in seen], day)
        number = shown.version.number if shown else None
    for row in seen:
        if row.version.number == number:
            return row
    raise NotFound()


def text_of(rendition: Rendition | None, query: QueryDict, mark: Marker, spot: Spot | None = None) -> TextSeen:
    """Return the leaf with the spot, or that `?page=`, `?section=` or `?leaf=` names, the first by default.

    Raises InvalidValue.
    """
    if rendition is None:
        return TextSeen()
    sections = list(rendition.sections.order_by("position"))
    lengths = list(rendition.pages.order_by("number").values_list("number", Length("text")))
    leaves = leaves_of(lengths, sections)
    if not leaves:
        return TextSeen(rendition)
    at = leaf_with(leaves, spot.page, spot.start) if spot else _leaf_asked(leaves, sections, query)
    seen = TextSeen(rendition, sections=sections, leaf=at, leaves=len(leaves), pages=len(lengths))
    seen.before = at - 1 if at else None
    seen.after = at + 1 if at + 1 < len(leaves) else None
    seen.inner = _inner(rendition)
    _set(seen, leaves[at], query.get("q", ""), mark, spot or Spot(0, 0))
    return seen


def _inner(rendition: Rendition) -> list[tuple[int, str]]:
    """Return where each file, sheet or slide inside the document begins, and what it is called."""
    found: list[tuple[int, str]] = []
    for number, part in rendition.pages.exclude(part="").order_by("number").values_list("number", "part"):
        if not found or found[-1][1] != part:
            found.append((number, part))
    return found[:MOST_PARTS_LISTED]


def _leaf_asked(leaves: Sequence[Leaf], sections: Sequence[Section], query: QueryDict) -> int:
    page = parameters.number(query, "page")
    if page is not None:
        return leaf_with(leaves, page)
    anchor = query.get("section", "")
    for section in sections if anchor else ():
        if section.anchor == anchor:
            return leaf_with(leaves, section.page, section.start)
    leaf = parameters.number(query, "leaf")
    return min(leaf, len(leaves)) - 1 if leaf else 0


def _set(seen: TextSeen, leaf: Leaf, question: str, mark: Marker, spot: Spot) -> None:
    assert seen.rendition is not None
    wanted = {stretch.page for stretch in leaf}
    rows: dict[int, Page] = {
        page.number: page for page in seen.rendition.pages.filter(number__in=wanted).defer("words")
    }
    scanned = seen.rendition.pages.filter(number__in=wanted, source=Page.Source.OCR)
    boxes = dict(scanned.values_list("number", "words"))
    for stretch in leaf:
        page = rows[stretch.page]
        spans = mark(page.text, question) if question else ()
        places = [Place(part.start, part.anchor, part.label) for part in seen.sections if part.page == stretch.page]
        html = typeset(
            page.text,
            start=stretch.start,
            end=stretch.end,
            places=places,
            marks=spans,
            first_mark="" if seen.marked or stretch.page < spot.page else FIRST_MARK,
            marks_from=spot.start if stretch.page == spot.page else 0,
        )
        seen.marked = seen.marked or f'<mark id="{FIRST_MARK}"' in html
        evidence = evidence_of(page, bytes(boxes.get(page.number, b"")))
        label = page.label if page.label != str(page.number) else ""
        seen.sheets.append(Sheet(stretch.page, html, stretch.start == 0, evidence, label, page.part))


def no_marks(text: str, question: str) -> Sequence[Span]:
    """Mark nothing: for a site without a search app."""
    return ()
