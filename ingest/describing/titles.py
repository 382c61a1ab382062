"""The title of a document, and its lead: the words that say what it is about before the recitals begin.

Nine in a hundred national norms are titled `Ley N.° 31841` and no more (guide on search, B3): for these the text's
own title is looked for.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from ingest.describing.description import Readable, ReadablePage, Value
from ingest.describing.openings import Opening
from records.numbering.bodies import BODIES
from records.numbering.spelling import folded, words_of
from records.numbers import parse_number

_RECITALS = re.compile(
    r"^[ \t*#_>-]{0,10}(?:vist[oa]s?\b|considerando\b|por cuanto\b|el presidente d|la presidenta d|el congreso\b|"
    r"l[oa]s? ministr[oa]|el ministro|concordancias?\b|articulo\b|titulo\b|capitulo\b|poder ejecutivo)",
    re.M,
)
_LEAD_ENDS = re.compile(r"^[ \t*#_>-]{0,10}(?:vist[oa]s?\b|considerando\b|por cuanto\b)", re.M)
_OFFICIAL = re.compile(
    r"^[ \t*#_>\"“]{0,8}(?P<title>(?:"
    r"(?:LEY|DECRETO LEGISLATIVO|DECRETO DE URGENCIA|DECRETO SUPREMO) "
    r"(?:QUE|DE|DEL|GENERAL|MARCO|PARA|SOBRE|ORG[AÁ]NICA)"
    r"|(?:ORDENANZA|RESOLUCI[OÓ]N|ACUERDO)(?: REGIONAL| LEGISLATIVA| MUNICIPAL)? QUE"
    r"|REGLAMENTO (?:DE|DEL|INTERNO|GENERAL|PARA)"
    r"|AN ORDINANCE [A-Z]+"
    r")\b[^\n]{4,300}(?:\n[ \t*]*[A-ZÁÉÍÓÚÑ“\"(][^a-z\n]{3,200}){0,8})",
    re.M,
)
_SUMMARY = re.compile(
    r"(?:decreto|ley|resolucion|ordenanza|acuerdo|reglamento|directiva|modificacion|autorizacion|aprobacion|designacion|"
    r"fe de erratas|[a-z]{3,20}(?:an|en|anse|ase|ese)\b|dan por|dejan)"
)
# Minutes with numbered lines: `1 SESION EXTRAORDINARIA`.
_LINE_NUMBER = re.compile(r"^\d{1,3} (?=[A-ZÁÉÍÓÚÑ])")
_MARKUP = re.compile(r"[*#`]{1,3}|(?<!\w)_|_(?!\w)|<[^<>]{1,40}>")
_PUBLISHERS = re.compile(
    r"publicacion oficial|diario oficial|microsoft word|^untitled|^documento?\d*$|\.(?:indd|docx?|pdf)$|^scan|"
    r"^el congreso de la"
)
_GAZETTE_LINE = re.compile(
    r"normas legales|el peruano\b|^\d{5,8}-\d+$|^fe de erratas$|boletin oficial|^\d+$|^pag(?:ina)?\b"
    r"|e-?mail|www\.|^[{\[\"]"
)
_AN_ARTICLE = re.compile(r"art[íi]culo\W+(?:\d|[úu]nico)", re.IGNORECASE)
# Bookmarks and headings that divide a document do not name it.
_CHAPTER = re.compile(r"\W*(?:capitulo|titulo|seccion|articulo|anexo|indice|chapter|section|article|contents)\b")
_SECTORS = 40
_LONGEST = 1200
_LEAD = 2000
# What may stand in a designation beside the kind's own words, number and issuer's letters.
_NOTHING_MORE = frozenset(
    words_of(
        "n nro no num numero de del la el consejo concejo regional municipal metropolitana alcaldia ordenanza acuerdo "
        "decreto ley resolucion ord ar dr acr or gore goremad gobierno anexo vf y set enero febrero marzo abril mayo "
        "junio julio agosto setiembre septiembre octubre noviembre diciembre ene feb mar abr may jun jul ago sep oct "
        "nov dic"
    )
)
_LONGEST_CODE = 5
_NUMBERED = re.compile(r"\S*\d\S*")
_LETTERS_ONLY = re.compile(r"[A-Z]{1,5}|[A-Z]*[./_-][A-Z./_-]*|[A-Z]{2,9}[./_-][\w./-]*")


def plain_title(text: str) -> str:
    """Return a title without Markdown, HTML entities and doubled space; its words stay as they are."""
    return " ".join(_MARKUP.sub("", html.unescape(text)).replace("\u00ad", "").split()).strip(" ")


def is_bare(title: str) -> bool:
    """Tell whether a title only repeats kind, number, issuer's letters and day: `Acuerdo N.° 119_11Octubre2024`."""
    if not title:
        return True
    if not any(sign.isdigit() for sign in title) or (number := parse_number(title)) is None:
        return False
    tokens = [token for token in _NUMBERED.sub(" ", title).split() if not _LETTERS_ONLY.fullmatch(token)]
    left = {word for token in tokens for word in words_of(folded(token))}
    tail = {part.lower() for part in number.tail.split("-") if len(part) <= _LONGEST_CODE or part in BODIES}
    return not left - tail - set(words_of(folded(number.display.partition("N.°")[0]))) - _NOTHING_MORE


