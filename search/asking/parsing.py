"""From the pieces of a question to its parts: what operators join, and what stands by itself.

`OR` joins the two things beside it, `AND` does so more closely, `NOT` and `-` belong to the one thing after them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from search.asking.lexing import Piece, pieces_of
from search.asking.notes import Notes


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined by an operator; `not` has one."""

    by: Literal["and", "or", "not"]
    parts: tuple[Part, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in parentheses; `name` is the field that all of it is sought in, or empty."""

    parts: tuple[Part, ...]
    start: int
    end: int
    name: str = ""


Part = Piece | Joined | Group


def parts_of(text: str, notes: Notes) -> tuple[tuple[Part, ...], list[Piece]]:
    """Return the parts of a question, and the operators that come to nothing.

    Never raises; parentheses are ten deep at most, so no call goes deeper.
    """
    parser = _Parser(pieces_of(text, notes), notes)
    return parser.parts(), parser.aside


class _Parser:
    def __init__(self, pieces: Sequence[Piece], notes: Notes) -> None:
        self._pieces = pieces
        self._notes = notes
        self._at = 0
        self.aside: list[Piece] = []

    def parts(self) -> tuple[Part, ...]:
        """Read up to a closing parenthesis or the end."""
        found: list[Part] = []
        while not self._ends():
            part = self._alternatives()
            if part is not None:
                found.append(part)
            elif not self._ends():
                self._left_aside(self._taken())
        return tuple(found)

    @property
    def _sort(self) -> str:
        return self._pieces[self._at].sort if self._at < len(self._pieces) else ""

    def _taken(self) -> Piece:
        self._at += 1
        return self._pieces[self._at - 1]

    def _ends(self) -> bool:
        return self._sort in ("", "close")

    def _left_aside(self, piece: Piece) -> None:
        self._notes.add("missing_operand", piece.text or "-")
        self.aside.append(piece)

    def _alternatives(self) -> Part | None:
        return self._chain("or", self._together)

    def _together(self) -> Part | None:
        return self._chain("and", self._single)

    def _chain(self, by: Literal["and", "or"], inner: Callable[[], Part | None]) -> Part | None:
        first = inner()
        if first is None:
            return None
        parts = [first]
        while self._sort == by:
            sign = self._taken()
            if (following := inner()) is None:
                self._left_aside(sign)
            else:
                parts.append(following)
        return first if len(parts) == 1 else Joined(by, tuple(parts), first.start, parts[-1].end)

    def _single(self) -> Part | None:
        """Read one thing with what denies it; None where none begins. Denied twice it is not denied."""
        signs: list[Piece] = []
        while self._sort == "not":
            signs.append(self._taken())
        if self._ends() or self._sort in ("and", "or"):
            for sign in signs:
                self._left_aside(sign)
            return None
        part = self._thing()
        if len(signs) % 2 == 0:
            self.aside += signs
            return part
        return Joined("not", (part,), signs[0].start, part.end)

    def _thing(self) -> Part:
        piece = self._taken()
        name = ""
        if piece.sort == "field" and not piece.text and self._sort == "open":
            # title:( … )
            name, denied = piece.name, piece.minus
            self._at += 1
        elif piece.sort == "open":
            denied = False
        elif piece.minus:
            return Joined("not", (piece,), piece.start, piece.end)
        else:
            return piece
        parts = self.parts()
        # Parentheses are balanced by now: one closes here.
        end = self._taken().end
        group = Group(parts, piece.start, end, name)
        return Joined("not", (group,), piece.start, end) if denied else group
