"""Whether a text is the minutes of a session, and of which: kind, number, year, body, as its first lines say."""

from __future__ import annotations

import re

from ingest.describing.description import Readable, SessionNamed, Value
from records.numbering.ordinals import ordinal_value
from records.numbering.spelling import folded

# Kinds of session as counted in the corpus (guide on Peru, 3.9).
_KINDS = (
    "ordinaria|extraordinaria|ampliada|solemne|descentralizada|plenaria|virtual|permanente|reservada|secreta|privada|"
    "conjunta|continuada|especial|inaugural"
)
_HEAD = 1600
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
    r"(?:[^\n]{0,25}?(?:n[ro]{0,2}[.°]{0,3}|numero|num\.?)?\s*(?<![\d:.])"
    r"(?P<number>\d{1,4})(?:[-/](?P<year>20\d\d|19\d\d))?(?![\d:/]))?"
)
_NUMBERED = re.compile(
    r"acta\s+(?:de [a-z ]{3,30} )?(?:n[ro]{0,2}[.°]{0,3}|num(?:ero)?\.?)\s*(\d{1,4})(?:[-/ ]+(20\d\d|19\d\d))?"
)
_BODY = re.compile(
    r"\b(?:el|la|EL|LA|del|DEL)\s+((?:Pleno|Concejo|Consejo|Comisi[oó]n|Comit[eé]|Directorio|Junta|Mesa de Trabajo|"
    r"Grupo de Trabajo|Subgrupo|Secretar[ií]a T[eé]cnica|Ayuntamiento|Cabildo|Asamblea|PLENO|CONCEJO|CONSEJO|"
    r"COMISI[OÓ]N|MESA DE TRABAJO|GRUPO DE TRABAJO)[^,.;:\n\d]{0,90}(?:\n[^,.;:\n\d]{1,60})?)"
)


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
    head = readable.pages[0].text[:_HEAD] if readable.pages else ""
    for text in (head, title):
        plain = folded(text)
        if match := _SESSION.search(plain):
            number = int(match["number"]) if match["number"] else _ordinal(match["ordinal"] or "")
            year = int(match["year"]) if match["year"] else None
            other = _NUMBERED.search(plain)
            if number is None and other:
                number, year = int(other[1]), int(other[2]) if other[2] else None
            return SessionNamed(match["kind"], number, year)
    return None


def _ordinal(words: str) -> int | None:
    return ordinal_value(words.strip()) or (ordinal_value(words.rsplit(maxsplit=1)[-1]) if words.split() else None)


def body_named(readable: Readable) -> Value | None:
    """Return the body that met, in the words of the opening."""
    if not readable.pages:
        return None
    page = readable.pages[0]
    match = _BODY.search(page.text[:_HEAD])
    if match is None:
        return None
    return Value(" ".join(match[1].split()), "text", page.number, match.start(1), match.end(1))