def title_in_text(readable: Readable, opening: Opening | None) -> Value | None:
    """Return the title that the text states, next to the number's heading or in capitals after it."""
    if not readable.pages:
        return None
    page = _page_of(readable.pages, opening)
    if opening is not None and opening.heads and (found := _above(page, opening) or _below(page, opening)):
        return found
    start = opening.value.end if opening else 0
    official = _OFFICIAL.search(page.text, start, start + 6000)
    return _valued(page, official.start("title"), official.end("title")) if official else None


def first_heading(readable: Readable) -> Value | None:
    """Return the first heading the file marks, else its first line of words; a table's row is none."""
    for heading in readable.headings[:3]:
        text = plain_title(heading.text)
        if len(text) > 3 and not _CHAPTER.match(folded(text)):
            return Value(text, "text", heading.page, heading.start, heading.end)
    for page in readable.pages[:1]:
        start = 0
        for line in page.text[:1500].splitlines(keepends=True):
            text = plain_title(_LINE_NUMBER.sub("", line))
            if (
                len(text) > 8
                and " | " not in text
                and sum(sign.isalpha() for sign in text) > len(text) / 2
                and not _GAZETTE_LINE.search(folded(text))
            ):
                return _paragraph(page, start)
            start += len(line)
    return None


def metadata_title(readable: Readable) -> str:
    """Return the title in the file's own properties, unless a program or a publisher put it there."""
    title = plain_title(str(readable.metadata.get("title") or ""))
    return "" if len(title) < 6 or _PUBLISHERS.search(folded(title)) else title


def may_name_a_kind(line: str) -> bool:
    """Tell whether a line may say what a document is; an article's heading does not."""
    text = line.strip()
    if _AN_ARTICLE.match(text):
        return False
    return 4 < len(text) < 160 and (text[0].isupper() or text[0] in "*#_")


def lead(text: str) -> str:
    """Return the opening of a text before its recitals (VISTO, CONSIDERANDO, POR CUANTO), 2,000 characters at most."""
    head = text[: _LEAD * 2]
    end = _LEAD_ENDS.search(folded(head))
    opening = head[: end.start()] if end and end.start() > 0 else head[:600]
    return " ".join(_MARKUP.sub("", opening).split())[:_LEAD]


def _page_of(pages: Sequence[ReadablePage], opening: Opening | None) -> ReadablePage:
    return next((page for page in pages if opening and page.number == opening.value.page), pages[0])


def _above(page: ReadablePage, opening: Opening) -> Value | None:
    """Read the summary that the gazette prints above the number: the lines back to the end of what stood before."""
    lines: list[tuple[int, str]] = []
    end = page.text.rfind("\n", 0, opening.value.start)
    while end > 0 and len(lines) < 14:
        start = page.text.rfind("\n", 0, end) + 1
        line = plain_title(page.text[start:end])
        if _ends_summary(line, lines):
            break
        if line:
            lines.insert(0, (start, line))
        end = start - 1
    text = " ".join(line for _, line in lines)
    if not 12 <= len(text) <= _LONGEST or not _SUMMARY.match(folded(text)) or is_bare(text):
        return None
    return _valued(page, lines[0][0], page.text.rfind("\n", 0, opening.value.start))


def _ends_summary(line: str, lines: Sequence[tuple[int, str]]) -> bool:
    if not line:
        return bool(lines)
    if _GAZETTE_LINE.search(folded(line)):
        return True
    # The sector's name stands alone in capitals above the first summary: `CULTURA`.
    return bool(lines) and line.isupper() and len(line) < _SECTORS and not lines[0][1].isupper()


def _below(page: ReadablePage, opening: Opening) -> Value | None:
    """Read the lines between the number and the recitals: `LEY GENERAL DEL AMBIENTE`, `QUE APRUEBA …`."""
    area = page.text[opening.value.end : opening.value.end + _LONGEST]
    recital = _RECITALS.search(folded(area))
    if recital is None:
        return None
    lines = area[: recital.start()].strip(" \n*#_-.:").split("\n")
    # The number's own heading may stand twice.
    while lines and is_bare(plain_title(lines[0])):
        lines.pop(0)
    text = "\n".join(lines)
    if not len(text) >= 12 or "\n\n" in text or text.endswith(",") or re.match(r"\w+,? \d", text):
        return None
    start = opening.value.end + area.index(text)
    return _valued(page, start, start + len(text))


def _paragraph(page: ReadablePage, start: int) -> Value:
    """Return the heading that begins a text: its line, and those that go on with it in capitals."""
    lines = page.text[start : start + _LONGEST].split("\n")
    count = 1
    while count < min(len(lines), 6) and lines[0].isupper() and lines[count].strip() and lines[count].isupper():
        count += 1
    return _valued(page, start, start + len("\n".join(lines[:count])))


def _valued(page: ReadablePage, start: int, end: int) -> Value:
    return Value(plain_title(page.text[start:end]), "text", page.number, start, end)
