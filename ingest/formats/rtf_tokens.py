"""Rich Text Format as a row of tokens: control words, letters, group marks. Bytes stand for Latin-1 letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\'(?P<hex>[0-9a-fA-F]{2})"
    r"|\\(?P<symbol>[^a-zA-Z])"
    r"|(?P<mark>[{}])"
    r"|[\r\n\x00]+"
    r"|(?P<text>[^\\{}\r\n\x00]+)"
    r"|\\\Z",
    re.S,
)


class Token(NamedTuple):
    """`kind` is word, hex, symbol, mark or text; `number` belongs to a word, None where it has none."""

    kind: str
    value: str
    number: int | None = None


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a file. Binary data (`\\binN`) is stepped over, whatever it looks like."""
    place = 0
    while (match := _TOKEN.match(text, place)) is not None:
        place = match.end()
        kind = match.lastgroup
        if match["word"] is not None:
            number = int(match["number"]) if match["number"] else None
            if match["word"] == "bin":
                place += max(number or 0, 0)
            yield Token("word", match["word"], number)
        elif kind is not None:
            yield Token(kind, match[kind])


CODE_PAGES = {
    0: 1252,
    2: 1252,
    77: 10000,
    128: 932,
    129: 949,
    134: 936,
    136: 950,
    161: 1253,
    162: 1254,
    163: 1258,
    177: 1255,
    178: 1256,
    186: 1257,
    204: 1251,
    222: 874,
    238: 1250,
    255: 850,
}
"""Windows code pages of the character sets that fonts name (RTF 1.9.1, `\\fcharset`)."""

LETTERS = {
    "par": "\r",
    "sect": "\r",
    "page": "\r",
    "line": "\n",
    "lbr": "\n",
    "tab": "\t",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
SYMBOLS = {"~": "\xa0", "_": "-", "{": "{", "}": "}", "\\": "\\", "\n": "\r", "\r": "\r", "\t": "\t"}

_SKIPPED_WORDS = (
    "colortbl pict objdata fldinst nonshppict shprslt sp filetbl revtbl themedata colorschememapping datastore "
    "latentstyles rsidtbl xmlnstbl listtable listoverridetable generator pgptbl mmathPr tc xe rxe txe bkmkstart "
    "bkmkend panose falt fname atnid atndate atnref atnicn ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pn pnseclvl "
    "template operator company doccomm hlinkbase userprops private1 keycode objclass objname oldcprops oldpprops "
    "oldtprops oldsprops fontemb wgrffmtfilter"
)
SKIPPED = frozenset(_SKIPPED_WORDS.split())
"""Destinations whose letters are no text."""
KNOWN_IGNORABLE = frozenset({"shpinst", "annotation", "atnauthor", "htmltag", "mhtmltag", "footnote"})
"""Destinations marked as ignorable (`\\*`) that are looked into all the same."""
