"""Cutting a question into its pieces: words, quoted phrases, fields with a value, operators, parentheses.

Whatever is not an operator beyond doubt is a word: people paste titles, numbers and sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from search.asking.notes import Notes
from search.language import fold

Sort = Literal["word", "phrase", "field", "open", "close", "and", "or", "not"]
DEEPEST = 10
LONG_TEXT = 12
"""Words of a question above which a dash before a word is taken for one of a pasted text."""
FIELDS = {
    "title": ("title", "titulo"),
    "number": ("number", "numero"),
    "issuer": ("issuer", "emisor"),
    "year": ("year", "ano"),
    "kind": ("kind", "tipo"),
    "body": ("body", "organo"),
    "series": ("series", "serie"),
}
FIELD_OF = {name: field for field, names in FIELDS.items() for name in names}
QUOTES = '"“”«»'
_OPERATORS: dict[str, Sort] = {"AND": "and", "OR": "or", "NOT": "not", "Y": "and", "O": "or", "NO": "not"}
_SPANISH = frozenset({"Y", "O", "NO"})
_SCAN = re.compile(
    rf"(?P<phrase>(?P<q>[{QUOTES}]{{2}}|[{QUOTES}])(?P<inside>[^{QUOTES}]{{1,500}})[{QUOTES}])"
    rf"|(?P<quotes>[{QUOTES}]+)|(?P<open>\()|(?P<close>\))|(?P<run>[^\s(){QUOTES}]+)"
)
_FIELD = re.compile(r"([^\W\d_]+):(?!//)(.*)", re.DOTALL)
_MARKER = re.compile(r"n(?:ro|um|umero|o)?\W*")
_ITEM = re.compile(r"(?:[0-9]{1,3}|[a-z])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the question with its place; `text` is what it says, without quotes; `name` a field's.

    `minus` tells that a `-` right before it leaves it out.
    """

    sort: Sort
    start: int
    end: int
    text: str = ""
    name: str = ""
    quoted: bool = False
    minus: bool = False


def pieces_of(text: str, notes: Notes) -> list[Piece]:
    """Return the pieces of a question. What cannot be meant as it is written is read as words, with a note."""
    found = _balanced(list(_scanned(text, notes)), notes)
    return list(_decided(text, found, notes))


def _scanned(text: str, notes: Notes) -> Iterator[Piece]:
    """Yield pieces as they stand; runs are words or fields, operators not yet told from words."""
    at = 0
    while match := _SCAN.search(text, at):
        at = match.end()
        if match["phrase"]:
            at += len(match["q"]) - 1 if text[at : at + 1] and text[at] in QUOTES else 0
            yield Piece("phrase", match.start(), at, match["inside"], quoted=True)
        elif match["quotes"]:
            if len(match["quotes"]) % 2:
                notes.add("unbalanced_quote")
        elif match["open"]:
            yield Piece("open", match.start(), at)
        elif match["close"]:
            yield Piece("close", match.start(), at)
        else:
            run, at = _run(text, match.start(), at, notes)
            yield from run


def _run(text: str, start: int, end: int, notes: Notes) -> tuple[list[Piece], int]:
    """Read a run of characters: a word, with a `-` before it perhaps, or a field with its value."""
    begun = start == 0 or text[start - 1].isspace() or text[start - 1] == "("
    minus = begun and text[start] == "-" and (text[start + 1 : start + 2].isalnum() or _opens(text, start + 1))
    first = start + minus
    if first == end:
        # Quotation marks or a parenthesis follow: the `-` belongs to them.
        return [Piece("not", start, end, minus=True)], end
    if (match := _FIELD.fullmatch(text, first, end)) is None:
        return [Piece("word", start, end, text[first:end], minus=minus)], end
    field, value = FIELD_OF.get(fold(match[1])), match[2]
    if field is None and (value or _opens(text, end)):
        notes.add("unknown_field", match[1])
    elif field is not None and value.strip(",.;:"):
        return [Piece("field", start, end, value, field, minus=minus)], end
    elif field is not None and (quoted := _SCAN.match(text, end)) and quoted["phrase"]:
        return [Piece("field", start, quoted.end(), quoted["inside"], field, quoted=True, minus=minus)], quoted.end()
    elif field == "title" and text[end : end + 1] == "(":
        return [Piece("field", start, end, "", field, minus=minus)], end
    elif field is not None:
        notes.add("empty_value", match[0])
    return [Piece("word", start, end, text[first:end], minus=minus)], end


