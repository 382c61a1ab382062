"""Rich Text Format: paragraphs, rows, headings by style, notes; running heads and comments apart.

Numbers of lists are in the file as text (`\\listtext`) and stay. What was deleted under tracked changes is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ingest.formats.base import Extracted, Unreadable
from ingest.formats.decoding import text_bytes
from ingest.formats.flow import Column, beside, heading_level
from ingest.formats.rtf_tokens import CODE_PAGES, KNOWN_IGNORABLE, LETTERS, SKIPPED, SYMBOLS, Token, tokens
from ingest.formats.summary import decoded_ansi
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of

MOST_DEPTH = 2_000
_HEADS = frozenset({"header", "headerl", "headerr", "headerf"})
_FEET = frozenset({"footer", "footerl", "footerr", "footerf"})
_INFORMATION = {"title": "title", "subject": "subject", "author": "author", "keywords": "keywords"}
_LABELLED = frozenset({"fonttbl", "stylesheet", "info", "atnauthor"})
_ASIDE = frozenset({"footnote", "annotation", *_HEADS, *_FEET})
_FORMATTED = frozenset({"pard", "plain", "s", "outlinelevel", "intbl", "deleted", "f", "uc"})


class RtfReader:
    """Reads the text of one RTF document."""

    formats = frozenset({"rtf"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: too_large, too_deep."""
        return read_rtf(text_bytes(path))


def read_rtf(data: bytes) -> Extracted:
    """What is read from RTF that lies in memory. Raises Unreadable (`too_deep`)."""
    parser = _Parser()
    for token in tokens(data.decode("latin-1")):
        parser.take(token)
    body = parser.finished()
    flow = body.flow
    for note in parser.notes:
        flow.paragraph(note)
    page, headings = flow.page(heads=parser.heads, feet=parser.feet)
    left_out = parser.deletions
    return Extracted(
        format="rtf",
        media_type=MEDIA_TYPES["rtf"],
        language=language_of([page.text]),
        pages=[page],
        headings=headings,
        metadata=dict(parser.information),
        warnings=[f"tracked_changes: {left_out} deleted passages were left out"] if left_out else [],
        parts=beside("comments", parser.comments),
    )


@dataclass(slots=True)
class _Group:
    """What holds until the end of a group."""

    destination: str = ""
    code_page: int = 1252
    after_unicode: int = 1
    style: int = 0
    level: int = 0
    in_table: bool = False
    deleted: bool = False


