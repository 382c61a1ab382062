"""Office files are ZIP packages of XML: opened here with limits, and parsed without entities, DTD or network."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from lxml import etree

from ingest.formats.base import Unreadable

MOST_MEMBERS = 2_000
MOST_BYTES = 500 * 1024 * 1024
MOST_RATIO = 200
"""Limits of guide on extraction, D: members, bytes unpacked, bytes unpacked for each packed one."""
_RATIO_FROM = 1024 * 1024
"""Below this many unpacked bytes the ratio harms nobody: an empty page of XML packs better than 1 to 200."""


@contextmanager
def opened_package(path: Path) -> Iterator[zipfile.ZipFile]:
    """The package, when it keeps the limits. Raises Unreadable: damaged, encrypted, unsafe_archive."""
    try:
        with zipfile.ZipFile(path) as package:
            _check(package.infolist())
            yield package
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zipfile.LargeZipFile) as error:
        raise Unreadable("damaged", f"The file is a damaged package ({error}).") from error


def part_events(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Any]]:
    """Start and end events of one XML part, cleared behind the reader so that memory stays flat.

    Raises Unreadable: damaged (no such part, no XML), unsafe_xml (a DTD), unsafe_archive (more bytes than said).
    """
    try:
        with package.open(part) as stream:
            parsed = etree.iterparse(
                _Counted(stream),
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            first = True
            for event, element in parsed:
                if first and element.getroottree().docinfo.internalDTD is not None:
                    raise Unreadable("unsafe_xml", "The document holds a DTD, which office files never need.")
                first = False
                yield event, element
    except KeyError as error:
        raise Unreadable("damaged", f"The package lacks its part {part}.") from error
    except etree.XMLSyntaxError as error:
        raise Unreadable("damaged", f"The part {part} is not valid XML.") from error
    except RuntimeError as error:
        raise Unreadable("encrypted", "The package is encrypted; upload a copy without password.") from error


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise Unreadable("unsafe_archive", f"The package has {len(members)} members; at most {MOST_MEMBERS}.")
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if total > MOST_BYTES:
        raise Unreadable("unsafe_archive", f"The package would unpack to {total // 2**20} MB.")
    if total > _RATIO_FROM and total > MOST_RATIO * max(packed, 1):
        raise Unreadable("unsafe_archive", "The package unpacks to far more than it holds; it may be a bomb.")
    if any(member.flag_bits & 0x1 for member in members):
        raise Unreadable("encrypted", "The package is encrypted; upload a copy without password.")


class _Counted:
    """Reads a member and stops at the limit, whatever its header says."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = MOST_BYTES

    def read(self, size: int = 65536) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise Unreadable("unsafe_archive", "The package unpacks to more than it says.")
        return data
