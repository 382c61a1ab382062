"""HTML as text: blocks on lines, cells parted by ` | `, headings listed; scripts, styles and menus left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from ingest.formats.base import Extracted, Heading
from ingest.formats.decoding import decoded, text_bytes
from ingest.formats.numerals import numeral, whole_number
from ingest.formats.text import text_page
from ingest.reading.language import language_of

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_DROPPED_WORDS = "script style nav noscript template iframe object embed svg math head select button canvas audio video"
_DROPPED = frozenset(_DROPPED_WORDS.split())
_BLOCKS_WORDS = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section "
    "summary table tbody tfoot thead tr ul br"
)
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_LISTS = frozenset({"ol", "ul"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"[ \t\n\r\f\xa0]+")
_META = {
    "author": "author",
    "description": "description",
    "keywords": "keywords",
    "date": "created",
    "dc.date": "created",
    "dcterms.created": "created",
    "dc.title": "title",
    "dc.creator": "author",
}


class HtmlReader:
    """Reads a web page as one page of text."""

    formats = frozenset({"html"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: too_large."""
        data = text_bytes(path)
        declared = _CHARSET.search(data[:4096])
        text, encoding = decoded(data, declared.group(1).decode("ascii") if declared else "")
        tree = LexborHTMLParser(text)
        flow = _Flow()
        if tree.root is not None:
            flow.walk(tree.root)
        page = text_page(1, flow.text())
        return Extracted(
            format="html",
            media_type="text/html",
            language=language_of([page.text]),
            pages=[page],
            headings=flow.headings if page.text else [],
            metadata={**_metadata(tree), "encoding": encoding},
        )


def page_of_html(data: bytes, charset: str = "") -> tuple[str, list[Heading]]:
    """The text and headings of HTML that came inside another file, in the encoding declared there."""
    if not charset and (declared := _CHARSET.search(data[:4096])):
        charset = declared.group(1).decode("ascii")
    tree = LexborHTMLParser(decoded(data, charset)[0])
    flow = _Flow()
    if tree.root is not None:
        flow.walk(tree.root)
    return flow.text(), flow.headings


class _Flow:
    """Text as it grows while the tree is walked; lines never start or end with space."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.headings: list[Heading] = []
        self._length = 0
        self._space = False
        self._open_heading: tuple[int, int] | None = None
        self._lists: list[tuple[str, int]] = []

    def text(self) -> str:
        return "".join(self.parts).rstrip("\n")

    def walk(self, root: Any) -> None:
        # An explicit stack: nesting of a hostile page must not reach Python's recursion limit.
        stack: list[tuple[Any, bool]] = [(root, False)]
        preformatted = 0
        while stack:
            node, leaving = stack.pop()
            tag = node.tag or "-"
            if tag == "-text":
                self._add(node.text_content or "", preformatted > 0)
            elif leaving:
                preformatted -= tag == "pre"
                self._leave(tag)
            elif tag not in _DROPPED and not tag.startswith(("-", "_", "!")):
                preformatted += tag == "pre"
                self._enter(tag, node)
                stack.append((node, True))
                child = node.last_child
                while child is not None:
                    stack.append((child, False))
                    child = child.prev

    def _enter(self, tag: str, node: Any) -> None:
        if tag in _BLOCKS:
            self._line()
        elif tag in ("td", "th") and _follows_cell(node):
            self._space = False
            self._put(" | ")
        if tag in _HEADINGS:
            self._open_heading = (self._length, _HEADINGS[tag])
        elif tag in _LISTS:
            self._lists.append(_list_start(tag, node))
        elif tag == "li" and self._lists and self._lists[-1][0]:
            kind, number = self._lists[-1]
            self._lists[-1] = (kind, number + 1)
            self._put(f"{numeral(kind, number)}. ")

    def _leave(self, tag: str) -> None:
        if tag in _HEADINGS and self._open_heading is not None:
            start, level = self._open_heading
            self._open_heading = None
            text = "".join(self.parts)[start:] if self._length > start else ""
            if text.strip():
                self.headings.append(Heading(1, start, self._length, level, " ".join(text.split())))
        if tag in _LISTS and self._lists:
            self._lists.pop()
        if tag in _BLOCKS:
            self._line()

    def _line(self) -> None:
        self._space = False
        if self.parts and not self.parts[-1].endswith("\n"):
            self._put("\n")

    def _add(self, text: str, preformatted: bool) -> None:
        if preformatted:
            self._put(text)
            return
        words = _SPACE.sub(" ", text)
        if words.strip(" "):
            fresh = not self.parts or self.parts[-1].endswith(("\n", " "))
            before = " " if (self._space or words[0] == " ") and not fresh else ""
            self._put(before + words.strip(" "))
            self._space = words[-1] == " "
        elif words:
            self._space = True

    def _put(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self._length += len(text)


def _list_start(tag: str, node: Any) -> tuple[str, int]:
    """The numerals of a list and the first of them; none for a list of points."""
    start = node.attributes.get("start") or ""
    kind = node.attributes.get("type") or "1"
    return (kind if tag == "ol" else "", whole_number(start, 1))


def _follows_cell(node: Any) -> bool:
    before = node.prev
    while before is not None and before.tag not in ("td", "th"):
        before = before.prev
    return before is not None


def _metadata(tree: Any) -> dict[str, str | int | float | bool | None]:
    found: dict[str, str | int | float | bool | None] = {}
    title = tree.css_first("title")
    if title is not None and (text := " ".join((title.text() or "").split())):
        found["title"] = text
    root = tree.css_first("html")
    if root is not None and root.attributes.get("lang"):
        found["language"] = root.attributes["lang"]
    for meta in tree.css("meta[name][content]"):
        name = _META.get((meta.attributes["name"] or "").lower())
        if name and meta.attributes["content"]:
            found.setdefault(name, meta.attributes["content"].strip())
    return found
