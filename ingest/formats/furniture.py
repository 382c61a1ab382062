"""Finds running heads and feet: lines at the edge of pages that come again on other pages, but for their figures.

Guide on extraction, F 3: lines at the edges that repeat on three pages or on half of them; the gazette sets its head a
tenth below the edge. A page number alone is told by its form, and so is the head of the Peruvian gazette, so that they
are found on a single page too. From the numbers that count on with the pages come the labels of pages that their file
does not label.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from rapidfuzz.fuzz import ratio

from ingest.formats.base import Furniture, PageText
from records.words import WordBox, unpack_words

_EDGE = 0.10
_ONE_HEIGHT = 0.01
_LONGEST = 200
_MOST_LINES = 6
_SHORTEST_LIKENESS = 12
_LIKE_HEIGHT = 0.02
_LIKENESS = 80.0
"""Of a hundred (Indel similarity): of forty letters eight may be others, four misread on each of two pages."""
_MOST_FORMS = 40
_DIGITS = re.compile(r"\d+")
_NUMBER_ALONE = re.compile(
    r"\W*(?:p[áa]g(?:ina)?s?\.?|page|folio|fs?\.)?\s*\d{1,5}(?:\s*(?:de|of|/)\s*\d{1,5})?\W*", re.IGNORECASE
)
_GAZETTE = re.compile(
    r"el peruano\s*/.{5,60}normas legales\s*(?P<odd>\d{0,6})|(?P<even>\d{0,6})\s*normas legales.{5,60}/\s*el peruano",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\W*(?:art[íi]culo|article|section|secci[óo]n|anexo|cap[íi]tulo|t[íi]tulo|considerando|vist[oa]s?|se resuelve|"
    r"decreta|reg[íi]strese)\b",
    re.IGNORECASE,
)
"""What may repeat at one place by chance, since every norm has it."""


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """A line of a page's text that stands wholly at the page's head or foot; `level` in heights of the page."""

    start: int
    end: int
    place: str
    text: str
    level: float

    @property
    def key(self) -> tuple[str, str]:
        """What it has in common with its like on other pages."""
        return self.place, _DIGITS.sub("#", " ".join(self.text.lower().split()))

    @property
    def by_form(self) -> bool:
        """Whether it needs no like to be known."""
        return bool(_NUMBER_ALONE.fullmatch(self.text) or _GAZETTE.fullmatch(self.text.strip()))


def edge_lines(text: str, boxes: Sequence[WordBox], height: float) -> list[EdgeLine]:
    """The lines at the edges of a page, by the boxes of their words; few, and none that is a paragraph."""
    if not height > 0:
        return []
    low, high = height * _EDGE, height * (1 - _EDGE)
    outside: dict[tuple[int, int], list[WordBox]] = defaultdict(list)
    for box in boxes:
        if box[5] < low or box[3] > high:
            line = text.rfind("\n", 0, box[0]) + 1
            end = text.find("\n", box[0])
            outside[line, end if end != -1 else len(text)].append(box)
    return [
        EdgeLine(start, end, "head" if words[0][5] < low else "foot", text[start:end], words[0][3] / height)
        for (start, end), words in [*outside.items()][: _MOST_LINES * 2]
        if end - start <= _LONGEST and len(words) >= len(text[start:end].split())
    ]


def tag_furniture(pages: Sequence[PageText], known: Mapping[int, Sequence[EdgeLine]] | None = None) -> list[PageText]:
    """The pages with their running heads and feet named, and labelled by the numbers printed there.

    `known` holds the edge lines of pages by number; those of the others are found from their word boxes.
    """
    lines = {page.number: (known or {}).get(page.number) or list(_edges_of(page)) for page in pages}
    running = _running(lines)
    running |= _misread({page.number: lines[page.number] for page in pages if page.source == "ocr"}, running)
    tagged: dict[int, tuple[Furniture, ...]] = {}
    for number, found in lines.items():
        tagged[number] = tuple(
            (line.start, line.end, line.place)
            for line in sorted(found, key=lambda line: line.start)
            if line.by_form or (line.key in running and not _BODY.match(line.text))
        )
    labels = _printed_numbers(lines) if not any(page.label for page in pages) else {}
    return [
        replace(page, furniture=tagged[page.number], label=page.label or labels.get(page.number, ""))
        if tagged[page.number] or page.number in labels
        else page
        for page in pages
    ]


def _running(lines: Mapping[int, Sequence[EdgeLine]]) -> set[tuple[str, str]]:
    """What stands on three pages at one height, but for its figures; of few pages on half of them, figures and all."""
    levels: dict[tuple[str, str], list[float]] = defaultdict(list)
    texts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for found in lines.values():
        for line in {line.key: line for line in found}.values():
            levels[line.key].append(line.level)
            texts[line.key].add(line.text.strip())
    few = max(2, len(lines) / 2)
    running: set[tuple[str, str]] = set()
    for key, places in levels.items():
        usual = median(places)
        count = sum(1 for level in places if abs(level - usual) < _ONE_HEIGHT)
        if count >= 3 or (count >= few and len(texts[key]) == 1):
            running.add(key)
    return running


def _misread(lines: Mapping[int, Sequence[EdgeLine]], running: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """What recognition read a little otherwise from page to page: lines at about one height that are nearly the same.

    On three pages in all, or like a line that is known to run. Few forms are kept at each height, so that a file of
    thousands of pages costs no more than its lines.
    """
    levels: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for number, found in lines.items():
        for line in found:
            if len(line.key[1]) >= _SHORTEST_LIKENESS:
                levels[line.key][number] = line.level
    forms: dict[tuple[str, int], list[list[tuple[str, str]]]] = defaultdict(list)
    for key, places in sorted(levels.items(), key=lambda item: (item[0] not in running, -len(item[1]), item[0])):
        step = round(median(places.values()) / _LIKE_HEIGHT)
        near = [form for other in (step, step - 1, step + 1) for form in forms[key[0], other]]
        like = next((form for form in near if ratio(form[0][1], key[1], score_cutoff=_LIKENESS)), None)
        if like is not None:
            like.append(key)
        elif len(forms[key[0], step]) < _MOST_FORMS:
            forms[key[0], step].append([key])
    alike = [form for found in forms.values() for form in found]
    enough = (form for form in alike if form[0] in running or len({at for key in form for at in levels[key]}) >= 3)
    return {key for form in enough for key in form}


def _edges_of(page: PageText) -> Iterator[EdgeLine]:
    if page.height and page.words:
        yield from edge_lines(page.text, unpack_words(page.words), page.height)


def _printed_numbers(lines: Mapping[int, Sequence[EdgeLine]]) -> dict[int, str]:
    """The number printed on each page, where one at the edge counts on with the pages on most of them.

    A single page has it from the head of the gazette alone.
    """
    if len(lines) == 1:
        heads = [_GAZETTE.fullmatch(line.text.strip()) for found in lines.values() for line in found]
        return {number: head["odd"] or head["even"] or "" for number in lines for head in heads if head}
    offsets: Counter[int] = Counter()
    alone: Counter[int] = Counter()
    for number, found in lines.items():
        offsets.update({int(figures) - number for line in found for figures in _numbers(line)})
        alone.update({int(figures) - number for line in found if line.by_form for figures in _numbers(line)})
    enough = max(min(3, len(lines)), len(lines) * 0.6)
    # What stands alone is rather the number of the page than one among words.
    offset = next((offset for offset, n in [*alone.most_common(1), *offsets.most_common(1)] if n >= enough), None)
    if offset is None:
        return {}
    return {
        number: str(number + offset)
        for number, found in lines.items()
        if any(int(figures) - number == offset for line in found for figures in _numbers(line))
    }


def _numbers(line: EdgeLine) -> list[str]:
    return [figures for figures in _DIGITS.findall(line.text) if len(figures) < 6]
