"""Cursors: where a listing goes on, signed, bound to the person and the question."""

from __future__ import annotations

import hashlib
import json

from django.core import signing

from records.errors import CursorExpired, InvalidCursor
from search.backends.base import Place

SALT = "legajo.search.cursor"


def write_cursor(place: Place, *, generation: str, bound_to: str) -> str:
    """Return a place as an opaque text. A rank holds only for the index as it was; a key for ever."""
    kept = generation if place.after is None else ""
    return signing.dumps([place.rank, place.after, kept, _digest(bound_to)], salt=SALT, compress=True)


def read_cursor(text: str, *, generation: str, bound_to: str) -> Place:
    """Read a cursor back. Raises InvalidCursor (not ours, not this person's or question's), CursorExpired."""
    if not text:
        return Place()
    try:
        rank, after, kept, bound = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise InvalidCursor(attr="cursor") from None
    if bound != _digest(bound_to):
        raise InvalidCursor(attr="cursor")
    if kept and kept != generation:
        raise CursorExpired(attr="cursor")
    return Place(rank=int(rank), after=after)


def _digest(bound_to: str) -> str:
    return hashlib.blake2b(bound_to.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def binding(*parts: object) -> str:
    """Return what a cursor is bound to, as one text."""
    return json.dumps([str(part) for part in parts])
