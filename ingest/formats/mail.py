"""Mails (RFC 5322, MIME): the words of the message as its page, what is attached as parts.

Of a message told twice, as plain text and as HTML, the plain text is taken. Addresses, subject and date are what the
file says of itself, so they are metadata and not text.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from ingest.formats.base import Extracted, Heading, ReadFailure, Unreadable
from ingest.formats.decoding import decoded, text_bytes
from ingest.formats.html import page_of_html
from ingest.formats.inner import MOST_PARTS, nested, read_part, refused_part
from ingest.formats.text import text_page
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of

MOST_MIME_DEPTH = 60
"""Multiparts within multiparts; real mails have four or five."""
_HEADERS = {
    "subject": "title",
    "from": "author",
    "to": "to",
    "cc": "cc",
    "message-id": "message_id",
    "reply-to": "reply_to",
}
_ENDINGS = {media: f".{name}" for name, media in MEDIA_TYPES.items() if name.isalnum() and name != "ole"}
_ENDINGS |= {"text/plain": ".txt", "message/rfc822": ".eml", "application/octet-stream": ""}


class MailReader:
    """Reads one message with all it carries."""

    formats = frozenset({"eml"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: too_large, too_deep."""
        try:
            message = email.message_from_bytes(text_bytes(path), policy=email.policy.compat32)
            leaves = list(_leaves(message))
        except RecursionError as error:
            raise Unreadable("too_deep", "The parts of the mail are nested too deeply.") from error
        body, attached = _body_and_attached(leaves)
        texts = [_text_of(part) for part in body]
        text, headings = _joined(texts)
        page = text_page(1, text)
        with nested():
            parts = [_attached(part, number) for number, part in enumerate(attached[:MOST_PARTS], 1)]
        left_out = len(attached) - len(parts)
        return Extracted(
            format="eml",
            media_type="message/rfc822",
            language=language_of([page.text]),
            pages=[page],
            headings=headings if page.text else [],
            metadata=_metadata(message),
            warnings=[f"too_many_parts: {left_out} attachments were not read"] if left_out else [],
            parts=parts,
        )


Leaf = tuple[Message, Message | None]
"""A part that holds no others, and the multipart it stands in."""


def _leaves(message: Message) -> Iterator[Leaf]:
    """The parts that hold content, in order; an attached message is one of them, and not looked into."""
    stack: list[tuple[Message, Message | None, int]] = [(message, None, 0)]
    while stack:
        part, holder, depth = stack.pop()
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            if depth >= MOST_MIME_DEPTH:
                raise Unreadable("too_deep", "The parts of the mail are nested too deeply.")
            stack += [(one, part, depth + 1) for one in reversed(inside) if isinstance(one, Message)]
        else:
            yield part, holder


def _body_and_attached(leaves: list[Leaf]) -> tuple[list[Message], list[Message]]:
    body: list[Message] = []
    attached: list[Message] = []
    told = set()
    for part, holder in leaves:
        kind = part.get_content_type()
        is_text = kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment"
        if not is_text or part.get_filename():
            attached.append(part)
        elif holder is not None and holder.get_content_subtype() == "alternative":
            if id(holder) in told and kind == "text/html":
                continue
            told.add(id(holder))
            body.append(part)
        else:
            body.append(part)
    return _without_html_told_twice(body, leaves), attached


def _without_html_told_twice(body: list[Message], leaves: list[Leaf]) -> list[Message]:
    """HTML inside a `related` part of an alternative repeats the plain text that stands before it."""
    holders = {id(part): holder for part, holder in leaves}
    plain = any(part.get_content_type() == "text/plain" and _content(part).strip() for part in body)
    return [
        part
        for part in body
        if not (plain and part.get_content_type() == "text/html" and _subtype(holders[id(part)]) == "related")
    ]


def _subtype(holder: Message | None) -> str:
    return holder.get_content_subtype() if holder is not None else ""


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: Message) -> tuple[str, list[Heading]]:
    data, charset = _content(part), _charset(part)
    if part.get_content_type() == "text/html":
        return page_of_html(data, charset)
    return decoded(data, charset)[0].strip("\n"), []


def _charset(part: Message) -> str:
    charset = part.get_param("charset", "")
    return charset if isinstance(charset, str) else ""


def _joined(texts: list[tuple[str, list[Heading]]]) -> tuple[str, list[Heading]]:
    text, headings = "", []
    for one, found in texts:
        text += "\n\n" if text and one else ""
        headings += [Heading(1, len(text) + h.start, len(text) + h.end, h.level, h.text) for h in found]
        text += one
    return text, headings


def _attached(part: Message, number: int) -> Extracted:
    kind = part.get_content_type()
    name = _header(part.get_filename() or "") or f"{number}{_ENDINGS.get(kind, '')}"
    if kind == "message/rfc822":
        inside = part.get_payload()
        inner = inside[0] if isinstance(inside, list) and inside else None
        if not isinstance(inner, Message):
            return refused_part(name, ReadFailure("damaged", "The attached message cannot be read."))
        try:
            return read_part(name if name.endswith(".eml") else f"{name}.eml", inner.as_bytes())
        except (RecursionError, UnicodeError, KeyError, ValueError, TypeError):
            return refused_part(name, ReadFailure("damaged", "The attached message cannot be read."))
    return read_part(name, _content(part))


def _metadata(message: Message) -> dict[str, str | int | float | bool | None]:
    found: dict[str, str | int | float | bool | None] = {}
    for header, name in _HEADERS.items():
        if value := _header(message.get(header, "")):
            found[name] = value[:2000]
    try:
        sent: Any = parsedate_to_datetime(str(message.get("date", "")))
        found["created"] = sent.isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    return found


def _header(value: Any) -> str:
    """A header as people read it: encoded words decoded, on one line."""
    try:
        text = str(make_header(decode_header(str(value))))
    except (ValueError, LookupError, UnicodeError):
        text = str(value)
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
