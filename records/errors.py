"""Named failures of the domain. Each has a stable `code`, mapped to an HTTP status once, in `records/api`."""

from __future__ import annotations


class LegajoError(Exception):
    """A refusal to act on: `code` is stable, `detail` says what to do, `attr` names the input at fault."""

    code = "error"
    default_detail = "The request could not be carried out."

    def __init__(self, detail: str = "", *, attr: str | None = None) -> None:
        self.detail = detail or self.default_detail
        self.attr = attr
        super().__init__(self.detail)


class NotFound(LegajoError):
    """The thing does not exist, or the reader may not know that it does: the two are answered alike."""

    code = "not_found"
    default_detail = "Not found."


class NotAllowed(LegajoError):
    """The person may see the thing but not do this to it."""

    code = "permission_denied"
    default_detail = "You do not have permission to perform this action."


class InvalidValue(LegajoError):
    """A value that cannot be read; `attr` names it."""

    code = "invalid"
    default_detail = "This value is not valid."


class Ambiguous(InvalidValue):
    """A name that fits more than one thing."""

    code = "ambiguous"
    default_detail = "This name fits more than one thing."


class UnknownParameter(InvalidValue):
    code = "unknown_parameter"
    default_detail = "This parameter is not known."


class Conflict(LegajoError):
    """The change contradicts the present state."""

    code = "conflict"
    default_detail = "The change contradicts the present state; read it again and retry."


class AtTheSameMoment(Conflict):
    """Somebody made the same thing between our look and our writing; the database let one of the two through."""

    code = "made_meanwhile"
    default_detail = "Somebody did the same at this moment; look at it again and repeat what is still missing."


class AlreadyPublished(Conflict):
    code = "already_published"
    default_detail = "This version is already published with other dates; publish a new version instead."


class NotPublished(Conflict):
    code = "not_published"
    default_detail = "This version is not published."


class ValidityOverlap(Conflict):
    code = "validity_overlap"
    default_detail = "Another published version of this record is valid in that period; change the dates."


class NothingToPublish(Conflict):
    code = "no_bytes"
    default_detail = "This version has no file yet; upload one before publishing."


class StaleEdit(Conflict):
    """If-Match named a revision that is no longer the present one (RFC 9110, 13.1.1)."""

    code = "precondition_failed"
    default_detail = "Someone changed this record meanwhile; read it again and repeat the change."


class StoreUnavailable(LegajoError):
    code = "store_unavailable"
    default_detail = "The file store does not answer; try again in a moment."


class SearchUnavailable(LegajoError):
    code = "search_unavailable"
    default_detail = "Search is not available at the moment; lists, reading and downloads go on."


class IndexOutdated(SearchUnavailable):
    """The index has another shape than this release uses; nothing mends that but building it anew."""


class CursorExpired(InvalidValue):
    code = "cursor_expired"
    default_detail = "The results have changed since this page was made; start again from the first page."


class InvalidCursor(InvalidValue):
    code = "invalid_cursor"
    default_detail = "This cursor is not one of ours, or belongs to another search or person."
