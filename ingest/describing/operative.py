"""The first thing that a norm decides: the first article after `ACUERDA:`, `SE RESUELVE:`, `DECRETA:`, `ORDENA:`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.describing.description import ReadablePage, Value
from ingest.describing.lines import at_lines
from ingest.describing.wording import clipped, first_sentence, joined
from records.numbering.spelling import folded

_LOOKED_AT = 60_000
"""Characters that are looked at: the operative part of a long text stands further down than its heading."""
_FORMULA = re.compile(
    r"^[^\w\n]{0,10}(?:\d{1,2}\W{1,3})?(?:por \w{4,12},? |se ?|ha )?(?:a ?c ?u ?e ?r ?d ?a|acordo|acordar"
    r"|r ?e ?s ?u ?e ?l ?v ?e|o ?r ?d ?e ?n ?a|d ?e ?c ?r ?e ?t ?a|se dispone)\b[^\n]{0,60}$",
    re.M,
)
_ANNOUNCED = re.compile(
    r"(?:siguiente|presente)(?:\s(?:acuerdo|ordenanza|decreto|resolucion)[a-z ]{0,30})?[.:;]{1,3}[^\w\n]{0,4}$",
    re.M,
)
_STOP = r"[\s.:;,°º•~*_=“”\"'–—-]"
_FIRST = re.compile(
    r"^[^\w\n]{0,10}(?:\d{1,2}[^\w\n]{1,3})?(?:a[rn]t\w{0,3}[ck]ul[o0]|art)[ .]{1,3}\W{0,2}"
    rf"(?:primer[o0]?|unic[o0]|1(?:ro|er)?|i)(?![\w])[°º*\"'”’?%]{{0,2}}{_STOP}{{0,10}}",
    re.M,
)
_PLAIN_FIRST = re.compile(
    rf"^[^\w\n]{{0,6}}(?:primer[o0]|unic[o0]|1)\b[ °º]{{0,2}}[.:;,)–—-]{{1,4}}{_STOP}{{0,6}}", re.M
)
_ENDS = re.compile(
    r"^[^\w\n]{0,10}(?:(?:a[rn]t\w{0,3}[ck]ul[o0]|art)[ .]{1,3}\W{0,2}(?:segund|2|ii|tercer|3)|segundo\W{1,3}"
    r"|registrese"
    r"|comuniquese|publiquese|mando |por tanto|disposici[o0]n(?:es)?\s(?:complem|final|transit|derog|unica)"
    r"|anexo\b|dado en |2[.)]|pdf:|fuente:)",
    re.M,
)
_PARAGRAPH_ENDS = re.compile(r"[.;:”\"]\s*\n[ \t]*\n")
_GOES_ON = re.compile(r"\b(?:y|e|el|la|los|las|del?|al|en|por|articulo|con)\s*$")
_INFINITIVE = re.compile(r"\W{0,6}[a-z]{2,18}(?:ar|er|ir)(?:se|l[aeo]s?)?\b")
_ENCLITIC = re.compile(r"\W{0,6}(?:[a-z]{3,18}(?:[ae]n?se)\b|dar por|dejar|aprueban?\b|declaran?\b|modifican?\b)")
_BODY_DECIDES = re.compile(r"\W{0,6}(?:el|la|los) (?:pleno|consejo|gobierno|concejo|presente|present[ea])\b")
_LONGEST = 1600
_NEAR = 500


@dataclass(frozen=True, slots=True)
class _Found:
    page: ReadablePage
    start: int
    worth: int


def first_article(pages: Sequence[ReadablePage]) -> Value | None:
    """Return the first article's decision as one line, with its page and span, and how surely it is one."""
    found: list[_Found] = []
    left = _LOOKED_AT
    for page in pages:
        found += _on_page(page, folded(page.text[:left]))
        left -= len(page.text)
        if left <= 0:
            break
    best = max(found, key=lambda one: one.worth, default=None)
    if best is None or best.worth < 3:
        return None
    end = _end(best)
    title = clipped(first_sentence(joined(best.page.text[best.start : end])))
    sure = 0.85 if best.worth > 4 else 0.7
    return Value(title, "text", best.page.number, best.start, end, rule="first_article", confidence=sure)


def _on_page(page: ReadablePage, small: str) -> Iterator[_Found]:
    formulas = sorted({one.end() for found in (at_lines(_FORMULA, small), _ANNOUNCED.finditer(small)) for one in found})
    for pattern, named in ((_FIRST, 1), (_PLAIN_FIRST, 0)):
        for match in at_lines(pattern, small):
            near = any(0 <= match.start() - end <= _NEAR for end in formulas)
            verb = _verb(small, match.end())
            if verb and (named or near):
                head = page.text[match.start() : match.end()].lstrip(" \n\t*#_>“\"'.-")
                yield _Found(page, match.end(), named + head[:3].isupper() + 2 * near + verb)
    for end in formulas:
        if _INFINITIVE.match(small, end, end + 40):
            yield _Found(page, end, 3)


def _verb(small: str, at: int) -> int:
    if _INFINITIVE.match(small, at) or _ENCLITIC.match(small, at):
        return 2
    return 1 if _BODY_DECIDES.match(small, at) else 0


def _end(found: _Found) -> int:
    small = folded(found.page.text[found.start : found.start + _LONGEST])
    length = len(small)
    for stop in _ENDS.finditer(small, 1):
        # `MODIFICAR el artículo primero y` goes on with another norm's second.
        if not _GOES_ON.search(small, max(0, stop.start() - 30), stop.start()):
            length = stop.start()
            break
    paragraph = _PARAGRAPH_ENDS.search(small, 60, length)
    return found.start + (paragraph.start() + 1 if paragraph else length)
