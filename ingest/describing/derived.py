"""A descriptive title for a document whose own title only repeats kind and number, or is a file's name.

The words are the text's own, from one stretch of one page that its offsets show; within it line breaks, stamps and who
brought a paper may be left out. They are the heading under the number (`LEY QUE …`), what the gazette prints above it,
the first thing that is decided (`APROBAR el …`), or what the recitals say was dealt with. Each rule has its measure of
trust; what reads badly is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.describing.description import Readable, ReadablePage, Value
from ingest.describing.headings import LAWS, heading_of
from ingest.describing.openings import Opening
from ingest.describing.operative import first_article
from ingest.describing.wording import clipped, first_sentence, joined, legibility, shouting
from records.numbering.spelling import folded, words_of

_MOST_PAGES = 16
_LEAST_LEGIBLE = 0.6
_LEAST_WORDS = 3
_SUMMARY = re.compile(
    r"\W{0,4}(?:[a-z]{3,20}(?:an|en|anse|ase|ese|ar|er|ir)\b|dan por|(?:ley|decreto|ordenanza|acuerdo|resolucion"
    r"|reglamento)"
    r"[a-z ]{0,30} (?:que|de|del|para|sobre)\b)"
)


def descriptive_title(
    readable: Readable, opening: Opening | None, title: str, kind: str, *, in_text: Value | None
) -> Value | None:
    """Return what the text says the document is about, with where, by which rule and how surely; None where nothing.

    `in_text`: the title found beside the number's heading, if one was. `kind`: the kind in words. Nothing is returned
    that `title` says already.
    """
    for found in _candidates(readable.pages[:_MOST_PAGES], opening, kind, in_text):
        if found is None or found.confidence is None:
            continue
        if not _tells(found.text) or _said_already(found.text, title):
            continue
        read = legibility(found.text)
        if read >= _LEAST_LEGIBLE:
            return replace(found, confidence=round(found.confidence * min(1.0, read + 0.1), 2))
    return None


def _candidates(
    pages: Sequence[ReadablePage], opening: Opening | None, kind: str, in_text: Value | None
) -> Iterator[Value | None]:
    for page in pages[:3]:
        yield heading_of(page, opening, kind)
    if kind in LAWS:
        # A law has its heading; the first article of what stands on the same page may be another's.
        return
    if in_text is not None and _SUMMARY.match(folded(in_text.text)):
        words = clipped(joined(in_text.text))
        yield replace(in_text, text=words, rule="beside_number", confidence=0.85)
    yield first_article(pages)
    yield _annex(pages)
    yield _dealt_with(pages)


_ANNEX = re.compile(
    r"^[^\w\n]{0,10}(?P<title>(?:manual|reglamento|plan|estatuto|directiva|texto unico|cuadro|estrategia|politica"
    r"|lineamientos)"
    r" (?:de|del|regional|interno|general|unico|para)\b[^\n]{8,200}(?:\n[^\n]{3,120}){0,3})",
    re.M,
)


def _annex(pages: Sequence[ReadablePage]) -> Value | None:
    """Read the title page of what was approved, where the approving text is not in the file."""
    for page in pages[:1]:
        found = _ANNEX.search(folded(page.text[:3000]))
        if found is None or not shouting(page.text[found.start("title") : found.start("title") + 60]):
            return None
        start = found.start("title")
        end = start
        for line in page.text[start : found.end("title")].split("\n"):
            if not shouting(line):
                break
            end += len(line) + 1
        words = clipped(joined(page.text[start:end]))
        return Value(words, "text", page.number, start, end - 1, rule="annex", confidence=0.6)
    return None


_TREATED = re.compile(
    r"(?:relativ[oa] a|referid[oa] a|sobre|tema|punto de agenda|asunto|solicita|solicitando|respecto (?:a"
    r"|de))\b[\s:,]{0,4}"
    r"(?P<what>[\s\S]{30,700}?)(?:;|\.\s|\n\s*\n|$)"
)
_SEEN = re.compile(r"^[^\w\n]{0,10}vist[oa]s?\b", re.M)
_SEEN_ENDS = re.compile(r"^[^\w\n]{0,10}(?:considerando|que,|por cuanto)", re.M)


def _dealt_with(pages: Sequence[ReadablePage]) -> Value | None:
    """Read from the recitals what was before the body: `VISTO: … relativo a la aprobación de …`."""
    for page in pages[:2]:
        small = folded(page.text[:12_000])
        seen = _SEEN.search(small)
        if seen is None:
            continue
        over = _SEEN_ENDS.search(small, seen.end())
        treated = _TREATED.search(small, seen.end(), min(over.start() if over else len(small), seen.end() + 1500))
        if treated is None:
            return None
        start, end = treated.span("what")
        text = first_sentence(joined(page.text[start:end]))
        return Value(clipped(text), "text", page.number, start, end, rule="recital", confidence=0.5)
    return None


def _tells(text: str) -> bool:
    """Tell a title from a form line: so many words that could be searched for."""
    return len({word for word in words_of(folded(text)) if len(word) > 3 and word.isalpha()}) >= _LEAST_WORDS


def _said_already(text: str, title: str) -> bool:
    words = {word for word in words_of(folded(text)) if len(word) > 3}
    return len(words & set(words_of(folded(title)))) > 0.7 * len(words)
