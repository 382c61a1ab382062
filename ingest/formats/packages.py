"""Office files are ZIP packages of XML: opened here with limits, and parsed without entities, DTD or network."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lxml import etree

from ingest.formats.base import Unreadable

MOST_MEMBERS = 2_000
MOST_BYTES = 500 * 1024 * 1024
MOST_RATIO = 200
"""Limits of guide on extraction, D: members, bytes unpacked, bytes unpacked for each packed one."""
_CORE = {
    "title": "title",
    "creator": "author",
    "subject": "subject",
    "keywords": "keywords",
    "description": "description",
    "lastModifiedBy": "modified_by",
    "created": "created",
    "modified": "modified",
    "language": "language",
}
_RATIO_FROM = 1024 * 1024
"""Below this many unpacked bytes the ratio harms nobody: an empty page of XML packs better than 1 to 200."""


@dataclass(frozen=True, slots=True)
class Package:
    """An office file whose parts may be read; `names` are those of its parts."""

    archive: zipfile.ZipFile
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Relation:
    """How one part of a package leads to another: the last word of its type, and the part. Never anything outside."""

    kind: str
    part: str


@contextmanager
def opened_package(path: Path) -> Iterator[Package]:
    """The package, when it keeps the limits. Raises Unreadable: damaged, encrypted, unsafe_archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive.infolist())
            yield Package(archive, frozenset(archive.namelist()))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zipfile.LargeZipFile) as error:
        raise Unreadable("damaged", f"The file is a damaged package ({error}).") from error


def part_events(package: Package, part: str, *only: str) -> Iterator[tuple[str, Any]]:
    """Start and end events of one XML part; of some elements `only` their ends, which is many times faster.

    Raises Unreadable: damaged (no such part, no XML), unsafe_xml (a DTD), unsafe_archive (more bytes than said).
    """
    try:
        with package.archive.open(part) as stream:
            parsed = etree.iterparse(
                _Counted(stream),
                events=("end",) if only else ("start", "end"),
                tag=[f"{{*}}{name}" for name in only] or None,
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
    except (etree.XMLSyntaxError, zlib.error, OSError) as error:
        raise Unreadable("damaged", f"The part {part} is not valid XML.") from error
    except RuntimeError as error:
        raise Unreadable("encrypted", "The package is encrypted; upload a copy without password.") from error


def relations(package: Package, part: str) -> dict[str, Relation]:
    """The relations of a part by their ids (ECMA-376 part 2, 9.3); those that lead outside the package are left out."""
    folder, _, name = part.rpartition("/")
    place = f"{folder}/_rels/{name}.rels".lstrip("/")
    found: dict[str, Relation] = {}
    if place not in package.names:
        return found
    for event, element in part_events(package, place):
        if event == "end" and local_name(element) == "Relationship" and element.get("TargetMode") != "External":
            kind = str(element.get("Type", "")).rpartition("/")[2]
            target = str(element.get("Target", ""))
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if whole in package.names:
                found[str(element.get("Id", ""))] = Relation(kind, whole)
    return found


def related(package: Package, part: str, kind: str) -> list[str]:
    """The parts that a part leads to by relations of a kind, each once, in order."""
    return list(dict.fromkeys(one.part for one in relations(package, part).values() if one.kind == kind))


def local_name(element: Any) -> str:
    """The name of an element without its namespace; empty for what is none."""
    tag = element.tag if element is not None else ""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """The value of an attribute in whatever namespace; empty where there is none."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def core_properties(package: Package) -> dict[str, str | int | float | bool | None]:
    """What an Office document says of itself: title, author, dates."""
    found: dict[str, str | int | float | bool | None] = {}
    if "docProps/core.xml" in package.names:
        for event, element in part_events(package, "docProps/core.xml"):
            name = _CORE.get(local_name(element))
            if event == "end" and name and (element.text or "").strip():
                found[name] = element.text.strip()[:2000]
    return found


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
