"""The parts of a norm: articles, complementary dispositions and annexes, with anchors that stay.

Forms and their counts: guide on Peru, 3.5. A heading opens a line; quoted articles (`“Artículo 186-A.- …`) belong to
the article that changes another law, so a line that opens with a quotation mark is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.describing.description import Part, ReadablePage
from ingest.describing.lines import at_lines
from records.numbering.ordinals import ordinal_value, roman_value
from records.numbering.spelling import folded

_ORDINAL = r"[a-z]{4,16}(?:[ \t]+[a-z]{4,16}){0,2}"
_HEADING = re.compile(
    r"^[ \t*#_>-]{0,12}(?:"
    r"(?P<article>articulo|article|art\.)[ \t]+(?:"
    r"(?P<number>\d{1,4})[ \t]?(?:°|o(?![a-z]))?(?:[ \t]?-?[ \t]?(?P<letter>[a-z])(?![a-z0-9]))?[°.]?"
    r"|(?P<roman>[ivxl]{1,8})(?![a-z])"
    rf"|(?P<ordinal>{_ORDINAL})"
    r")(?=[ \t*]*(?:[.:)°-]|$))"
    r"|(?P<group>(?:unica[ \t]+)?disposicion(?:es)?[ \t]+(?:complementarias?[ \t,y]*)?"
    r"(?P<which>final|transitoria|derogatoria|modificatoria)[a-z \t,]{0,60}[*: \t]*$)"
    rf"|(?P<item>{_ORDINAL})[ \t*]*(?:disposicion[^\n.:-]{{0,60}})?(?:[.:]|[.]?[ \t]?-)"
    r"|(?P<annex>anexos?)(?:[ \t]+(?:n(?:ro)?[.°]{0,2}[ \t]*)?"
    r"(?P<which_annex>\d{1,3}(?!\d)|[ivx]{1,5}(?![a-z])|[a-h](?![a-z])|unico))?"
    r"(?=[ \t*]*(?:[.:-]|$))"
    r")",
    re.M,
)
_GROUPS = {"final": "dcf", "transitoria": "dct", "derogatoria": "dcd", "modificatoria": "dcm"}
_GROUP_NAMES = {
    "dcf": "Disposición Complementaria Final",
    "dct": "Disposición Complementaria Transitoria",
    "dcd": "Disposición Complementaria Derogatoria",
    "dcm": "Disposición Complementaria Modificatoria",
}
_MARKS = " \t*#_>-.:°)"
_LONGEST_HEADING = 200
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class _Begin:
    anchor: str
    label: str
    heading: str
    page: int
    start: int


def parts_of(pages: Sequence[ReadablePage]) -> tuple[Part, ...]:
    """Return the parts in order: they do not overlap, and none reaches beyond the page it begins on.

    What stands on later pages until the next part belongs to it too. A second `art_15` is `art_15~2`. Linear.
    """
    begins: list[_Begin] = []
    seen: dict[str, int] = {}
    group = ""
    for page in pages:
        for match in at_lines(_HEADING, folded(page.text)):
            if len(begins) >= _MOST:
                break
            if match["group"]:
                group = _GROUPS[match["which"]]
                if not match["group"].startswith("unica"):
                    continue
            named = _named(match, page.text, group)
            if named is None:
                continue
            if not named[0].startswith(group or "-"):
                group = ""
            anchor = _unique(named[0], seen)
            heading = _heading_line(page.text, match)
            begins.append(_Begin(anchor, named[1], heading, page.number, match.start()))
    return tuple(_closed(begins, {page.number: len(page.text) for page in pages}))


def _named(match: re.Match[str], text: str, group: str) -> tuple[str, str] | None:
    """Return anchor and label of a heading, None for a line that only looks like one."""
    kind = next(name for name in ("article", "group", "item", "annex") if match[name])
    first = text[match.start(kind)]
    if not first.isupper():
        return None
    if kind == "article":
        return _article(match)
    if kind == "annex":
        return _annex(match, text)
    if not group:
        return None
    value = 1 if kind == "group" else ordinal_value(_spaced(match["item"]))
    return (f"{group}_{value}", f"{_GROUP_NAMES[group]} {value}") if value else None


def _article(match: re.Match[str]) -> tuple[str, str] | None:
    if match["number"]:
        number = match["number"].lstrip("0") or "0"
        name = number + (f"-{match['letter'].upper()}" if match["letter"] else "")
        return f"art_{name}", f"Artículo {name}"
    if match["roman"]:
        value = roman_value(match["roman"])
        # A preliminary title counts in Roman numerals and the law begins anew at 1.
        return (f"art_{match['roman'].upper()}", f"Artículo {match['roman'].upper()}") if value else None
    value = ordinal_value(_spaced(match["ordinal"]))
    return (f"art_{value}", f"Artículo {value}") if value else None


def _annex(match: re.Match[str], text: str) -> tuple[str, str] | None:
    which = match["which_annex"] or ""
    if match["annex"] == "anexos" and not which:
        return None
    # In running text `Anexo` opens a line by chance; a heading in small letters has nothing after it.
    if not which and text[match.start("annex") : match.end("annex")] != "ANEXO" and not _ends_line(text, match.end()):
        return None
    value = int(which) if which.isdecimal() else (1 if which in ("", "unico") else roman_value(which))
    name = str(value) if value else which.upper()
    return f"anx_{name}", f"Anexo {name}" if which else "Anexo"


def _ends_line(text: str, place: int) -> bool:
    end = text.find("\n", place)
    return not text[place : end if end != -1 else len(text)].strip(_MARKS)


def _spaced(words: str) -> str:
    return " ".join(words.split())


def _unique(anchor: str, seen: dict[str, int]) -> str:
    count = seen[anchor] = seen.get(anchor, 0) + 1
    return anchor if count == 1 else f"{anchor}~{count}"


def _heading_line(text: str, match: re.Match[str]) -> str:
    """Return what the heading says after its number, where it is a heading and not the first sentence."""
    end = text.find("\n", match.end())
    line = text[match.end() : end if end != -1 else len(text)][: _LONGEST_HEADING * 2]
    line = line.strip(_MARKS)
    return line if len(line) <= _LONGEST_HEADING and not line.endswith((",", ";")) else ""


def _closed(begins: Sequence[_Begin], lengths: dict[int, int]) -> Iterator[Part]:
    for index, begin in enumerate(begins):
        following = begins[index + 1] if index + 1 < len(begins) else None
        same_page = following is not None and following.page == begin.page
        end = following.start if following is not None and same_page else lengths[begin.page]
        yield Part(begin.anchor, begin.label, begin.heading, begin.page, begin.start, end)
