"""Whether a text is the minutes of a session, and of which: kind, number, year, body, as its first lines say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.describing.description import Readable, SessionNamed, Value
from records.numbering.ordinals import ordinal_value
from records.numbering.spelling import folded

# Kinds of session as counted in the corpus (guide on Peru, 3.9).
_KINDS = (
    "ordinaria|extraordinaria|ampliada|solemne|descentralizada|plenaria|virtual|permanente|reservada|secreta|privada|"
    "conjunta|continuada|especial|inaugural"
)
_HEAD = 1600
# Further down the minutes speak of other sessions: the last one, the next one.
_OPENING = 600
_MINUTES = re.compile(
    r"^[ \t\d*#=_>.|-]{0,14}(?:borrador (?:de )?)?(?:"
    r"acta\b(?! de (?:nacimiento|matrimonio|defuncion|entrega|inspeccion))"
    rf"|sesion (?:{_KINDS})\b|(?:meeting )?minutes\b"
    r"|[^\n]{0,60}\bmeeting(?: minutes| notes)?(?: \d{4}-\d\d-\d\d)?[ \t]*$)",
    re.M,
)
_ATTENDED = re.compile(r"^[ \t*#-]{0,6}(?:attendance|attendees|present|observers|asistentes|quorum)\b", re.M)
_SESSION = re.compile(
    r"(?P<ordinal>(?:[a-z]{4,16} ){1,2})?"
    rf"(?:sesion|reunion|asamblea)\s+(?:(?:de|del|general)\s+)*(?P<kind>{_KINDS})(?:\s+y\s+urgente)?"
    r"(?:[^\n]{0,25}?(?:n[ro]{0,2}[.°]{0,3}|numero|num\.?)?[^\S\n]*(?<![\d:.])"
    r"(?P<number>(?!(?:19|20)\d\d\b)\d{1,4})(?:[-/](?P<year>20\d\d|19\d\d))?(?![\d:/]| de [a-z]))?"
)
_NUMBERED = re.compile(
    r"acta\s+(?:de [a-z ]{3,30} )?(?:n[ro]{0,2}[.°]{0,3}|num(?:ero)?\.?)\s*(\d{1,4})(?:[-/ ]+(20\d\d|19\d\d))?"
)
_BODY = re.compile(
    r"\b(?:el|la|EL|LA|del|DEL)\s+((?:Pleno|Concejo|Consejo|Comisi[oó]n|Comit[eé]|Directorio|Junta|Mesa de Trabajo|"
    r"Grupo de Trabajo|Subgrupo|Secretar[ií]a T[eé]cnica|Ayuntamiento|Cabildo|Asamblea|PLENO|CONCEJO|CONSEJO|"
    r"COMISI[OÓ]N|MESA DE TRABAJO|GRUPO DE TRABAJO)[^,.;:\n\d]{0,90}(?:\n[^,.;:\n\d]{1,60})?)"
)

_NUMBERED_ON = re.compile(r"[^\S\n]*\n\d{1,3} (?=[A-ZÁÉÍÓÚÑ])([^,.;:\n\d]{1,60})")
_GOES_ON = re.compile(r"\b(?:de|del|de la|de los|de las|y|e|para)$")
"""A name that a line's end cuts where the next line has a number before it."""
_LETTERHEAD = re.compile(
    r"(?:^|[–—-] )[ \t*#_]{0,6}((?i:comisi[oó]n|comit[eé]s?|consejo|concejo|directorio|junta|mesa de trabajo|"
    r"grupo de trabajo|subgrupo|secretar[ií]a t[eé]cnica|asamblea)[ \t][^,.;:\n\d()–—*]{3,110})",
    re.M,
)
_NOBODY = re.compile(r"\bdel ano\b|\bde este\b|\bde esta\b|^pleno$")
_LONGEST_LINE = 160
# Markdown, the numbers of lines, and what a person marks a heading with.
_MARKS = re.compile(r"^[ \t*#=_>|.-]*(?:\d{1,3} (?=[A-ZÁÉÍÓÚÑ]))?|[*#_]+[ \t]*$")


