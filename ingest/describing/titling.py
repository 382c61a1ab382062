"""Which title a document has, and which descriptive one beside it where its own tells nothing."""

from __future__ import annotations

from ingest.describing.derived import descriptive_title
from ingest.describing.description import Readable, Value
from ingest.describing.naming import Named
from ingest.describing.openings import NumberChoice
from ingest.describing.sessions import minutes_heading
from ingest.describing.titles import first_heading, is_bare, metadata_title, plain_title, title_in_text

_TELLING = 40


def titles_of(
    readable: Readable, name: Named, choice: NumberChoice, stated: Value | None, *, kind: str, minutes: bool
) -> dict[str, Value]:
    """Return `title`, and `descriptive_title` where the title is a designation, or none was given.

    A title that a source gave stays as it is: what is derived stands beside it. `kind`: the kind in words, folded.
    """
    beside = title_in_text(readable, choice.opening) if choice.opening or stated is not None else None
    if stated is not None:
        title: Value | None = Value(plain_title(stated.text), stated.origin)
    else:
        title = _subject(readable) or (minutes_heading(readable) if minutes else None)
        title = title or beside or _titled_by_name(readable, name, numbered=choice.opening is not None)
    if title is None:
        return {}
    found = {"title": title}
    if not minutes and (is_bare(title.text) or title.origin == "file_name"):
        derived = descriptive_title(readable, choice.opening, title.text, kind, in_text=beside)
        if derived is not None:
            found["descriptive_title"] = derived
    return found


def _subject(readable: Readable) -> Value | None:
    """Return what a mail says it is about; only mails say to whom they go."""
    subject = metadata_title(readable) if readable.metadata.get("to") else ""
    return Value(subject, "metadata") if subject else None


def _titled_by_name(readable: Readable, name: Named, *, numbered: bool) -> Value | None:
    """Choose a title where the number's heading gives none: a heading, a telling name, the properties.

    `numbered`: the page may open with another norm's end, so that a telling name is worth more than its lines.
    """
    if numbered and len(name.title) > _TELLING and " " in name.title:
        return Value(name.title, "file_name")
    heading = first_heading(readable)
    if heading is not None and (len(heading.text) > 15 or not name.title):
        return heading
    if name.title and len(name.title) > 12:
        return Value(name.title, "file_name")
    if title := metadata_title(readable):
        return Value(title, "metadata")
    return heading or (Value(name.title, "file_name") if name.title else None)
