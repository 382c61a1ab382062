"""What could not be read as it was written, said to whoever asked: a stable code, and a sentence in their language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_NOTES = 6
LONGEST_PART = 60

SENTENCES: dict[str, Promise] = {
    "unbalanced_quote": _("A quotation mark has no partner: its words were read without it."),
    "unbalanced_parenthesis": _("A parenthesis has no partner and was left aside."),
    "too_deep": _("Parentheses within so many others were left aside."),
    "missing_operand": _("“%(part)s” stands between two things or before one: here it was left aside."),
    "unknown_field": _("“%(part)s:” is no field that can be searched in: it was read as a word."),
    "empty_value": _("Nothing follows “%(part)s”: write it without a space, as in title:asylum."),
    "bad_range": _("“%(part)s” is no year or range of years, such as 2015 or 2010..2015: it was read as words."),
    "bad_number": _("“%(part)s” is no number of a document: it was read as words."),
    "unknown_kind": _("“%(part)s” is no kind of document here: it was read as words."),
    "wildcard": _("A * stands at the end of a word, after three letters or more: “%(part)s” was read without it."),
    "read_as_dash": _("In a text this long “%(part)s” was read as a word; to leave a word out, write NOT before it."),
    "no_as_word": _("“%(part)s” was read as a word; to leave a word out, write - right before it."),
    "too_many_words": _("Only the first %(part)s words were looked for."),
    "too_many_parts": _("There were too many conditions: only the first were used."),
}


@dataclass(frozen=True, slots=True)
class Note:
    """A code of `SENTENCES`, and the part of the question that it is about."""

    code: str
    part: str = ""

    @property
    def sentence(self) -> str:
        """The note in the language of whoever asks."""
        return str(SENTENCES[self.code]) % {"part": self.part}


class Notes:
    """Collects notes: each once, a few in all."""

    def __init__(self) -> None:
        self._taken: dict[Note, None] = {}

    def add(self, code: str, part: str = "") -> None:
        note = Note(code, part if len(part) <= LONGEST_PART else f"{part[: LONGEST_PART - 1]}…")
        if len(self._taken) < MOST_NOTES:
            self._taken.setdefault(note)

    def all(self) -> tuple[Note, ...]:
        return tuple(self._taken)
