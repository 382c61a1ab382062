"""The recognition of some pages of one file, as a child does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.formats.base import Unreadable
from ingest.formats.inner import in_memory, taken_out
from ingest.reading.sniff import sniff
from ingest.recognition.recognised import Recognised, failed_pages

SECONDS_A_PAGE = 120.0
"""A page takes two seconds of a quiet core; three looks at a full one on a busy machine must still fit."""


def recognise_pages(path: str, name: str, options: Mapping[str, Any]) -> list[Recognised]:
    """Recognise the pages `options["recognise"]`, numbers with their places, with the data in `options["data"]`.

    `options["language"]` is the one expected. A page that cannot be drawn is a failure and costs only itself.
    """
    found, language = [], options.get("language", "")
    for number, place in dict(options["recognise"]).items():
        expecting = {**options, "language": language}
        try:
            page = _of_part(path, name, place, expecting) if place else _seen(Path(path), name, number, expecting)
        except Unreadable as error:
            [page] = failed_pages([number], error.failure)
        found.append(replace(page, number=number, place=place))
        language = page.language or language
    return found


def _seen(path: Path, name: str, number: int, options: Mapping[str, Any], data: bytes = b"") -> Recognised:
    # Loaded with the first picture: most files have none, and children are to stay small.
    from ingest.recognition.page import recognise_page
    from ingest.recognition.raster import opened_pages

    kind = sniff(path, name).format
    # The library for PDF files opens no path that does not lead back to a file.
    with opened_pages(data if data and kind == "pdf" else path, kind) as pages:
        return recognise_page(pages, number, options["data"], options["language"])


def _of_part(path: str, name: str, place: str, options: Mapping[str, Any]) -> Recognised:
    digest, _, page = place.partition("/")
    data = _part(path, name, digest)
    if data is None:
        raise Unreadable("part_missing", "The file inside the file was not found again.")
    with in_memory(data) as inner:
        return _seen(inner, name, int(page), options, data)


@lru_cache(maxsize=1)
def _part(path: str, name: str, digest: str) -> bytes | None:
    """The bytes of a file inside a file. The pages of a long scan are asked for one after the other: kept is one."""
    return taken_out(Path(path), name, digest)
