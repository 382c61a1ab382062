"""The heading under a norm's number: `LEY QUE …`, `ORDENANZA REGIONAL QUE …`, in capitals on lines of its own.

A page of the gazette holds the end of one norm and the beginning of others, and columns read across one another: a
heading counts only where no other norm's number stands between it and this one's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.describing.description import ReadablePage, Value
from ingest.describing.openings import Opening
from ingest.describing.wording import clipped, joined, shouting, without_mixed_capitals
from records.numbering.spelling import folded

LAWS = ("ley", "decreto legislativo", "decreto de urgencia", "resolucion legislativa", "decreto ley")
_LAW = r"ley|decreto legislativo|decreto de urgencia|resolucion legislativa|decreto ley"
_OTHER = (
    r"decreto supremo|ordenanza(?: regional| municipal)?|acuerdo(?: de consejo| de concejo)?(?: regional)?"
    r"|decreto regional|decreto de alcaldia"
)
_TITLE = re.compile(
    rf"^[^\w\n]{{0,10}}(?P<title>(?:{_LAW}|decreto supremo)\s(?:que|general|marco|del?|para|sobre|organica"
    rf"|autoritativa)\b"
    rf"|(?:{_OTHER})\s(?:que|sobre)\b)",
    re.M,
)
_DESIGNATION = re.compile(
    rf"^[^\w\n]{{0,10}}(?P<kind>{_LAW}|{_OTHER})\s{{1,3}}n\W{{0,4}}(?:ro)?\W{{0,3}}(?P<number>\d[\d.]{{0,8}})"
    r"(?P<rest>[^\n]*)$",
    re.M,
)
_GIVEN = re.compile(
    r"(?:ha dado|ha aprobado|ha emitido|aprobo|da|dado|expide) (?:[lj1][ao]|el)? ?(?:presente |siguiente )?"
    r"(?:ley|ordenanza|resolucion|decreto|acuerdo)[a-z ]{0,40}[ .:;]{0,4}\n[\s*#_“\"]*"
)
_DIVISION = re.compile(
    r"\s(?:(?:t.tulo|cap.tulo|seccion|libro)\s+(?:preliminar|unico|[ivx]+\b|primero|1\b)|edicion extraordinaria"
    r"|separata especial|disposiciones generales|por cuanto|a?rticulo\s+(?:unico"
    r"|primero|1)\b"
    r"|exposicion de motivos|considerando|se resuelve|acuerda:|ordena:|el peruano\b|(?:el|la) president[ea] d)"
)
_STOPS = re.compile(
    r"\W*(?:articulo|art\.|t.tulo|cap.tulo|visto|considerando|por cuanto|el (?:congreso|presidente|consejo)|que,)"
)
# The gazette's own division, alone on its line; in a title (`DELEGA EN EL PODER EJECUTIVO`) the words run into it.
_PAPERS_DIVISION = re.compile(r"\W*poder (?:legislativo|ejecutivo)\W*$")
_GOES_ON = re.compile(r"\b(?:y|e|el|la|los|las|del?|al|en|por|con|para)\W*$")
_MOST_LINES = 12
_REACH = 5000
_RECITALS_ARE_OVER = 30_000


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    own: bool


def heading_of(page: ReadablePage, opening: Opening | None, kind: str) -> Value | None:
    """Return the heading on a page as a line, with span and trust: sure beside the own number, less without one.

    `kind`: what the document is in words, folded; a law's heading must begin with it.
    """
    text = page.text[:_RECITALS_ARE_OVER]
    small = folded(text)
    titles = [one for one in _TITLE.finditer(small) if _heads(text, one.start("title"))]
    if kind in LAWS:
        titles = [one for one in titles if one["title"].startswith(kind)]
        return _beside(page, small, list(_marks(small, opening, kind)), titles)
    # A law named in the recitals of an ordinance, or of what stands beside it on the page, heads neither.
    titles = [one for one in titles if not one["title"].startswith(LAWS)]
    if titles:
        start = titles[0].start("title")
        return _valued(page, start, _heading_end(text, start), 0.9)
    return _given(page, small)


def _marks(small: str, opening: Opening | None, kind: str) -> Iterator[_Mark]:
    """Yield the numbers of this kind that stand as headings; a line of the gazette's contents goes on with the title.

    Another kind's number parts nothing: a law's title must begin with the law's own kind.
    """
    seq = opening.number.seq if opening else -1
    for found in _DESIGNATION.finditer(small):
        if found["kind"] != kind:
            continue
        digits = found["number"].replace(".", "")
        if len(found["rest"].strip(" \t*#_.,:;-(")) > 40:
            continue
        yield _Mark(found.start(), found.end(), digits.isdigit() and int(digits) == seq)


def _beside(page: ReadablePage, small: str, marks: list[_Mark], titles: list[re.Match[str]]) -> Value | None:
    """Return the title that follows the own number before any other number does."""
    for mark in reversed([mark for mark in marks if mark.own]):
        following = next((other.start for other in marks if other.start > mark.start and not other.own), len(small))
        limit = min(following, mark.end + _REACH)
        for title in titles:
            start = title.start("title")
            if mark.end <= start < limit:
                sure = 0.95 if mark.start > 60 or len(marks) == 1 else 0.8
                return _valued(page, start, _heading_end(page.text, start), sure)
        if (purpose := _purpose(page, small, mark.end, limit)) is not None:
            return purpose
    return None


_PURPOSE = re.compile(
    r"(?:la|el) presente (?:ley|decreto legislativo|decreto de urgencia|norma)[^.;\n]{0,40}?\s(?:tiene (?:por"
    r"|como) (?:objeto|"
    r"finalidad)|dispone|busca)(?: de)?\s"
)


def _purpose(page: ReadablePage, small: str, start: int, limit: int) -> Value | None:
    """Read `La presente ley tiene por objeto …` where the heading is lost."""
    found = _PURPOSE.search(small, start, limit)
    if found is None:
        return None
    end = re.compile(r"[.;]\s|\n\s*\n").search(small, found.end())
    stop = min(end.start() if end else len(small), found.end() + 900)
    words = clipped(joined(page.text[found.end() : stop]))
    return Value(words, "text", page.number, found.end(), stop, rule="purpose", confidence=0.7)


def _heads(text: str, start: int) -> bool:
    """Tell a heading from a sentence broken at this line: it is in capitals, and nothing runs into it."""
    line = text[start : text.find("\n", start) if "\n" in text[start:] else len(text)]
    if not shouting(line[:120]):
        return False
    before = text[max(0, start - 200) : text.rfind("\n", 0, start) + 1].rstrip(" \t")
    last = before.rstrip().rsplit("\n", 1)[-1].strip()
    return not last or before.endswith("\n\n") or shouting(last) or last[-1] in '.:;,"”*' or len(last) < 40


def _heading_end(text: str, start: int) -> int:
    """Return where the lines in capitals end, or a division of the norm begins."""
    end = start
    before = ""
    for at, line in enumerate(text[start : start + 2500].split("\n")[:_MOST_LINES]):
        small = folded(line)
        if at and (not line.strip() or not shouting(line) or _STOPS.match(small) or _TITLE.match(small)):
            break
        if at and _PAPERS_DIVISION.match(small) and not _GOES_ON.search(before):
            break
        end += len(line) + 1
        before = small
    division = _DIVISION.search(folded(text[start:end]), 12)
    return start + division.start() if division else min(end - 1, len(text))


def _given(page: ReadablePage, small: str) -> Value | None:
    """Read what stands under `Ha dado la Ordenanza Regional siguiente:` in whatever letters, up to a blank line."""
    formula = _GIVEN.search(small)
    if formula is None:
        return None
    begin = formula.end()
    if not _TITLE.match(small, begin) and not _TITLE.match(small[begin : begin + 80]):
        return None
    ends = [at for at in (small.find("\n\n", begin), small.find("\narticulo", begin), begin + 700) if at > begin]
    stop = min(ends)
    recital = _STOPS.search(small, begin + 30, stop)
    return _valued(page, begin, recital.start() if recital and small[recital.start()] == "\n" else stop, 0.85)


def _valued(page: ReadablePage, start: int, end: int, confidence: float) -> Value:
    words = clipped(without_mixed_capitals(joined(page.text[start:end])))
    return Value(words, "text", page.number, start, end, rule="heading", confidence=confidence)
