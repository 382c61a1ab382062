"""What was strange in a file, in the reader's own language: warnings are kept as `code: English words`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from records.web.wording import REASONS, reason

# By code: the words after it, and the sentence they make. Files inside the file have their name before the words.
SENTENCES: dict[str, list[tuple[str, Promise]]] = {
    "repaired": [
        (
            r".+ and (?P<empty>\d+) of its (?P<pages>\d+) pages have no text",
            _("The file is damaged. A repaired copy was read; %(empty)s of its %(pages)s pages have no text."),
        ),
        (r".+", _("The file is damaged. A repaired copy was read; parts may be missing.")),
    ],
    "second_engine": [(r".+", _("The file is damaged. A second engine read it; parts may be missing."))],
    "garbled_text": [
        (
            r"the letters of page (?P<page>\d+) .+",
            _("The letters in the file are not what they seem on page %(page)s."),
        )
    ],
    "page_unreadable": [
        (r".*[Pp]age (?P<page>\d+) .+", _("Page %(page)s cannot be read.")),
        (r".+", _("A page cannot be read.")),
    ],
    "pages_left_out": [(r".+first (?P<count>\d+) .+", _("Only the first %(count)s pictures of the file were read."))],
    "attachment_unreadable": [(r"attachment (?P<number>\d+) .+", _("Attached file %(number)s cannot be taken out."))],
    "part_unread": [],
    "too_many_parts": [(r"(?P<count>\d+) .+", _("%(count)s attached files were not read: there are too many."))],
    "tracked_changes": [
        (
            r"(?P<kept>\d+) inserted .+ and (?P<gone>\d+) deleted .+",
            _("It holds tracked changes: passages inserted and kept: %(kept)s; deleted and left out: %(gone)s."),
        ),
        (r"(?P<gone>\d+) deleted .+", _("It holds tracked changes: passages deleted and left out: %(gone)s.")),
    ],
    "mislabelled": [
        (r"the name says (?P<name>\w+), .+ (?P<found>\w+)", _("Its name ends in .%(name)s, but it is %(found)s.")),
    ],
    "front_matter": [(r".+", _("The fields at its head are not written properly and were kept as text."))],
    "ocr_failed": [(r"page (?P<page>\d+) .+", _("Page %(page)s could not be recognised."))],
    "low_confidence": [
        (
            r"page (?P<page>\d+) .+\((?P<sure>\d+) of 100\)",
            _("Page %(page)s was hard to recognise (confidence %(sure)s of 100). Compare it with the file."),
        )
    ],
    "number": [
        (
            r"the heading says (?P<one>\S+), the file name (?P<other>\S+)",
            _("The heading gives the number %(one)s, the name of the file %(other)s."),
        ),
        (
            r"the list says (?P<one>\S+), the heading (?P<other>\S+)",
            _("The list gives the number %(one)s, the heading %(other)s."),
        ),
        (
            r"the opening says (?P<one>\S+) and (?P<other>\S+)",
            _("The opening numbers it twice: %(one)s and %(other)s."),
        ),
    ],
    "date": [
        (
            r"the text says (?P<one>\S+), the file name (?P<other>\S+)",
            _("The text is dated %(one)s, the name of the file says %(other)s."),
        ),
        (
            r"the list says (?P<one>\S+), the text (?P<other>\S+)",
            _("The list says %(one)s, the text is dated %(other)s."),
        ),
        (r"the opening names (?P<one>\S+) and (?P<other>\S+)", _("The opening names two days: %(one)s and %(other)s.")),
        (
            r"signed (?P<one>\S+), after its publication on (?P<other>\S+)",
            _("It is signed on %(one)s, after its publication on %(other)s."),
        ),
        (r"'?(?P<one>.+?)'? is no date", _("“%(one)s” is no date.")),
    ],
}
_UNREAD = re.compile(r"(?P<part>.+?): (?P<detail>.+) \((?P<code>\w+)\)")


def warning_words(warning: Mapping[str, Any] | str) -> str:
    """Return a reader's warning as a sentence; what has no sentence here is shown as it was written."""
    text = warning if isinstance(warning, str) else str(warning.get("text") or warning.get("detail") or "")
    code, _colon, words = text.partition(": ")
    if code == "part_unread" and (unread := _UNREAD.fullmatch(words)):
        return gettext("“%(part)s” inside it has no text. %(why)s") % {
            "part": unread["part"],
            "why": reason(unread["code"], unread["detail"]),
        }
    for pattern, sentence in SENTENCES.get(code, ()):
        if found := re.fullmatch(pattern, words):
            return str(sentence) % found.groupdict()
    inner, _colon, rest = words.partition(": ")
    if code in SENTENCES and rest:
        return gettext("In “%(part)s”: %(said)s") % {"part": inner, "said": warning_words(f"{code}: {rest}")}
    return str(REASONS.get(text, text))
