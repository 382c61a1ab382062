"""Markdown as prose: marks of emphasis and link targets go, headings stay as lines and are listed.

Only marks that hide words from search are taken away; lists, paragraphs and the words of a table stay where
they are. The national corpus (legalize-pe) is Markdown with front matter, which sets what is handled here.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

from ingest.formats.base import Extracted, Heading
from ingest.formats.decoding import decoded, text_bytes
from ingest.formats.front_matter import split_front_matter
from ingest.formats.text import text_page
from ingest.reading.language import language_of

_BLOCK = re.compile(
    r"^[ ]{0,3}(?P<fence>```++|~~~++)(?P<info>[^\n]*)\n(?P<code>.*?)(?:^[ ]{0,3}(?P=fence)[^\n]*$|\Z)"
    r"|^[ ]{0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<heading>[^\n]*?))?(?:[ \t]+#+)?[ \t]*$",
    re.S | re.M,
)
# Each alternative starts with a literal, what stands before is looked back at: sre then skips to the next mark
# by a character set, which makes this four times faster on plain prose.
_MARK = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|!(?=\[)"
    r"|\[(?P<label>(?:\\.|[^\[\]\\\n]|\n(?!\n)){0,3000}?)\]"
    r"\((?:[^()\s]|\([^()\s]*\)){0,3000}(?:[ \t]+[\"'(][^\n]{0,500}?[\"')])?\)"
    r"|\*\*\**"
    r"|__(?<!\w__)(?=[^\s_])(?P<under>[^_\n]{1,500}?)(?<=[^\s_])__(?!\w)"
    r"|\*(?<![\w*]\*)(?=[^\s*])(?P<star>[^*\n]{1,500}?)(?<=[^\s*])\*(?![\w*])"
    r"|_(?<![\w_]_)(?=[^\s_])(?P<line>[^_\n]{1,500}?)(?<=[^\s_])_(?![\w_])"
    r"|<!--(?:(?!<!--).){0,5000}?-->"
    r"|&(?P<entity>(?:[a-zA-Z][a-zA-Z0-9]{1,31}|\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6});)"
    r"|</?(?:br|sup|sub|b|i|u|em|strong|p|div|span|center|a|font|small)(?:[ \t][^<>\n]{0,500})?/?>"
    r"|<(?P<address>https?://[^\s<>]{1,2000})>",
    re.S,
)
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$\n?", re.M)
_TABLE_EDGE = re.compile(r"^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$", re.M)
_QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.M)
_GAPS = re.compile(r"\n{3,}")


class MarkdownReader:
    """Reads Markdown with or without front matter as one page."""

    formats = frozenset({"markdown"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: too_large."""
        text, encoding = decoded(text_bytes(path))
        front_matter, body, warnings = split_front_matter(text)
        prose, headings = as_prose(body.replace("\f", "\n"))
        page = text_page(1, prose)
        metadata: dict[str, str | int | float | bool | None] = {"encoding": encoding}
        title = front_matter.get("title") or (headings[0].text if headings and headings[0].level == 1 else "")
        if isinstance(title, str) and title:
            metadata["title"] = title
        return Extracted(
            format="markdown",
            media_type="text/markdown",
            language=language_of([page.text]),
            pages=[page],
            headings=headings,
            metadata=metadata,
            front_matter=front_matter,
            warnings=warnings,
        )


def as_prose(body: str) -> tuple[str, list[Heading]]:
    """The text without marks, and its headings with their offsets in that text (page 1)."""
    parts: list[str] = []
    headings: list[Heading] = []
    length = place = 0

    def add(text: str) -> None:
        nonlocal length
        if text:
            gap = "\n\n" if parts else ""
            parts.append(gap + text)
            length += len(gap) + len(text)

    for block in _BLOCK.finditer(body):
        add(_plain(body[place : block.start()]))
        place = block.end()
        if block["marks"] is None:
            add(block["code"].strip("\n"))
            continue
        text = " ".join(_plain(block["heading"] or "").split())
        add(text)
        if text:
            headings.append(Heading(1, length - len(text), length, len(block["marks"]), text))
    add(_plain(body[place:]))
    return "".join(parts), headings


def _plain(text: str) -> str:
    if "--" in text:
        text = _TABLE_RULE.sub("", text)
    if "|" in text:
        text = _TABLE_EDGE.sub("", text)
    if "\n>" in text or text.startswith(">"):
        text = _QUOTE.sub("", text)
    text = "\n".join([line.strip() for line in _unmarked(text).split("\n")])
    return _GAPS.sub("\n\n", text).strip("\n")


def _unmarked(text: str) -> str:
    return _MARK.sub(_meant, text)


def _meant(mark: re.Match[str]) -> str:
    kind = mark.lastgroup
    if kind is None:
        return "\n" if mark.group().lower().startswith("<br") else ""
    if kind in ("escaped", "address"):
        return mark[kind]
    if kind in ("label", "star", "line", "under"):
        return _unmarked(mark[kind])
    if kind == "entity":
        return html.unescape(mark.group()).replace("\x00", "")
    return ""
