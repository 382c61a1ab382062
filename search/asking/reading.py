"""Reading a question: its free words and phrases, the number it may be about, and what its operators demand.

Operators only demand. What no operator or field touches is free, in parentheses too, and means what it means alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from records.numbers import NumberQuery, query_number
from search.asking.lexing import Piece
from search.asking.notes import Note, Notes
from search.asking.parsing import Group, Joined, Part, parts_of
from search.asking.tree import (
    Begins,
    Demand,
    Either,
    Every,
    InTitle,
    Numbered,
    Phrase,
    Said,
    Without,
    Word,
    joined,
    wanted_leaves,
)
from search.asking.values import field_leaf
from search.asking.wildcards import begins, wildcard_in
from search.language import Token, tokens

MOST_WORDS = 40
MOST_PHRASES = 10
MOST_LEAVES = 40
MOST_WILDCARDS = 6
MOST_NUMBERS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """The text of a question as understood: free words, quoted phrases, the number it may be about, and demands.

    `notes` say what could not be read as it was written.
    """

    words: tuple[Token, ...]
    phrases: tuple[Phrase, ...]
    number: NumberQuery | None
    demands: tuple[Demand, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.phrases and self.number is None and not self.demands

    @property
    def as_phrase(self) -> Phrase:
        return phrase_of(self.words)

    @property
    def said(self) -> tuple[Said, ...]:
        """What operators want the text to hold."""
        return tuple(leaf for leaf in wanted_leaves(self.demands) if isinstance(leaf, Word | Phrase | Begins))

    @property
    def all_words(self) -> tuple[Token, ...]:
        """Every single word that is wanted, free or demanded."""
        return (*self.words, *(leaf.token for leaf in self.said if isinstance(leaf, Word)))

    @property
    def all_phrases(self) -> tuple[Phrase, ...]:
        """Every phrase that is wanted, free or demanded."""
        return (*self.phrases, *(leaf for leaf in self.said if isinstance(leaf, Phrase)))

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The beginnings of words that are wanted."""
        return tuple(leaf.prefix for leaf in self.said if isinstance(leaf, Begins))

    @property
    def pinpoints(self) -> dict[str, str]:
        """The part that is asked for of a document, by the forms of the document's number: `art_15`."""
        leaves = (leaf.number for leaf in wanted_leaves(self.demands) if isinstance(leaf, Numbered))
        numbers = [*leaves, *([self.number] if self.number is not None and self.number.leads else [])]
        return {form: number.pinpoint for number in numbers if number.pinpoint for form in number.forms}

    @property
    def of_text(self) -> bool:
        """Tell whether a text can hold anything of it."""
        return bool(self.words or self.phrases or self.said)

    @property
    def can_rank(self) -> bool:
        """Tell whether one document can answer it better than another; else they are listed by date."""
        titled = (isinstance(leaf, InTitle | Numbered) for leaf in wanted_leaves(self.demands))
        return self.of_text or any(titled)


NOTHING = Asked((), (), None)


@lru_cache(maxsize=128)
def read_text(text: str) -> Asked:
    """Understand the text of a question: words, quotes, numbers, operators, fields. Never raises.

    Kept for a while, since a page of a record reads the question again for each page of its text.
    """
    notes = Notes()
    parts, aside = parts_of(text, notes)
    reader = _Reader(text, notes, aside)
    reader.free(parts)
    plain = reader.left_over()
    words = tuple(tokens(plain))
    if len(words) > MOST_WORDS:
        notes.add("too_many_words", str(MOST_WORDS))
    if len(reader.phrases) > MOST_PHRASES:
        notes.add("too_many_parts")
    phrases = tuple(reader.phrases[:MOST_PHRASES])
    number = None if phrases else query_number(plain)
    return Asked(words[:MOST_WORDS], phrases, number, tuple(reader.demands), notes.all())


