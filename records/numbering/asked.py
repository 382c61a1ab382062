"""A question that is about a number: which forms to look up, the most precise first, and what words are left.

Only a number that leads the question, or is nearly all of it, decides the order of answers: `Reglamento de la Ley
N° 28612` does not ask for Law 28612 (guide on search, B3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from records.kinds import kind_spelled
from records.numbering.bodies import BODIES
from records.numbering.designation import Designation, designations
from records.numbering.identity import DocumentNumber, number_of
from records.numbering.pinpoints import following_pinpoint, leading_pinpoint
from records.numbering.spelling import folded, words_of
from records.numbering.written import normal

_FILLERS_WORDS = (
    "el la los las del de en y the of norma normas numero nro n no texto completo vigente actualizado pdf ver "
    "buscar descargar peru mediante segun conforme por al"
)
FILLERS = frozenset(_FILLERS_WORDS.split())
_LONGEST = 400
_MOST_TRIED = 12
# Law, decree law and legislative resolution share one series; "Resolución" may be short for any of its kinds.
_WITHOUT_KIND = frozenset({"LEY", "DL", "RLEG", "RES"})
# `Artículo 77` and `Anexo 2` name a part of something, not a document.
PARTS = frozenset({"ART", "ANX", "CON"})
_GLUED_KIND = re.compile(r"(?<![^\W_])[^\W\d_]{2,8}(?=\d)")
_TWO_GROUPS = re.compile(r"(?i)(\bley\W{1,3}(?:n\W{0,3})?\d{2}) (\d{3})(?!\d)")
_PLAIN_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class NumberQuery:
    """`forms` to be looked up in turn until one is known; `rests[i]` are the words left over by `forms[i]`.

    `leads`: the number leads the question or is nearly all of it, so that what it names comes first. `pinpoint` is
    the anchor that was asked for with it, `art_15`, or empty.
    """

    forms: tuple[str, ...]
    rests: tuple[str, ...]
    leads: bool
    pinpoint: str = ""

    @property
    def rest(self) -> str:
        """The words that surely are no part of the number or of the suffix that a shorter form leaves out."""
        return self.rests[0] if self.rests else ""

    def rest_after(self, form: str) -> str:
        """Return the words left over if `form` is the one that was found."""
        return self.rests[self.forms.index(form)]


def query_number(text: str) -> NumberQuery | None:
    """Read the number a question is about; None if it holds none. Never raises."""
    text = apart(text[:_LONGEST])
    plain = folded(text)
    pinpoint, start = leading_pinpoint(plain) or ("", 0)
    found = _first(text[start:], plain[start:])
    if found is None:
        return None
    end = start + found.end
    if not pinpoint and (after := following_pinpoint(plain, end)):
        pinpoint, end = after
    before = text[start : start + found.start]
    leads = _leads(found, before, text[end:])
    body = _body_before(found, before)
    before = "" if body else before
    forms: list[str] = []
    rests: list[str] = []
    for number, stop in _candidates(found, body):
        rest = " ".join(f"{before} {text[max(end, start + stop) :]}".split())
        for form in _forms(number, found):
            if form not in forms:
                forms.append(form)
                rests.append(rest)
    return NumberQuery(tuple(forms), tuple(rests), leads, pinpoint)


def forms_of(number: DocumentNumber) -> tuple[str, ...]:
    """Return the forms to look a number up by that prose cites, the most precise first."""
    return tuple(_widening(number, spaced=False))


def apart(text: str) -> str:
    """Return a question with a space between a kind and its number (`ds067-2011`), and none inside a law's number."""
    return _TWO_GROUPS.sub(r"\1\2", _GLUED_KIND.sub(_with_space, text))


def _with_space(found: re.Match[str]) -> str:
    return f"{found[0]} " if kind_spelled((folded(found[0]),)) else found[0]


def _body_before(found: Designation, before: str) -> str:
    """Return the body that stands alone before a number which names none: `pcm 067-2011`, `minsa RM 123-2020`."""
    words = [word.upper() for word in words_of(folded(before)) if word not in FILLERS]
    written = found.written
    alone = len(words) == 1 and written.year is not None and not written.tail and not written.words
    return words[0] if alone and words[0] in BODIES else ""


def _first(text: str, plain: str) -> Designation | None:
    fallback: Designation | None = None
    for count, found in enumerate(designations(text, plain, loose=True)):
        if found.kind is not None and found.kind.prefix not in PARTS:
            return found
        if found.kind is not None:
            continue
        written = found.written
        if fallback is None and (written.year is not None or written.tail or found.marker or _alone(found, plain)):
            fallback = found
        if count > _MOST_TRIED:
            break
    return fallback


def _alone(found: Designation, plain: str) -> bool:
    number = plain[found.number_start : found.end].strip()
    around = f"{plain[: found.start]} {plain[found.end :]}"
    return set(words_of(around)) <= FILLERS and not _PLAIN_YEAR.fullmatch(number)


def _leads(found: Designation, before: str, after: str) -> bool:
    words = [word for word in words_of(folded(before)) if word not in FILLERS]
    # `Ordenanza Regional N.° ORDENANZA REGIONAL N.° 14-2018`: some titles say it twice.
    said_twice = found.kind is not None and kind_spelled(tuple(words)) == found.kind
    if words and not said_twice and not _body_before(found, before):
        return False
    written = found.written
    if found.kind is not None or (written.year is not None and written.tail):
        return True
    seems_years = written.year is not None and 1900 <= written.seq <= 2100
    return set(words_of(folded(after))) <= FILLERS and not seems_years


def _candidates(found: Designation, body: str) -> list[tuple[DocumentNumber, int]]:
    """Return the readings of a number, the longest suffix first, each with where it ends."""
    written = found.written
    if body:
        return [(replace(number_of(found), body=body), written.end), (number_of(found), written.end)]
    counts = range(len(written.words), 0, -1)
    readings = [(number_of(found, words=count), written.words[count - 1][1]) for count in counts]
    return [*readings, (number_of(found), written.end)]


def _forms(number: DocumentNumber, found: Designation) -> list[str]:
    return _widening(number, spaced=bool(found.written.words))


def _widening(number: DocumentNumber, *, spaced: bool) -> list[str]:
    """Return a number's forms with ever less of its end; `spaced`: words by spaces were tried as its end."""
    base = str(number.seq) if number.year is None else f"{number.seq}-{number.year}"
    parts = [part for part in number.tail.split("-") if part]
    shortest = len(parts) if spaced else 1
    ends = ["-" + "-".join(parts[:length]) for length in range(len(parts), max(shortest, 1) - 1, -1)]
    if len(parts) > 1:
        ends.insert(1, "-" + "".join(parts))
    # With a body that is known, a document of another body is another document.
    if not parts or (normal(parts[0]) not in BODIES and not spaced):
        ends.append("")
    prefix = f"{number.kind_prefix}:" if number.kind_prefix else ""
    forms = [f"{prefix}{base}{end}" for end in ends]
    if number.kind_prefix in _WITHOUT_KIND:
        forms += [f"{base}{end}" for end in ends if end or number.year is None]
    return forms
