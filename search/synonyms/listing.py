"""The list as staff look at it: found by a part of a word, by whether it applies, by where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from records.errors import NotFound
from search.language import fold
from search.synonyms.kept import entries
from search.synonyms.terms import Entry

STATES = ("on", "off", "removed")
ORIGINS = ("shipped", "site")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: whose terms or note hold a text, in a state ("" for on and off), of an origin."""

    text: str = ""
    state: str = ""
    origin: str = ""


def chosen(wanted: Wanted) -> list[Entry]:
    """Return the entries wanted, those of the site first, each group in the order of the alphabet."""
    found = [entry for entry in entries() if _fits(entry, wanted)]
    return sorted(found, key=lambda entry: (entry.shipped and not entry.changed, fold(entry.words[0]), entry.key))


def entry_named(key: str) -> Entry:
    """Return an entry by its key, removed ones too. Raises NotFound."""
    found = next((entry for entry in entries() if entry.key == key), None)
    if found is None:
        raise NotFound()
    return found


def _fits(entry: Entry, wanted: Wanted) -> bool:
    state = "removed" if entry.removed else "off" if entry.off else "on"
    if state != wanted.state if wanted.state else entry.removed:
        return False
    if wanted.origin and wanted.origin != ("shipped" if entry.shipped else "site"):
        return False
    return not wanted.text or _holds((*entry.terms, entry.note), wanted.text)


def _holds(texts: Iterable[str], part: str) -> bool:
    sought = fold(part.strip())
    return any(sought in fold(text) for text in texts)
