"""Plain words for codes: kinds, access classes, readers, events, and why a file has no text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from records.classification import Classification
from records.in_force import IN_FORCE, NO_LONGER, NOT_YET
from records.kinds import kind_of
from records.models import Grant, Version

# By code of a reading that gave no text. What a person can do about it comes first.
REASONS: dict[str, Promise] = {
    "no_text_layer": _("It is a scan: pictures of pages without text. It can be found by its description only."),
    "awaiting_recognition": _("It is a scan. Its text is being recognised."),
    "empty_text": _("It holds no text."),
    "encrypted": _("It asks for a password. Upload a copy without one as a new version."),
    "damaged": _("The file is damaged and cannot be opened. If you have a sound copy, upload it as a new version."),
    "no_reader": _("Text cannot be read from this type of file yet. The file itself is kept and can be downloaded."),
    "unknown_format": _("Its type is not known. The file itself is kept and can be downloaded."),
    "unsafe_archive": _("It would unpack to far more than it should, or outside its place, so it was not opened."),
    "unsafe_xml": _("It holds parts that such files never need, so it was not opened."),
    "too_large": _("It is larger than what is read."),
    "too_deep": _("Its parts are nested too deeply to be read."),
    "too_many_parts": _("It lies behind more files than are read of one file."),
    "output_limit": _("It holds more text than is read."),
    "duplicate_member": _("It holds two parts of the same name, so it was not opened."),
    "unsupported_compression": _("It is packed in a way that is not read. Upload a copy packed as usual."),
    "time_limit": _("Reading it took too long and was stopped."),
    "memory_limit": _("Reading it needed too much memory and was stopped."),
    "gave_up": _("Reading it ended its reader three times. An operator can try again."),
    "reader_crashed": _("Reading it ended its reader. It can be tried again."),
    "bytes_missing": _("The stored file is missing. Tell an operator."),
    "bytes_changed": _("The stored file has changed since it was stored. Tell an operator."),
    "empty": _("The file is empty."),
}

# Of versions, by their days of validity. Whether a norm is in force is its status, which is not derived yet.
STANDINGS: dict[str, Promise] = {
    IN_FORCE: _("current version"),
    NO_LONGER: _("no longer valid"),
    NOT_YET: _("not yet valid"),
}
STATES: dict[str, Promise] = {
    Version.State.DRAFT: _("draft"),
    Version.State.WITHDRAWN: _("withdrawn"),
}

BODY_KINDS: dict[str, Promise] = {
    "plenary": _("Plenary"),
    "presidency": _("Presidency"),
    "secretariat": _("Technical secretariat"),
    "working_group": _("Working group"),
    "subgroup": _("Subgroup"),
    "extended_plenary": _("Extended plenary"),
}

# What sources write in `status`; anything else is shown as written.
STATUSES: dict[str, Promise] = {
    "in_force": _("in force"),
    "repealed": _("repealed"),
    "partially_repealed": _("partly repealed"),
    "annulled": _("annulled"),
    "expired": _("expired"),
}

EVENTS: dict[str, Promise] = {
    "record.created": _("Taken in"),
    "record.edited": _("Description changed"),
    "record.checked": _("Compared with the file"),
    "record.unchecked": _("Check taken back"),
    "record.classified": _("Access class changed"),
    "version.created": _("Version added"),
    "version.published": _("Version published"),
    "version.ended": _("Version ended by the next"),
    "version.withdrawn": _("Version withdrawn"),
    "grant.given": _("Access given"),
    "grant.revoked": _("Access taken back"),
    "rendition.audience": _("Audience of a file changed"),
    "job.retried": _("Reading asked for again"),
}

# What the fields of a description are called, in forms, refusals and histories alike.
COLUMNS: dict[str, Promise] = {
    "title": _("Title"),
    "descriptive_title": _("Descriptive title"),
    "kind": _("Kind"),
    "number": _("Number"),
    "issuer": _("Issuer"),
    "language": _("Language"),
    "date": _("Date"),
    "notes": _("Notes"),
    "body": _("Body"),
    "session": _("Session"),
    "series": _("Series"),
}

# What the details of an event are called; a detail that is not named here is not for a page.
DETAILS: dict[str, Promise] = {
    "from": _("Before"),
    "to": _("After"),
    "access": _("Access"),
    "state": _("State"),
    "size": _("Size"),
    "sha256": _("SHA-256"),
    "external_id": _("Name at its source"),
    "reader": _("For whom"),
    "action": _("What they may do"),
    "starts": _("From"),
    "ends": _("Until"),
    "valid_from": _("Valid from"),
    "valid_to": _("Valid until"),
    "reason": _("Reason"),
    **COLUMNS,
}


def kind_label(code: str) -> str:
    """Return what a record kind is called in the reader's language; an unknown one as its words."""
    if not code:
        return ""
    kind = kind_of(code)
    if kind is None:
        return code.replace("_", " ").capitalize()
    return kind.label_en if (get_language() or "").startswith("en") else kind.label_es


def reason(code: str, detail: str = "") -> str:
    """Return why a file has no text, in plain words; `detail` is used where the code has no words here."""
    found = REASONS.get(code)
    return str(found) if found else detail or gettext("Its text could not be read.")


def details_words(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return an event's details as labels and words, in the order of `DETAILS`; empty ones are left out."""
    return [(str(label), _detail(name, details[name])) for name, label in DETAILS.items() if details.get(name)]


def _detail(name: str, value: Any) -> str:
    if name == "size":
        return filesizeformat(value)
    if name == "reader":
        return reader_words(str(value))
    if name == "kind":
        return kind_label(str(value))
    choices = {"action": Grant.Action.choices, "state": Version.State.choices}.get(name, Classification.choices)
    return str(dict(choices).get(value, value))


def reader_words(token: str) -> str:
    """Return whom a grant's token names."""
    kind, _colon, name = token.partition(":")
    named = {
        "public": gettext("Everybody"),
        "internal": gettext("Everybody with an account"),
        "user": gettext("%(name)s (person)") % {"name": name},
        "group": gettext("%(name)s (group)") % {"name": name},
        "body": gettext("Members of %(name)s") % {"name": name},
        "session": gettext("Members at session %(name)s") % {"name": name},
    }
    return named.get(kind, token)