def _opens(text: str, at: int) -> bool:
    return text[at : at + 1] != "" and text[at] in f"({QUOTES}"


def _balanced(pieces: Sequence[Piece], notes: Notes) -> list[Piece]:
    """Leave aside parentheses without a partner, those around nothing, and those too deep within others."""
    dropped: set[int] = set()
    opened: list[int] = []
    for at, piece in enumerate(pieces):
        if piece.sort == "open":
            opened.append(at)
        elif piece.sort == "close" and opened:
            begun = opened.pop()
            if len(opened) >= DEEPEST:
                notes.add("too_deep")
                dropped |= {begun, at}
        elif piece.sort == "close":
            dropped.add(at)
            # `a)` and `12)` number the items of a list.
            if not (at and _ITEM.fullmatch(pieces[at - 1].text.lower()) and pieces[at - 1].end == piece.start):
                notes.add("unbalanced_parenthesis")
    if opened:
        notes.add("unbalanced_parenthesis")
    return [piece for at, piece in enumerate(pieces) if at not in dropped.union(opened)]


def _decided(text: str, pieces: Sequence[Piece], notes: Notes) -> Iterator[Piece]:
    """Tell operators from words by what stands beside them."""
    long = sum(piece.sort == "word" for piece in pieces) > LONG_TEXT
    for at, piece in enumerate(pieces):
        before = pieces[at - 1] if at else None
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        if piece.minus and piece.sort == "word" and _is_dash(text, piece, before, long=long, notes=notes):
            yield replace(piece, minus=False)
        elif piece.sort == "word" and not piece.minus and piece.text in _OPERATORS:
            yield _operator(piece, before, after, notes)
        else:
            yield piece


def _operator(piece: Piece, before: Piece | None, after: Piece | None, notes: Notes) -> Piece:
    sort = _OPERATORS[piece.text]
    if before is not None and before.sort == "word" and _MARKER.fullmatch(fold(before.text)):
        # `N.° OR 020-2022`: an abbreviation in a number.
        return piece
    if piece.text not in _SPANISH:
        return replace(piece, sort=sort)
    small = any(_is_small(beside) for beside in (before, after) if beside is not None)
    if sort == "not":
        # `Decreto NO 054-2018` has a number after it, `el recurso NO procede` is a sentence.
        if after is None or after.text[:1].isdigit() or not small:
            return piece
        if before is None or before.sort == "open" or before.text in _OPERATORS:
            return replace(piece, sort=sort)
        notes.add("no_as_word", piece.text)
        return piece
    joins = before is not None and after is not None and small
    return replace(piece, sort=sort) if joins else piece


def _is_small(piece: Piece) -> bool:
    """Tell whether a piece is not written in capitals: beside it a capital `Y` or `O` is meant as an operator."""
    return piece.sort != "word" or piece.text.endswith("*") or any(letter.islower() for letter in piece.text)


def _is_dash(text: str, piece: Piece, before: Piece | None, *, long: bool, notes: Notes) -> bool:
    """Tell whether a `-` before a word only parts it from the one before: in numbers, pairs and pasted texts."""
    if piece.text.endswith("-"):
        return True
    if piece.text[:1].isdigit() and before is not None and before.text[-1:].isdigit():
        return True
    if long:
        notes.add("read_as_dash", text[piece.start : piece.end])
    return long