def are_minutes(readable: Readable) -> bool:
    """Tell whether the first page opens as minutes do."""
    if not readable.pages:
        return False
    plain = folded(readable.pages[0].text[:_HEAD])
    match = _MINUTES.search(plain)
    if match is None or match.start() > 600:
        return False
    if "meeting" in match[0] and "minutes" not in match[0]:
        return _ATTENDED.search(plain) is not None
    return True


def session_named(readable: Readable, title: str) -> SessionNamed | None:
    """Return the session that the first lines, or else the title, name; None if they name none."""
    head = readable.pages[0].text[:_OPENING] if readable.pages else ""
    for text in (head, title):
        plain = folded(text)
        matches = list(_SESSION.finditer(plain))
        if matches:
            number, year = _numbered(matches)
            other = _NUMBERED.search(plain)
            if number is None and other:
                number, year = int(other[1]), int(other[2]) if other[2] else None
            return SessionNamed(matches[0]["kind"], number, year)
    return None


def years_differ(readable: Readable) -> str:
    """Return the warning that the opening gives one number two years, as a running head left from last year does."""
    head = readable.pages[0].text[:_OPENING] if readable.pages else ""
    years: dict[tuple[str, int], str] = {}
    for match in _SESSION.finditer(folded(head)):
        if match["number"] and match["year"]:
            number = int(match["number"])
            first = years.setdefault((match["kind"], number), match["year"])
            if first != match["year"]:
                return f"number: the opening says {number}-{first} and {number}-{match['year']}"
    return ""


def _numbered(matches: Sequence[re.Match[str]]) -> tuple[int | None, int | None]:
    """Return the first number, and its year, that mentions of the session's kind give it."""
    for match in matches:
        if match["kind"] != matches[0]["kind"]:
            continue
        year = int(match["year"]) if match["year"] else None
        if number := _ordinal(match["ordinal"] or "") or int(match["number"] or 0):
            return number, year
    return None, None


def _ordinal(words: str) -> int | None:
    return ordinal_value(words.strip()) or (ordinal_value(words.rsplit(maxsplit=1)[-1]) if words.split() else None)


def minutes_heading(readable: Readable) -> Value | None:
    """Return the heading of Spanish minutes: `ACTA N° 1-2024` with the session on the line below it."""
    page = next(iter(readable.pages), None)
    if page is None:
        return None
    found = _MINUTES.search(folded(page.text[:_HEAD]))
    if found is None or not re.search(r"acta|sesion", found[0]):
        return None
    heading = page.text[found.start() :]
    lines = heading.split("\n")[:5]
    end = place = len(lines[0])
    for line in lines[1:]:
        place += 1 + len(line)
        told = _SESSION.search(folded(line)) is not None and len(line) < _LONGEST_LINE
        if told or (lines[0].isupper() and line.isupper() and end + 1 + len(line) == place):
            end = place
        elif line.strip():
            break
    text = " ".join(_MARKS.sub("", line).strip() for line in heading[:end].split("\n"))
    return Value(" ".join(text.split()), "text", page.number, found.start(), found.start() + end)


def body_named(readable: Readable) -> Value | None:
    """Return the body that met: as the lines above the heading name it, else in the words of the opening."""
    if not readable.pages:
        return None
    page = readable.pages[0]
    head = page.text[:_HEAD]
    heading = _MINUTES.search(folded(head))
    above = list(_LETTERHEAD.finditer(head, 0, heading.start() if heading else 0))
    for match in [*above[::-1], *_BODY.finditer(head)]:
        name = match[1].strip(" .–-*#")
        if not _NOBODY.search(folded(name)):
            more = _NUMBERED_ON.match(head, match.start(1) + len(match[1].rstrip())) if _GOES_ON.search(name) else None
            whole = f"{name} {more[1]}" if more else name
            return Value(" ".join(whole.split()), "text", page.number, match.start(1), (more or match).end(1))
    return None