def words_of(text: str) -> tuple[Token, ...]:
    """Return the words of a text that was read before: nothing in it is an operator any more."""
    return tuple(tokens(text))[:MOST_WORDS]


def phrase_of(words: tuple[Token, ...]) -> Phrase:
    """Return words as a phrase, with the gaps that stop words left."""
    if not words:
        return Phrase(())
    first = words[0].position
    return Phrase(tuple((word.position - first, word.stem) for word in words))


class _Reader:
    """Turns the parts of one question into what is asked for, within bounds."""

    def __init__(self, text: str, notes: Notes, aside: Iterable[Piece]) -> None:
        self._text = text
        self._notes = notes
        self._taken = [(piece.start, piece.end) for piece in aside]
        self._left = {"parts": MOST_LEAVES, "wildcards": MOST_WILDCARDS, "numbers": MOST_NUMBERS}
        self.demands: list[Demand] = []
        self.phrases: list[Phrase] = []

    def free(self, parts: Iterable[Part]) -> None:
        """Read parts that no operator joins."""
        for part in parts:
            if isinstance(part, Group) and not part.name:
                self.free(part.parts)
            elif isinstance(part, Piece) and part.sort == "phrase":
                self._taken.append((part.start, part.end))
                if (phrase := phrase_of(tuple(tokens(part.text)))).words:
                    self.phrases.append(phrase)
            elif not (isinstance(part, Piece) and part.sort == "word" and not wildcard_in(part.text, self._notes)):
                self._demand(part)

    def _demand(self, part: Part) -> None:
        demand = self._read(part)
        if demand is not None:
            self.demands.append(demand)
            self._taken.append((part.start, part.end))
        elif isinstance(part, Piece) and part.sort == "field":
            # A field without a good value: the value is read as words.
            self._taken.append((part.start, part.start + self._text[part.start : part.end].index(":")))
        else:
            self._taken.append((part.start, part.end))

    def left_over(self) -> str:
        """Return the free words; as long as the question was, so that they keep their places in it."""
        plain, at = [], 0
        for start, end in sorted(self._taken):
            plain += [self._text[at:start], " " * (end - max(at, start))]
            at = max(at, end)
        return "".join([*plain, self._text[at:]])

    def _read(self, part: Part, field: str = "") -> Demand | None:
        match part:
            case Group(parts, name=name):
                return joined(Every, [self._read(one, name or field) for one in parts])
            case Joined("not", (one,)):
                denied = self._read(one, field)
                return Without(denied) if denied is not None else None
            case Joined(by, parts):
                read = [self._read(one, field) for one in parts]
                return joined(Every if by == "and" else Either, read)
            case Piece():
                return self._leaf(part, part.name or field)

    def _leaf(self, piece: Piece, field: str) -> Demand | None:
        if field in ("", "title"):
            said = self._said(piece)
            return InTitle(said) if said is not None and field else said
        leaf = field_leaf(field, piece.text, self._notes)
        if leaf is None or not self._within(numbers=isinstance(leaf, Numbered)):
            return None
        return leaf

    def _said(self, piece: Piece) -> Said | None:
        """Return what a text must hold: a word, a beginning, or several words together."""
        if not piece.quoted and (prefix := wildcard_in(piece.text, self._notes)):
            return begins(prefix) if self._within(wildcards=True) else None
        start = self._text.index(piece.text, piece.start)
        words = tuple(tokens(piece.text))
        if not words or not self._within():
            return None
        if len(words) == 1 and not piece.quoted:
            [one] = words
            return Word(Token(one.position, start + one.start, start + one.end, one.word, one.stem))
        return phrase_of(words)

    def _within(self, **also: bool) -> bool:
        """Count a leaf; tell, and note, whether it is one too many."""
        counted = ["parts", *(name for name, is_one in also.items() if is_one)]
        if any(not self._left[name] for name in counted):
            self._notes.add("too_many_parts")
            return False
        for name in counted:
            self._left[name] -= 1
        return True