class _Parser:
    """Follows groups with a stack of its own, so that their depth is bounded by a number and not by Python's."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.feet: list[str] = []
        self.notes: list[str] = []
        self.comments: list[str] = []
        self.information: dict[str, str] = {}
        self.deletions = 0
        self._group = _Group()
        self._stack: list[_Group] = []
        self._columns: list[tuple[Column, int]] = [(Column(), 0)]
        self._bytes = bytearray()
        self._to_skip = 0
        self._ignorable = False
        self._page = 1252
        self._fonts: dict[int, int] = {}
        self._font = 0
        self._levels: dict[int, int] = {}
        self._label: list[str] = []
        self._author = ""

    def finished(self) -> Column:
        self._flush()
        while len(self._columns) > 1:
            self._end_aside()
        body = self._columns[0][0]
        body.text()
        return body

    def take(self, token: Token) -> None:
        if token.kind == "mark":
            self._flush()
            self._to_skip = 0
            (self._open if token.value == "{" else self._close)()
        elif self._to_skip and token.kind in ("hex", "symbol", "text"):
            self._skip(token)
        elif token.kind == "hex":
            self._bytes.append(int(token.value, 16))
        elif token.kind == "text":
            self._flush()
            self._add(token.value if token.value.isascii() else self._decoded(token.value.encode("latin-1")))
        elif token.kind == "symbol":
            self._symbol(token.value)
        else:
            self._flush()
            self._word(token.value, token.number)

    def _skip(self, token: Token) -> None:
        """What stands after a Unicode letter for programs that do not know it."""
        count = min(self._to_skip, len(token.value)) if token.kind == "text" else 1
        self._to_skip -= count
        if token.kind == "text" and token.value[count:]:
            self._add(token.value[count:])

    def _open(self) -> None:
        if len(self._stack) >= MOST_DEPTH:
            raise Unreadable("too_deep", "The groups of the document are nested too deeply.")
        self._stack.append(self._group)
        self._group = replace(self._group)

    def _close(self) -> None:
        self._ignorable = False
        if self._group.destination in ("stylesheet", *_INFORMATION, "atnauthor"):
            self._end_label()
        if len(self._columns) > 1 and self._columns[-1][1] == len(self._stack):
            self._end_aside()
        if self._stack:
            self._group = self._stack.pop()

    def _end_aside(self) -> None:
        text = self._columns.pop()[0].text()
        where = self._group.destination
        if not text:
            return
        if where == "annotation":
            self.comments.append(f"{self._author}: {text}" if self._author else text)
        else:
            (self.heads if where in _HEADS else self.feet if where in _FEET else self.notes).append(text)

    def _end_label(self) -> None:
        text = "".join(self._label).strip()
        self._label.clear()
        where = self._group.destination
        if where == "stylesheet":
            level = self._group.level or heading_level(text.rstrip(";").strip())
            if level:
                self._levels[self._group.style] = level
        elif where == "atnauthor":
            self._author = text
        elif text:
            self.information.setdefault(_INFORMATION[where], text[:2000])

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._ignorable = True
            return
        self._flush()
        letter = SYMBOLS.get(symbol)
        if letter == "\r":
            self._paragraph()
        elif letter:
            self._add(letter)

    def _word(self, word: str, number: int | None) -> None:
        ignorable, self._ignorable = self._ignorable, False
        group = self._group
        if word in SKIPPED or (ignorable and word not in KNOWN_IGNORABLE):
            group.destination = "skipped"
        elif group.destination == "skipped":
            return
        elif word == "u":
            self._add(chr((number or 0) % 0x10000))
            self._to_skip = group.after_unicode
        elif word in LETTERS:
            self._paragraph() if LETTERS[word] == "\r" else self._add(LETTERS[word])
        elif word in _FORMATTED:
            self._format(word, number)
        elif word in ("cell", "nestcell", "row", "nestrow"):
            self._table(word)
        else:
            self._destination(word, number)

    def _destination(self, word: str, number: int | None) -> None:
        group = self._group
        if word in _ASIDE:
            group.destination = word
            self._columns.append((Column(), len(self._stack)))
        elif word in ("fonttbl", "stylesheet", "info", "atnauthor") or (
            word in _INFORMATION and group.destination == "info"
        ):
            group.destination = word
        elif word in ("nonesttables", "htmltag", "mhtmltag"):
            group.destination = "skipped"
        elif word == "ansicpg":
            self._page = group.code_page = number or 1252
        elif word in ("mac", "pc", "pca"):
            self._page = group.code_page = {"mac": 10000, "pc": 437, "pca": 850}[word]
        elif word == "fcharset" and group.destination == "fonttbl":
            self._fonts[self._font] = CODE_PAGES.get(number or 0, 1252) if number else self._page

    def _format(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "pard":
            group.style, group.level, group.in_table = 0, 0, False
        elif word == "plain":
            group.deleted = False
        elif word == "s":
            group.style = number or 0
            group.level = 0 if group.destination == "stylesheet" else self._levels.get(group.style, 0)
        elif word == "outlinelevel":
            group.level = number + 1 if number is not None and 0 <= number < 9 else 0
        elif word == "intbl":
            group.in_table = number != 0
        elif word == "deleted":
            group.deleted = number != 0
            self.deletions += group.deleted
        elif word == "uc":
            group.after_unicode = min(max(number or 0, 0), 16)
        elif group.destination == "fonttbl":
            self._font = number or 0
        else:
            group.code_page = self._fonts.get(number or 0, self._page)

    def _table(self, word: str) -> None:
        column = self._columns[-1][0]
        (column.end_cell if word.endswith("cell") else column.end_row)()

    def _paragraph(self) -> None:
        if not self._group.deleted:
            self._columns[-1][0].end_paragraph(self._group.level, self._group.in_table)

    def _flush(self) -> None:
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            self._add(self._decoded(data))

    def _decoded(self, data: bytes) -> str:
        return decoded_ansi(data, self._group.code_page)

    def _add(self, text: str) -> None:
        where = self._group.destination
        if where in ("stylesheet", *_INFORMATION, "atnauthor"):
            self._label.append(text)
        elif where in ("skipped", "fonttbl", "info") or self._group.deleted:
            return
        else:
            self._columns[-1][0].letters.append(text)
