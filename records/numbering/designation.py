"""A designation around a number: the kind before it, the marker between, the body named in either.

`cite = type [of-issuer] [marker] num` of the guide on Peru, 3.4; markers whole and damaged as counted in 3.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from records.kinds import LONGEST_SPELLING, Kind, kind_spelled, longest_ending_with
from records.numbering.bodies import BODIES
from records.numbering.spelling import WORD
from records.numbering.written import Written, sequences, written

_MARKER = re.compile(
    r"(?<![a-z0-9])(?:n(?:umeros?|ums?|ros?|os?|0|umber)?(?:[.°*'\"!?~:,;^&%]{1,3}o?s?\.?)?|w|#)[-\s_]{0,3}$"
)
_OF_AN_ARTICLE = re.compile(r"\b(?:articulos?|arts?\.?) ?$")
_LEAD = re.compile(r"(?<![a-z0-9])([a-z]{1,8})[-./] ?$")
_BREAK = re.compile(r"[;,:()\[\]|]|\.\s|\n\s*\n")
# The dots of an abbreviation part nothing: `D. Leg. 1350`.
_HARD_BREAK = re.compile(r"[;,:()\[\]|]|\n\s*\n")
_DAY = re.compile(r"(?:\d{4}-\d\d-\d\d|\d{1,2}([-/.])\d{1,2}\1(?:\d\d){1,2})(?![0-9]|[-./]\d)")
_HEADS_WORDS = (
    "resolucion resoluciones res decreto decretos acuerdo acuerdos ordenanza ordenanzas directiva directivas "
    "circular circulares acta actas sesion sesiones oficio informe memorando memorandum carta convenio "
    "comunicado ordinance resolution directive minutes ley leyes"
)
_HEADS = frozenset(_HEADS_WORDS.split())
# D.L. is a decree law, or a legislative decree: by its digits (guide on Peru, 3.4).
_AMBIGUOUS = frozenset({"dl", "d l"})
_BACK = 130
_NEAR = 70
_MOST_WORDS = 14
_LAST_WORD = re.compile(r"(?<![a-z0-9])([a-z]+)[\s._/-]{0,4}$")
_LETTERS = re.compile(r"[a-z]+\Z")
_BETWEEN = " \n\t\r._/-"
_LOOKED_BACK = 30
# What a marker may end with: a sign, the `0` that recognition makes of `n.°`, or one of these words.
_ENDS_A_MARKER = frozenset("°*'\"!?~:,;^&%#0")
_MARKER_WORDS = "n numero numeros num nums nro nros no nos number w o s os"
_MARKERS = frozenset(_MARKER_WORDS.split())
_SESSIONS = {
    "ordinaria": "SO",
    "extraordinaria": "SE",
    "ampliada": "SA",
    "solemne": "SS",
    "instalacion": "SI",
    "descentralizada": "SD",
    "especial": "SP",
}


@dataclass(frozen=True, slots=True)
class Designation:
    """One number of a text with the kind written before it; `start` and `end` are offsets of the whole."""

    written: Written
    kind: Kind | None
    kind_text: str
    issuer: str
    marker: bool
    start: int
    number_start: int

    @property
    def end(self) -> int:
        return self.written.end


@dataclass(frozen=True, slots=True)
class _Before:
    kind: Kind | None
    kind_text: str
    issuer: str
    marker: bool
    start: int
    lead: tuple[str, ...] = ()
    session: str = ""


_NOTHING_BEFORE = _Before(None, "", "", False, -1)


def designations(
    text: str, plain: str, *, law: bool = False, loose: bool = False, parts: bool = True
) -> Iterator[Designation]:
    """Yield every number of a text with what stands before it, in order. `plain` is `text` folded.

    `law` says what a number without a kind is taken for; `loose` that the text is no prose (see `written`). Without
    `parts` those of articles are left out: they are every third number of a law, and name no document.
    Takes time linear in the text: what is looked back at for each number is bounded.
    """
    taken = 0
    for match in sequences(plain):
        start = match.start()
        if start < taken or (not parts and _OF_AN_ARTICLE.search(plain, max(0, start - 12), start)):
            continue
        before = _NOTHING_BEFORE if not loose and _stands_bare(plain, start) else _before(plain, start)
        if before.kind is None:
            if day := _DAY.match(plain, match.start()):
                taken = day.end()
                continue
            if not loose:
                continue
        as_law = before.kind.shape == "law" if before.kind else law
        number = written(text, plain, match, law=as_law, loose=loose)
        if before.kind_text in _AMBIGUOUS and number.year is None and number.seq < 10_000:
            before = _legislative(before)
        extra = tuple(part for part in (*before.lead, before.session) if part)
        if extra:
            number = Written(number.seq, number.year, number.tail + extra, number.end, number.words)
        yield Designation(
            number, before.kind, before.kind_text, before.issuer, before.marker, before.start, match.start()
        )


def _stands_bare(plain: str, start: int) -> bool:
    """Tell cheaply that neither kind nor marker nor letters stand before a number, as before three of four.

    Most numbers of a text are amounts, days and items. Of the others `_before` has the last word.
    """
    near = plain[max(0, start - _LOOKED_BACK) : start]
    tail = near.rstrip(_BETWEEN)
    if not tail:
        return True
    last = tail[-1]
    if not "a" <= last <= "z":
        return last not in _ENDS_A_MARKER and not last.isspace()
    if near[-1] in "-./" or near[-2:-1] in ("-", ".", "/"):
        return False
    word = _LETTERS.search(tail)
    return word is not None and not (
        word[0] in _MARKERS or word[0] in _SESSIONS or longest_ending_with(word[0]) or len(word[0]) == len(tail)
    )


def _legislative(before: _Before) -> _Before:
    kind = kind_spelled(("decreto", "legislativo"))
    return _Before(kind, before.kind_text, before.issuer, before.marker, before.start, before.lead, before.session)


def _before(plain: str, start: int) -> _Before:
    marker_start, marker = _skip_marker(plain, start)
    found = _kind_before(plain, marker_start, marker=marker)
    if found.kind is not None:
        return found
    letters: list[str] = []
    while len(letters) < 3 and (lead := _LEAD.search(plain, max(0, start - 12), start)):
        letters.insert(0, lead[1].upper())
        start = lead.start()
        marker_start, marker = _skip_marker(plain, start)
        other = _kind_before(plain, marker_start, marker=marker)
        if other.kind is not None and other.kind.shape != "law":
            return _Before(
                other.kind, other.kind_text, other.issuer, marker, other.start, tuple(letters), other.session
            )
    return found


def _skip_marker(plain: str, start: int) -> tuple[int, bool]:
    """Return where the marker before a number begins; two may follow each other (`N.° N.°-112`)."""
    marked = False
    for _ in range(2):
        match = _MARKER.search(plain, max(0, start - 14), start)
        if match is None:
            break
        start, marked = match.start(), True
    return start, marked


def _kind_before(plain: str, end: int, *, marker: bool) -> _Before:
    nothing = _Before(None, "", "", marker, end)
    if not _may_end_a_kind(plain, end, marker=marker):
        return nothing
    found = list(WORD.finditer(plain, max(0, end - (_BACK if marker else _NEAR)), end))[-_MOST_WORDS:]
    if not found or _parted(plain, found[-1:], end):
        return nothing
    words = [match[0].replace(".", "") for match in found]
    for length in range(min(longest_ending_with(words[-1]), len(words)), 0, -1):
        kind = kind_spelled(tuple(words[-length:]))
        first = found[-length].start()
        if kind is not None and not _parted(plain, found[-length:], end):
            return _Before(kind, " ".join(words[-length:]), kind.issuer, marker, first)
    if marker or words[-1] in _SESSIONS:
        return _kind_further_back(plain, found, words, end, marker=marker) or nothing
    return nothing


def _may_end_a_kind(plain: str, end: int, *, marker: bool) -> bool:
    """Tell cheaply that no kind stands before a number: most numbers of a text are amounts, days and items."""
    match = _LAST_WORD.search(plain, max(0, end - 30), end)
    if match is None:
        return False
    return marker or match[1] in _SESSIONS or longest_ending_with(match[1]) > 0


def _parted(plain: str, words: list[re.Match[str]], end: int) -> bool:
    short = all(len(word[0]) <= 5 for word in words)
    return (_HARD_BREAK if short else _BREAK).search(plain, words[0].end(), end) is not None


def _kind_further_back(
    plain: str, found: list[re.Match[str]], words: list[str], end: int, *, marker: bool
) -> _Before | None:
    """Find `resolución de superintendencia nacional adjunta de aduanas` by its head, bodies named on the way."""
    for index in range(len(words) - 1, -1, -1):
        if words[index] not in _HEADS:
            continue
        if _parted(plain, found[index:], end):
            return None
        if index and words[index] in ("sesion", "sesiones") and "acta" in words[:index]:
            continue
        for length in range(min(LONGEST_SPELLING, len(words) - index), 0, -1):
            kind = kind_spelled(tuple(words[index : index + length]))
            if kind is not None:
                between = words[index + length :]
                issuer = next((word.upper() for word in between if len(word) > 2 and word.upper() in BODIES), "")
                session = next((_SESSIONS[word] for word in between if word in _SESSIONS), "")
                return _Before(
                    kind,
                    " ".join(words[index : index + length]),
                    issuer or kind.issuer,
                    marker,
                    found[index].start(),
                    (),
                    session,
                )
    return None
