"""A stretch of a read page made one line of words, cut where a clause ends, and how far it reads as words at all.

Recognised pages break words at line ends and lay stamps, initials and form lines between the lines of a sentence.
"""

from __future__ import annotations

import html
import re

from ingest.lexicon import known_words
from records.numbering.spelling import folded

LONGEST = 250
"""Characters of a title made from a text, at most."""
_SHORTEST = 90
_MARKUP = re.compile(r"[*#`]{1,3}|(?<!\w)_+|_+(?!\w)|<[^<>]{1,40}>|\u00ad")
# Recognition takes an `i` inside a word for an inverted exclamation mark.
_INVERTED = re.compile(r"(?<=[a-zñ])¡|¡(?=[a-zñ]{2})(?<=\w¡)")
_HYPHENATED = re.compile(
    r"(?<=[a-záéíóúüñ])[-¬]\n[ \t]*(?=[a-záéíóúüñ])|(?<=[A-ZÁÉÍÓÚÑ]{3})[-¬]\n[ \t]*(?=[A-ZÁÉÍÓÚÑ]{3})"
)
# What a stamp, a signature or a scanner leaves on a line of its own.
_NOISE_LINE = re.compile(
    r"[\W_]*\d?[\W_]*|\W*[^\W\d_]{1,2}\W*|.{0,14}(?:pag(?:ina)?\W{0,3}\d.{0,12})|\W*v\W{0,2}o?\W{0,2}b\W{0,2}o?\W*"
    r"|.*(?:www\.|\btelf?s?\b|telefono|central telefonica|@\w).*|(?:\W*)(?:jr|av|jiron|avenida|calle)\W.{4,60}"
)
# The head of the paper, between two lines that are not in capitals.
_LETTERHEAD = re.compile(
    r"\W*(?:secretaria general|republica del peru|gobierno regional(?: de| del)? [a-z ]{4,20}|consejo regional)\W*"
)
_AWAITS_A_NUMBER = re.compile(r"(?:\bn\W{0,3}(?:ro)?|[-/(]|\b(?:ley|articulo|de|del|al|y|a))\W{0,2}$")
_SENTENCE_END = re.compile(r"[.;](?=\s+\W{0,3}[A-ZÁÉÍÓÚÑ0-9]|\s*$)|(?<=\w)[”\"»][.;]?\s*$")
# A full stop after these ends no sentence.
_SHORTENED = re.compile(
    r"(?:\bs/|\b(?:[A-Za-z]|art|arts|inc|lit|num|nro|no|nos|ing|abog|abg|dr|dra|drs|sr|sra|srta|srs|lic|econ|arq"
    r"|prof|med|mg|"
    r"mag|mgtr|tec|bach|cpc|cmdte|gral|crnl|av|jr|gob|reg|ud|uds|etc|aprox|cia|ltda|exp|leg|min|max|pp|vs|d\.s"
    r"|d\.u|u\.e"
    r"|obst|enf|blgo|psic|soc|vet|m\.sc|m\.v))$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:.](?=\s)|\s(?=(?:conforme|segun|de acuerdo (?:a|con)|de conformidad|en merito|en virtud)\b)")
_TRAILING = re.compile(
    r"(?:\W|\b(?:y|e|o|u|de|del|la|las|el|los|en|a|al|con|por|para|que|su|sus|un|una|como|segun|conforme|mediante"
    r"|cual"
    r"|cuyo|cuya|siguientes?|n|nro|articulos?|ley|referid[oa]s?|relativ[oa]s?|contemplan?|mismo|misma|presente"
    r"|detalle|se"
    r"|anexa|indica|continuacion|acuerdo|conforme|presentad[oa]s?|ubicad[oa]s?|numeral|literal|ordenanza"
    r"|resolucion|decreto"
    r"|corresponde|denominad[oa]s?|según|manera|es|son|fecha)\b)+$"
)
# Decisions about a paper that somebody brought, or about a person who is to come: what it is about stands further on.
_OF_A_PAPER = re.compile(
    r"\W*(?:[a-z]+(?:ar|er|ir)|[a-z]+ese)\W{1,3}(?:(?:en todos sus extremos|por unanimidad|el|la|los|las|al|a la"
    r"|del)\W{1,3}){0,3}"
    r"(?:dictamen|informe|pedido|solicitud|mocion|memorando|oficio|plan de trabajo|propuesta|conclusiones"
    r"|gobernador|director"
    r"|gerente|titular|gerencia|direccion|secretari|consejer|ejecutivo|funcionari|comision|senor|sr\b|dr\b|ing\b"
    r"|ptaf)"
)
_FIRST_CLAUSE = re.compile(r"[,;]|\s(?=(?:de fecha|presentad|emitid|suscrit|formulad|solicitad|n\W{0,2}\d|n\W \d))")
_NAMED = re.compile(r"\bdenominad[oa]s?\b")
_WHAT_FOR = re.compile(
    r"\b(?:referid[oa]s? a|relativ[oa]s? a|respecto (?:a|de)|sobre\b|en cuanto propone|denominad[oa]"
    r"|que recomienda|donde recomienda"
    r"|mediante el cual|a fin de(?: que)?|con la finalidad|para que|informen? sobre|exponga|en el sentido"
    r"|solicita\b|para la\b"
    r"|el mismo que contempla|que declara|que aprueba|consistente en)"
)
_TRACES = re.compile(r"\s+([,;:.)”»])")
_DOUBLED_STOP = re.compile(r"([,;:])[\s,;:.]+(?=\w)")
_MIXED = re.compile(r"[a-záéíóúñ][A-ZÁÉÍÓÚÑ]")
_ODD = re.compile(r"[^\w\s.,;:()\-–—/°º\"“”'’«»%$&+#ªN]|[a-záéíóúñ][A-ZÁÉÍÓÚÑ]|\d[a-z]{2,}\d|[^\W\d_]\d[^\W\d_]")


