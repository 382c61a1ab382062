"""The work of a child: tell the format, read the file, and give every outcome a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.formats.base import Extracted, ReadFailure, Unreadable
from ingest.formats.registry import reader_for
from ingest.reading.sniff import Sniffed, sniff


def read_file(path: Path | str, name: str, options: Mapping[str, Any]) -> Extracted:
    """Read the file at `path`, called `name`; never raises for what the file holds.

    `error` says why there is no text: empty, unknown_format, no_reader, encrypted, damaged, too_large,
    unsafe_archive, unsafe_xml, reader_crashed. Raises MemoryError, which ends the child.
    """
    found = sniff(Path(path), name)
    extracted = _read(Path(path), name, found)
    if found.mislabelled:
        return replace(extracted, warnings=[found.mislabelled, *extracted.warnings])
    return extracted


def _read(path: Path, name: str, found: Sniffed) -> Extracted:
    failure = _refused(found)
    reader = None if failure else reader_for(found.format)
    if reader is None:
        return _failed(found, failure or _no_reader(found))
    try:
        return reader.read(path, name=name)
    except Unreadable as error:
        return _failed(found, error.failure)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - parsers raise anything on hostile bytes; the file gets a named state
        detail = f"Reading the file as {found.format} failed ({type(error).__name__})."
        return _failed(found, ReadFailure("reader_crashed", detail))


def _refused(found: Sniffed) -> ReadFailure | None:
    if found.format == "empty":
        return ReadFailure("empty", "The file holds no bytes.")
    if found.format == "":
        return ReadFailure("unknown_format", "The file is neither text nor of a format that is known here.")
    if found.format == "encrypted_office":
        return ReadFailure("encrypted", "The document asks for a password; upload a copy without one.")
    return None


def _no_reader(found: Sniffed) -> ReadFailure:
    return ReadFailure("no_reader", f"Files of the format {found.format} are stored, but their text is not read.")


def _failed(found: Sniffed, failure: ReadFailure) -> Extracted:
    return Extracted(format=found.format, media_type=found.media_type, error=failure)
