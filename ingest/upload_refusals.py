"""Why a part or an upload is not taken: each refusal by its name."""

from __future__ import annotations

from records.errors import Conflict, InvalidValue


class EmptyFile(InvalidValue):
    code = "empty"


class FileTooLarge(InvalidValue):
    code = "too_large"


class WrongPartLength(InvalidValue):
    """All parts but the last have `part_size` bytes; what came was of another length, or broke off."""

    code = "part_length"


class PartsMissing(Conflict):
    code = "parts_missing"


class DigestMismatch(Conflict):
    """The bytes that arrived are not those whose SHA-256 was announced."""

    code = "digest_mismatch"
    default_detail = "The bytes that arrived do not have this SHA-256; send the parts again, then complete again."


class AlreadyComplete(Conflict):
    code = "already_complete"
    default_detail = "This upload is complete; open another one."


class Refused(Conflict):
    code = "refused"
    default_detail = "The database refused this record; its external_id may be in use. Change it and complete again."
