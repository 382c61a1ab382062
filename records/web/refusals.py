"""Refusals of the domain as sentences for a person at a page. The API keeps the domain's own English ones."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from records.errors import InvalidValue, LegajoError
from records.web.wording import COLUMNS

SENTENCES: dict[str, Promise] = {
    "not_found": _("Not found."),
    "permission_denied": _("You do not have permission to do this."),
    "conflict": _("The present state does not allow it. Reload the page and look again."),
    "made_meanwhile": _("Somebody did the same at this moment. Reload the page and look again."),
    "already_published": _("This version is already published with other dates. Publish a new version instead."),
    "not_published": _("This version is not published."),
    "validity_overlap": _("Another published version is valid in that period. Change the dates."),
    "no_bytes": _("This version has no file yet. Upload one before publishing it."),
    "precondition_failed": _("Somebody changed this record meanwhile. Look at it again and repeat your change."),
    "store_unavailable": _("The file store does not answer. Try again in a moment."),
    "search_unavailable": _("Search is not available at the moment. Lists, reading and downloads go on."),
    "cursor_expired": _("The results have changed since that page was made. Start again from the first page."),
    "invalid_cursor": _("That page belongs to another search. Start again from the first page."),
    "unknown_parameter": _("The address holds something that is not known here."),
    "bytes_missing": _("The stored file is missing. Tell an operator."),
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than what is taken in."),
    "digest_mismatch": _("What arrived is not what was sent. Send the file again."),
}
FIELDS: dict[str, Promise] = {
    **COLUMNS,
    "identifier": _("Identifier of the source"),
    "reader": _("Who"),
    "action": _("What they may do"),
    "starts": _("From"),
    "ends": _("Until"),
    "access": _("Access"),
    "classification": _("Access"),
    "valid_from": _("Valid from"),
    "valid_to": _("Valid until"),
    "date_from": _("From"),
    "date_to": _("To"),
    "as_of": _("As it stood on"),
    "year": _("Year"),
    "q": _("Search"),
    "page": _("Page"),
    "version": _("Version"),
}


def sentence(error: LegajoError) -> str:
    """Return what a refusal means, in the reader's language, naming the field at fault."""
    said = SENTENCES.get(error.code)
    if said is not None and not (isinstance(error, InvalidValue) and error.attr in FIELDS):
        return str(said)
    if error.attr:
        label = str(FIELDS.get(error.attr, error.attr))
        return gettext("“%(field)s” cannot be read as it is written. Correct it and try again.") % {"field": label}
    return gettext("This request cannot be carried out as it is.")
