"""Archives that are uploaded as one document: each member is a part of it, read like any other file.

An import unpacks archives before, so that their members become records; what is uploaded whole stays one record.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.archives import ArchiveError, ArchiveMember, opened_archive
from ingest.formats.base import Extracted, ReadFailure, Unreadable
from ingest.formats.inner import MOST_PART_BYTES, MOST_PARTS, may_take, nested, read_part, refused_part
from ingest.reading.formats import MEDIA_TYPES
from ingest.reading.language import language_of


class ArchiveReader:
    """Reads the members of a ZIP or 7z archive."""

    formats = frozenset({"zip", "7z"})

    def read(self, path: Path, *, name: str) -> Extracted:
        """See Reader.read. Codes: damaged, encrypted, unsafe_archive, unsupported_compression."""
        with path.open("rb") as file:
            kind = "7z" if file.read(2) == b"7z" else "zip"
        try:
            with nested(), opened_archive(path) as members:
                if len(members) > MOST_PARTS:
                    raise Unreadable(
                        "unsafe_archive", f"The archive has {len(members)} members; at most {MOST_PARTS} are read."
                    )
                parts = list(_read(members))
        except ArchiveError as error:
            raise Unreadable(error.code, error.detail) from error
        return Extracted(
            format=kind,
            media_type=MEDIA_TYPES[kind],
            language=language_of(page.text for part in parts for page in part.pages),
            parts=parts,
        )


def _read(members: list[ArchiveMember]) -> Iterator[Extracted]:
    for member in members:
        failure = may_take(member.size)
        if failure is not None:
            yield refused_part(member.path, failure)
            continue
        try:
            yield read_part(member.path, _bytes_of(member))
        except ArchiveError as error:
            yield refused_part(member.path, ReadFailure(error.code, error.detail))


def _bytes_of(member: ArchiveMember) -> bytes:
    data = bytearray()
    for chunk in member.chunks():
        data += chunk
        if len(data) > MOST_PART_BYTES:
            break
    return bytes(data)