def joined(text: str) -> str:
    """Return a stretch of a page as one line: words joined over line ends, lines that are no part of it left out."""
    text = _HYPHENATED.sub("", html.unescape(text))
    text = _INVERTED.sub("i", text)
    lines = [_MARKUP.sub("", line).strip() for line in text.split("\n")]
    kept: list[str] = []
    for line in lines:
        if line and not (kept and _is_noise(line, kept[-1])):
            kept.append(line)
    return _TRACES.sub(r"\1", " ".join(" ".join(kept).split()))


def _is_noise(line: str, before: str) -> bool:
    """Tell what a page lays between two lines of a sentence; the figures of a number broken off are part of it."""
    if line.strip(" .").isdigit():
        return len(line) < 6 and not _AWAITS_A_NUMBER.search(folded(before))
    if _NOISE_LINE.fullmatch(folded(line)):
        return True
    return shouting(line) and not shouting(before) and bool(_LETTERHEAD.fullmatch(folded(line)))


def first_sentence(text: str) -> str:
    """Return the first sentence of a line; one that ends in a colon goes on."""
    for stop in _SENTENCE_END.finditer(text):
        before = text[: stop.start()]
        if text[stop.start()] == "." and _SHORTENED.search(before):
            continue
        if len(before) > 20:
            return before
    return text


def clipped(text: str, longest: int = LONGEST) -> str:
    """Return the words of a line up to the last end of a clause within `longest` characters, else of a word and `…`.

    Where a long line first says who asked and only then what for, `…` stands for what is between.
    """
    text = text.strip(" \t-–—.:;,*•~_|'’‘`=")
    if len(text) > longest:
        text = _without_digression(text)
    if len(text) <= longest:
        return _closed(_without_tail(text))
    small = folded(text[:longest])
    ends = [clause.start() for clause in _CLAUSE.finditer(small) if clause.start() >= _SHORTEST]
    ends = [end for end in ends if not _SHORTENED.search(text[:end]) and not _open(text[:end])]
    if ends and ends[-1] > longest // 2:
        return _closed(_without_tail(text[: ends[-1]]))
    return _closed(_without_tail(text[: longest - 2].rsplit(" ", 1)[0])) + " …"


def _without_digression(text: str) -> str:
    """Leave out of `APROBAR el plan N° 1, de la consejera …, referido a: X` what stands before `referido a`."""
    small = folded(text)
    if not _OF_A_PAPER.match(small):
        return text
    head = _FIRST_CLAUSE.search(small, 24)
    what = _NAMED.search(small, 40, 450) or _WHAT_FOR.search(small, head.start() if head else 60)
    if head is None or what is None or len(text) - what.end() < 30 or what.start() - head.start() < 40:
        return text
    return f"{text[: head.start()].rstrip()} … {text[what.start() :].lstrip(' ,;')}"


def _without_tail(text: str) -> str:
    tail = _TRAILING.search(folded(text))
    kept = text[: tail.start()] if tail and tail.start() > len(text) // 2 else text
    return kept + (")" if text[len(kept) :].startswith(")") else "")


def _open(text: str) -> bool:
    return text.count("(") > text.count(")") or text.count("“") > text.count("”")


def _closed(text: str) -> str:
    """Take away a quotation mark that nothing opens or closes."""
    for opening, closing in (("“", "”"), ("«", "»")):
        if text.count(opening) != text.count(closing):
            text = text.replace(opening, "").replace(closing, "")
    return text.replace('"', "").strip() if text.count('"') % 2 else text.strip()


def legibility(text: str) -> float:
    """Return how far a line reads as words, 0 to 1: known words among all, less the tokens no word is made of."""
    words, known = known_words(text)
    tokens = text.split()
    if words < 2 or not tokens:
        return 0.0
    odd = sum(1 for token in tokens if _ODD.search(token)) / len(tokens)
    return max(0.0, known / words - odd)


def shouting(line: str) -> bool:
    """Tell a line in capitals, also one of small capitals that a file mixes up: `ley QUe MODIFICA lA ley`."""
    letters = [sign for sign in line if sign.isalpha()]
    return len(letters) > 2 and sum(map(str.isupper, letters)) > 0.42 * len(letters)


def without_mixed_capitals(line: str) -> str:
    """Return a line whose words mix small and capital letters in capitals."""
    mixed = len(_MIXED.findall(line))
    return line.upper() if mixed > 2 or (mixed and shouting(line)) else line
