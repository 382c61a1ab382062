"""Why an archive, or one member of it, cannot be taken in."""

from __future__ import annotations

from records.errors import LegajoError


class ArchiveError(LegajoError):
    """An archive, or one member of it, that cannot be taken in."""

    code = "archive_error"


class UnsafeArchive(ArchiveError):
    """Too many members or bytes, a bomb, or a member whose name or kind could reach outside the archive."""

    code = "unsafe_archive"


class DamagedArchive(ArchiveError):
    """Not a ZIP archive, or a member whose bytes do not agree with their checksum."""

    code = "damaged"


class EncryptedMember(ArchiveError):
    """A member that asks for a password."""

    code = "encrypted"


class NestedArchive(ArchiveError):
    """An archive inside an archive: unpack it and import its files."""

    code = "nested_archive"


class DuplicateMember(ArchiveError):
    """A second member of the same name."""

    code = "duplicate_member"


class UnknownMethod(ArchiveError):
    """A member packed in a way that is not unpacked here."""

    code = "unsupported_compression"
